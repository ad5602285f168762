// The journal knows of a run of this machine that has begun and not failed.
#include "runs/writer.hpp"

#include <fmt/format.h>

#include <string>
#include <vector>

#include "base/error.hpp"

namespace cartograph::runs {

std::unique_ptr<warehouse::Writer> take_writer(warehouse::Warehouse& warehouse,
                                               const Journal& journal,
                                               const std::stop_token& stop) {
  try {
    return warehouse.writer(stop);
  } catch (const WarehouseBusy& busy) {
    auto entries = journal.entries();
    std::erase_if(entries, [](const JournalEntry& entry) { return entry.error.has_value(); });
    const std::string text = busy.what();
    if (entries.empty()) throw;
    const RunMark& holder = entries.back().mark;
    if (text.find(holder.run_id) != std::string::npos) throw;
    throw WarehouseBusy(fmt::format("{} ({}, {}, since {})", text, holder.command, holder.run_id,
                                    to_string(holder.started_at)));
  }
}

}  // namespace cartograph::runs
