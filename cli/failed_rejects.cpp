// The file has rows; what is asked is how many of them for which reasons.
#include "cli/failed_rejects.hpp"

#include <algorithm>
#include <map>

#include "ingestion/rejected_rows.hpp"

namespace cartograph::cli {

std::vector<answers::RejectedCount> failed_rejects(const Config& config,
                                                   const std::string& run_id) {
  constexpr std::size_t kReasonsShown = 20;
  const auto file = ingestion::rejects_of(config.data, run_id);
  std::error_code error;
  if (!std::filesystem::exists(file, error)) return {};
  std::map<std::pair<std::string_view, std::string>, std::int64_t> counts;
  ingestion::for_each_reject(file, [&](ingestion::RejectedRow&& row) {
    ++counts[{row.feed->name, std::move(row.reasons)}];
  });
  std::vector<answers::RejectedCount> rejected;
  for (const auto& [reasons, rows] : counts) {
    rejected.push_back({std::string(reasons.first), reasons.second, rows});
  }
  std::stable_sort(rejected.begin(), rejected.end(),
                   [](const auto& a, const auto& b) { return a.rows > b.rows; });
  if (rejected.size() > kReasonsShown) rejected.resize(kReasonsShown);
  return rejected;
}

}  // namespace cartograph::cli
