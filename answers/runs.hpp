// What ran, what it did and how the tables stand. As thread-safe as the connection.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "answers/fields.hpp"
#include "warehouse/warehouse.hpp"

namespace cartograph::answers {

struct Run {
  static constexpr std::string_view kAnswer = "runs";
  std::string run_id;
  std::string command;
  std::string status;
  Instant started_at;
  std::optional<Instant> finished_at;
  std::optional<Seconds> seconds;
  std::optional<Seconds> median_seconds;
  std::int64_t files = 0;
  std::int64_t rows_read = 0;
  std::int64_t rows_staged = 0;
  std::int64_t rows_quarantined = 0;
  std::optional<std::string> error;
};
BOOST_DESCRIBE_STRUCT(Run, (),
                      (run_id, command, status, started_at, finished_at, seconds, median_seconds,
                       files, rows_read, rows_staged, rows_quarantined, error))

struct RunStep {
  static constexpr std::string_view kAnswer = "run_steps";
  std::string step;
  Instant started_at;
  std::int64_t duration_ms = 0;
  std::int64_t rows = 0;
  std::string status;
  std::optional<std::string> detail;
};
BOOST_DESCRIBE_STRUCT(RunStep, (), (step, started_at, duration_ms, rows, status, detail))

struct RunFile {
  static constexpr std::string_view kAnswer = "run_files";
  std::string source_file;
  std::string feed;
  Day landing_date;
  std::int64_t bytes = 0;
  std::int64_t rows_read = 0;
  std::int64_t rows_staged = 0;
  std::int64_t rows_quarantined = 0;
};
BOOST_DESCRIBE_STRUCT(RunFile, (),
                      (source_file, feed, landing_date, bytes, rows_read, rows_staged,
                       rows_quarantined))

struct CheckResult {
  static constexpr std::string_view kAnswer = "check_results";
  std::string check_name;
  std::string table_name;
  std::string severity;
  bool passed = false;
  std::string expected;
  std::string observed;
  std::int64_t failing_rows = 0;
  std::optional<std::string> detail;
};
BOOST_DESCRIBE_STRUCT(CheckResult, (),
                      (check_name, table_name, severity, passed, expected, observed, failing_rows,
                       detail))

struct RejectedCount {
  static constexpr std::string_view kAnswer = "rejected_counts";
  std::string feed;
  std::string reasons;
  std::int64_t rows = 0;
};
BOOST_DESCRIBE_STRUCT(RejectedCount, (), (feed, reasons, rows))

struct TableName {
  static constexpr std::string_view kAnswer = "table_names";
  std::string table_name;
};
BOOST_DESCRIBE_STRUCT(TableName, (), (table_name))

struct TableSize {
  static constexpr FieldText kTexts[] = {{"table_name", "a table"},
                                         {"rows", "how many rows it has"}};
  std::string table_name;
  std::int64_t rows = 0;
};
BOOST_DESCRIBE_STRUCT(TableSize, (), (table_name, rows))

/// Something that was said of a name or a file in the landing folder.
struct FileNote {
  static constexpr FieldText kTexts[] = {{"text", "what is to be known of a file, or of its name"}};
  std::string text;
};
BOOST_DESCRIBE_STRUCT(FileNote, (), (text))

/// A job that should have succeeded and has not.
struct OverdueJob {
  static constexpr FieldText kTexts[] = {
      {"job", "the job"},
      {"expected_at", "the first of its times for which it has not succeeded"},
      {"overdue_since", "from when on it has been overdue"}};
  std::string job;
  Instant expected_at;
  Instant overdue_since;
};
BOOST_DESCRIBE_STRUCT(OverdueJob, (), (job, expected_at, overdue_since))

/// How things stand.
struct Status {
  static constexpr FieldText kTexts[] = {
      {"runs", "the last runs, newest first"},
      {"overdue", "jobs that should have succeeded and have not"},
      {"tables", "how large the tables are"},
      {"uncounted", "why the tables could not be counted; null where they were"},
      {"published_run", "the run whose state this is; null before the first"},
      {"failed_checks", "warnings of that run"},
      {"rejected", "rows that it rejected, by reason, the commonest first"},
      {"notes", "what the newest run that read files said of them, and which mappings it used"},
      {"ignored", "names in the landing folder that no run takes"},
      {"failed_run", "the newest run, where that has failed; else null"},
      {"failed_rejected", "rows that the failed run rejected, by reason, the commonest first"}};
  std::vector<Run> runs;
  std::vector<OverdueJob> overdue;  // for who knows the jobs to fill in
  std::vector<TableSize> tables;
  std::optional<std::string> uncounted;
  std::optional<std::string> published_run;
  std::vector<CheckResult> failed_checks;
  std::vector<RejectedCount> rejected;
  std::vector<FileNote> notes;
  std::vector<FileNote> ignored;  // as the landing folder is now: for who knows it to fill in
  std::optional<std::string> failed_run;
  std::vector<RejectedCount> failed_rejected;  // for who has the run's file of rejects to fill in
};
BOOST_DESCRIBE_STRUCT(Status, (),
                      (runs, overdue, tables, uncounted, published_run, failed_checks, rejected,
                       notes, ignored, failed_run, failed_rejected))

/// Everything about one run.
struct RunDetails {
  static constexpr FieldText kTexts[] = {
      {"run", "the run"},
      {"steps", "what it did, in order"},
      {"files", "what it loaded"},
      {"failed_checks", "checks that did not pass"},
      {"rejected", "rows that it rejected, by reason, the commonest first"},
      {"notes", "what it said of its files, and which mappings it read them with"}};
  Run run;
  std::vector<RunStep> steps;
  std::vector<RunFile> files;
  std::vector<CheckResult> failed_checks;
  std::vector<RejectedCount> rejected;
  std::vector<FileNote> notes;
};
BOOST_DESCRIBE_STRUCT(RunDetails, (), (run, steps, files, failed_checks, rejected, notes))

/// Where a node of a cluster is away, its tables are not counted; all else lies elsewhere.
Status status(warehouse::Reader& reader);

/// Throws NotFound where there is no such run.
RunDetails run_details(warehouse::Connection& connection, std::string_view run_id);

/// The run alone. Throws NotFound where there is none.
Run find_run(warehouse::Connection& connection, std::string_view run_id);

}  // namespace cartograph::answers
