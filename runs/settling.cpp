// The warehouse's run log is the truth about a run: the lake and the log of runs follow it.
#include "runs/settling.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "ingestion/staging.hpp"
#include "warehouse/staged_lake.hpp"

namespace cartograph::runs {
namespace {

constexpr std::string_view kWithoutAWord =
    "the run ended without a word: it was killed, or the machine went down; nothing of it was "
    "published";

std::vector<JournalEntry> running(warehouse::Writer& writer) {
  std::vector<JournalEntry> entries;
  writer.for_each(
      "select run_id, command, cast(extract(epoch from started_at) * 1000000 as bigint) "
      "from run_log where status = 'running' order by started_at, run_id",
      {}, [&](const auto&, const warehouse::Row& row) {
        entries.push_back({{*row[0], *row[1], Instant{std::stoll(*row[2])}}, {}});
      });
  return entries;
}

// Whether the run log has the last word of this run already. Another machine that found it running
// could not know why it had failed.
bool has_ended(warehouse::Writer& writer, const JournalEntry& entry) {
  return writer
             .query(
                 "select count(*) from run_log where run_id = $1 and status <> 'running' "
                 "and ($2 = 'false' or coalesce(error, '') <> $3)",
                 {entry.mark.run_id, entry.error ? "true" : "false", std::string(kWithoutAWord)})
             .number() > 0;
}

void settle_run(warehouse::Writer& writer, const JournalEntry& entry, RunObserver& observer) {
  if (has_ended(writer, entry)) return;
  if (!entry.error) {
    observer.warning(fmt::format("the run {} ended without a word; nothing of it was published",
                                 entry.mark.run_id));
  }
  RunLog(entry.mark, observer)
      .write_run(writer, RunStatus::failed, {}, entry.error.value_or(std::string(kWithoutAWord)));
}

}  // namespace

std::string warehouse_id(warehouse::Connection& connection) {
  return *connection.query("select value from settings where name = 'warehouse_id'").rows.at(0)[0];
}

std::string settle_lake(warehouse::Writer& writer, const std::string& description,
                        ingestion::Lake& lake, Source source, RunObserver& observer) {
  std::string id = warehouse_id(writer);
  const std::string owner = lake.owner();
  const std::filesystem::path first_choice = lake.root();
  const bool is_new = writer.query("select 1 from loaded_files limit 1").rows.empty();
  if (!owner.empty() && owner != id && is_new && source == Source::lake) {
    writer.query("update settings set value = $1 where name = 'warehouse_id'", {owner});
    id = owner;
  }
  // Files of two warehouses in one lake could not be told apart again.
  lake.open(id, description, is_new);
  if (lake.root() != first_choice && is_new && source == Source::landing) {
    observer.warning(fmt::format("the lake in {} belongs to another warehouse; this one's is {}",
                                 first_choice.string(), lake.root().string()));
  }
  lake.recover([&](const std::string& run_id) { return is_published(writer, run_id); });
  return id;
}

void settle_staging(warehouse::Writer& writer, const ingestion::Lake& lake, Source source,
                    const std::string& run_id) {
  auto* staged = warehouse::staged_lake(writer);
  if (staged == nullptr) return;
  staged->use_lake(lake.root());
  const bool is_written = staged->move_rows(
      ingestion::staging_tables(), [&](std::string_view table) { return lake.files(table); },
      run_id + "-staged.parquet");
  if (is_written) lake.sync();
  if (source != Source::lake) staged->expect_files();
}

void settle_run_log(warehouse::Writer& writer, const std::vector<JournalEntry>& journal,
                    const std::string& current, RunObserver& observer) {
  for (const JournalEntry& entry : journal) {
    if (entry.mark.run_id != current) settle_run(writer, entry, observer);
  }
  for (const JournalEntry& entry : running(writer)) {
    if (entry.mark.run_id != current) settle_run(writer, entry, observer);
  }
}

}  // namespace cartograph::runs
