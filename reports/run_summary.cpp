// All of it is asked in answers/, as `status` does.
#include "reports/run_summary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "answers/runs.hpp"
#include "reports/wording.hpp"

namespace cartograph::reports {
namespace {

using warehouse::CellType;

// Of a run that loaded thousands of files, its feeds.
struct Volume {
  std::string feed;
  std::int64_t files = 0;
  std::int64_t bytes = 0;
  std::int64_t rows_read = 0;
  std::int64_t rows_staged = 0;
  std::int64_t rows_quarantined = 0;
};
BOOST_DESCRIBE_STRUCT(Volume, (), (feed, files, bytes, rows_read, rows_staged, rows_quarantined))

Section section_of_run(const answers::Run& run) {
  std::string text = fmt::format("Run {} ({})", run.run_id, run.status);
  if (run.seconds) text += fmt::format(" took {:.1f} s", run.seconds->value);
  if (run.median_seconds) {
    text += fmt::format("; the median of the runs before is {:.1f} s", run.median_seconds->value);
  }
  return {
      "Run", text + ".",
      answers::as_answer<answers::Run>({run}, {"started_at", "finished_at", "files", "rows_read",
                                               "rows_staged", "rows_quarantined"})};
}

Section volumes(const std::vector<answers::RunFile>& files) {
  std::map<std::string, Volume> by_feed;
  for (const answers::RunFile& file : files) {
    Volume& volume = by_feed[file.feed];
    volume.feed = file.feed;
    ++volume.files;
    volume.bytes += file.bytes;
    volume.rows_read += file.rows_read;
    volume.rows_staged += file.rows_staged;
    volume.rows_quarantined += file.rows_quarantined;
  }
  std::vector<Volume> rows;
  for (const auto& [feed, volume] : by_feed) rows.push_back(volume);
  return {"Volumes", rows.empty() ? "It loaded no file." : "", answers::as_answer(rows)};
}

Section durations(const std::vector<answers::RunStep>& steps) {
  return {"Durations", steps.empty() ? "It has no steps." : "",
          answers::as_answer(steps, {"step", "duration_ms", "rows", "status", "detail"}), true};
}

Section failed_checks(std::vector<answers::CheckResult> results) {
  std::erase_if(results, [](const answers::CheckResult& result) { return result.passed; });
  return {"Checks that did not pass", results.empty() ? "All checks passed." : "",
          answers::as_answer(results,
                             {"check_name", "severity", "failing_rows", "observed", "detail"})};
}

Section passed_checks(std::vector<answers::CheckResult> results) {
  const auto all = static_cast<std::int64_t>(results.size());
  std::erase_if(results, [](const answers::CheckResult& result) { return !result.passed; });
  return {"Checks that passed",
          fmt::format("{} of {}.", count_text(static_cast<std::int64_t>(results.size())),
                      count_text(all)),
          answers::as_answer(results, {"check_name", "table_name", "severity", "expected"}), true};
}

Section notes(const std::vector<answers::FileNote>& notes) {
  return {"What it said of its files", notes.empty() ? "Nothing: all of them are plain." : "",
          answers::as_answer(notes)};
}

// What became of all rows that were ever rejected; nothing where there are none.
std::string rejected_so_far(warehouse::Reader& reader, const answers::MarkMended& mark_mended) {
  auto rows = answers::ask<answers::RejectedPlace>(reader, std::nullopt, 0);
  if (rows.empty()) return "";
  mark_mended(reader, rows);
  const auto count = [&](std::string_view state) {
    return std::ranges::count(rows, state, &answers::RejectedPlace::state);
  };
  return fmt::format(
      "Of the {} that all runs rejected {} waiting to be mended, {} mended since and {} delivered "
      "again.",
      counted_text(std::ssize(rows), "row", "rows"),
      counted_text(count(answers::kWaiting), "is", "are"),
      counted_text(count(answers::kMended), "was", "were"),
      counted_text(count(answers::kDeliveredAgain), "was", "were"));
}

Section rejected(const std::vector<answers::RejectedCount>& counts, const std::string& so_far) {
  std::string text = counts.empty() ? "No row of its files was rejected." : "";
  if (!so_far.empty()) text += (text.empty() ? "" : " ") + so_far;
  return {"Rejected rows by reason", text, answers::as_answer(counts)};
}

}  // namespace

std::vector<Section> run_sections(warehouse::Reader& reader, const PublishedStore& store) {
  if (!store.published) return {{"Run", "No run has published anything yet.", {}}};
  const std::string& run_id = store.published->run_id;
  const auto checks = answers::ask<answers::CheckResult>(reader, run_id, false);
  const answers::RunDetails run = answers::run_details(reader, run_id);
  const answers::Status status = answers::status(reader);
  return {section_of_run(run.run),
          volumes(run.files),
          notes(run.notes),
          durations(run.steps),
          {"Row counts", status.uncounted.value_or(""), answers::as_answer(status.tables), true},
          failed_checks(checks),
          passed_checks(checks),
          rejected(answers::ask<answers::RejectedCount>(reader, run_id, std::nullopt),
                   rejected_so_far(reader, store.settings.mark_mended))};
}

std::string run_summary(const PublishedStore& store, const std::vector<Section>& sections) {
  const auto as_of = store.as_of();
  return fmt::format("# Run summary\n\nFigures as of {}, {}, days in {}.\n{}",
                     as_of ? day_text(*as_of) : "no sale yet", store.settings.currency,
                     store.settings.timezone, markdown_of(sections));
}

}  // namespace cartograph::reports
