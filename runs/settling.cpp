// The warehouse's run log is the truth about a run: the lake and the log of runs follow it.
#include "runs/settling.hpp"

#include <fmt/format.h>

#include "base/error.hpp"

namespace cartograph::runs {

std::string settle_lake(warehouse::Writer& writer, ingestion::Lake& lake, Source source,
                        RunObserver& observer) {
  std::string id =
      *writer.query("select value from settings where name = 'warehouse_id'").rows.at(0)[0];
  const std::string owner = lake.owner();
  const std::string first_choice = lake.root().string();
  const bool is_foreign = !owner.empty() && owner != id;
  const bool is_new = writer.query("select 1 from loaded_files limit 1").rows.empty();
  if (is_foreign && is_new && source == Source::lake) {
    writer.query("update settings set value = $1 where name = 'warehouse_id'", {owner});
    id = owner;
  }
  // Files of two warehouses in one lake could not be told apart again.
  lake.open(id);
  if (is_foreign && is_new && source == Source::landing) {
    observer.warning(fmt::format("the lake in {} belongs to another warehouse; this one's is {}",
                                 first_choice, lake.root().string()));
  }
  lake.recover([&](const std::string& run_id) { return is_published(writer, run_id); });
  return id;
}

void write_abandoned_runs(warehouse::Writer& writer, const FailedRun& known,
                          RunObserver& observer) {
  for (const warehouse::RunMark& mark : writer.abandoned_runs()) {
    // Killed after it had published, it has had its word.
    const bool has_ended =
        writer
            .query("select count(*) from run_log where run_id = $1 and status <> 'running'",
                   {mark.run_id})
            .number() > 0;
    if (has_ended) continue;
    const bool is_known = mark.run_id == known.run_id;
    if (!is_known) {
      observer.warning(
          fmt::format("the run {} ended without a word; nothing of it was published", mark.run_id));
    }
    RunLog(mark, observer)
        .write_run(writer, RunStatus::failed, {},
                   is_known ? known.error
                            : "the run ended without a word: it was killed, or the machine went "
                              "down; nothing of it was published");
  }
}

}  // namespace cartograph::runs
