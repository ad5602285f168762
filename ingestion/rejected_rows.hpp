// Rejected rows of published runs, from quarantine, and of failed ones, from DATA/rejects; and
// which of them are still waiting to be mended. Not thread-safe.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "ingestion/quarantine_export.hpp"
#include "warehouse/warehouse.hpp"

namespace cartograph::ingestion {

/// What a failed run has left of its rejected rows.
std::filesystem::path rejects_of(const std::filesystem::path& data, const std::string& run_id);

/// Gives each row of `file`, a file of rejects; of an older run's feed that there is not any more
/// none. Throws Error where the file cannot be read.
void for_each_reject(const std::filesystem::path& file,
                     const std::function<void(RejectedRow&&)>& visit);

class RejectedRows {
 public:
  struct Asked {
    std::optional<std::string> run_id;  // of this run alone
    std::optional<std::string> feed;
    bool all = false;  // also what was mended or delivered again
    std::size_t raw_bytes_max = static_cast<std::size_t>(-1);  // so much of each row's text
  };

  /// All have to outlive it.
  RejectedRows(warehouse::Connection& connection, const contracts::Context& context,
               const std::filesystem::path& data, SourceShapes& shapes);

  /// The rows that are asked for, in order of delivery. Of failed runs the newest one counts, if
  /// none has published since. Without `all`, those are left out whose key was staged later, and
  /// those of a path that was delivered again.
  std::vector<RejectedRow> find(const Asked& asked);
  /// How many the last find() has left out.
  std::int64_t left_out() const { return left_out_; }

 private:
  void add_quarantine(const Asked& asked, std::vector<RejectedRow>& rows);
  void add_failed_runs(const Asked& asked, std::vector<RejectedRow>& rows);
  std::vector<std::filesystem::path> rejects_files(const Asked& asked);
  void remove_delivered_again(std::vector<RejectedRow>& rows);
  void remove_staged_since(const contracts::Feed& feed, std::vector<RejectedRow>& rows);

  warehouse::Connection& connection_;
  const contracts::Context& context_;
  const std::filesystem::path data_;
  SourceShapes& shapes_;
  std::int64_t left_out_ = 0;
};

}  // namespace cartograph::ingestion
