// A stop that comes while the warehouse is opened takes effect at the first question.
#include "cli/stoppable_reader.hpp"

#include "cli/commands.hpp"

namespace cartograph::cli {

StoppableReader::StoppableReader(const Config& config)
    : warehouse_(open_warehouse(config)),
      reader_(warehouse_->reader()),
      on_stop_(signals_.token(), [this] { reader_->interrupt(); }) {}

}  // namespace cartograph::cli
