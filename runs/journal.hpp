// The journal of one warehouse's runs: a line for each beginning and each failure, on the disk
// before anything else happens, so that a run that cannot write into its warehouse any more, or is
// killed, is still known. The run log is filled from it by the next run, and it is emptied whenever
// a published run log has all of it. A line that a full disk or a kill has cut short is passed
// over. Only who holds the warehouse writes, and who is stopped while it takes it; not thread-safe.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.hpp"

namespace cartograph::runs {

/// A run as it is named wherever it is recorded.
struct RunMark {
  std::string run_id;
  std::string command;
  Instant started_at;
};

struct JournalEntry {
  RunMark mark;
  std::optional<std::string> error;  // nothing where the run ended without a word, or is at work
};

class Journal {
 public:
  /// The journal in `data` of the warehouse that is described so; touches nothing yet.
  Journal(const std::filesystem::path& data, std::string_view warehouse);

  /// What it holds, oldest first.
  std::vector<JournalEntry> entries() const;

  /// Notes that a run begins. Throws Error where that cannot be written.
  void begin(const RunMark& mark);
  /// Notes why it has failed. Throws Error likewise.
  void fail(const RunMark& mark, std::string_view error);
  /// Takes back that a run has begun, where nothing came of it. Throws Error likewise.
  void withdraw(const RunMark& mark);
  /// Forgets everything: to be called when a published run log has it. Failing to is no error; what
  /// is told again is in the run log already.
  void clear();

 private:
  void append(const std::string& line);

  std::filesystem::path file_;
  std::string warehouse_;
};

}  // namespace cartograph::runs
