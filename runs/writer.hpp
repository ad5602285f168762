// Taking the warehouse for writing.
#pragma once

#include <memory>
#include <stop_token>

#include "runs/journal.hpp"
#include "warehouse/warehouse.hpp"

namespace cartograph::runs {

/// The warehouse's writer. Throws WarehouseBusy where another has it, which names the run of this
/// machine that does, by the journal; and as Warehouse::writer() does.
std::unique_ptr<warehouse::Writer> take_writer(warehouse::Warehouse& warehouse,
                                               const Journal& journal, const std::stop_token& stop);

}  // namespace cartograph::runs
