// The log of a data folder's jobs: DATA/jobs/log.jsonl, a JSON object a line, on the disk before
// the next step begins. Several processes may write at the same time. A line that a kill or a full
// disk has cut short is passed over. Not thread-safe.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/descriptor.hpp"
#include "orchestration/job_record.hpp"

namespace cartograph::orchestration {

class JobLog {
 public:
  /// The log in `folder`, which need not be there yet; touches nothing.
  explicit JobLog(std::filesystem::path folder);

  /// All that it holds, in order. Throws Error where it is there and cannot be read.
  std::vector<JobRecord> read() const;

  /// Adds a record. What cannot be written is kept in memory and written with a later one; jobs go
  /// on meanwhile. Returns false then, and problem() says why.
  bool add(const JobRecord& record);
  /// Why records are waiting in memory; empty where none are.
  const std::string& problem() const { return problem_; }

  /// Forgets what is older than `before`, but for what says where each job stands: the newest
  /// record of each kind, and the last success. Returns how many records. Throws Error where the
  /// log cannot be written anew; then it is as it was.
  std::size_t forget(Instant before);

  const std::filesystem::path& file() const { return file_; }

 private:
  Descriptor open_locked() const;

  std::filesystem::path file_;
  std::vector<std::string> waiting_;
  std::string problem_;
};

/// Held while one process does something of which there may be one: a lock on a file, which goes
/// with the process.
class JobLock {
 public:
  /// Throws WarehouseBusy saying `busy` where another process has it, Error where it cannot be had.
  JobLock(const std::filesystem::path& file, const std::string& busy);

 private:
  Descriptor file_;
};

}  // namespace cartograph::orchestration
