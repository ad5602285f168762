// The search reads every waiting row's text and asks staging for its key, so its outcome is kept
// until another run publishes.
#include "cli/mended_rows.hpp"

#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <tuple>

#include "cli/run_settings.hpp"
#include "ingestion/rejected_rows.hpp"

namespace cartograph::cli {
namespace {

using Place = std::tuple<std::string, std::string, std::int64_t>;  // run, file and line

class WaitingRows {
 public:
  explicit WaitingRows(const Config& config)
      : context_(context_of(config)), landing_(config.landing), data_(config.data) {}

  void mark(warehouse::Reader& reader, std::vector<answers::RejectedPlace>& rows) {
    if (rows.empty()) return;
    const auto& published = reader.published();
    const std::lock_guard lock(mutex_);
    if (!published || published->run_id != run_id_) {
      waiting_ = find(reader);
      run_id_ = published ? published->run_id : "";
    }
    for (answers::RejectedPlace& row : rows) {
      if (row.state != answers::kWaiting) continue;
      if (!waiting_.contains({row.run_id, row.source_file, row.source_line})) {
        row.state = answers::kMended;
      }
    }
  }

 private:
  std::set<Place> find(warehouse::Reader& reader) const {
    ingestion::SourceShapes shapes(landing_, data_ / "tmp", context_);
    ingestion::RejectedRows rejected(reader, context_, data_, shapes);
    std::set<Place> places;
    for (ingestion::RejectedRow& row : rejected.find({.raw_bytes_max = 0})) {
      places.insert({std::move(row.run_id), std::move(row.source_file), row.source_line});
    }
    return places;
  }

  const contracts::Context context_;
  const std::filesystem::path landing_;
  const std::filesystem::path data_;
  std::mutex mutex_;
  std::string run_id_;  // of the run whose rows are known
  std::set<Place> waiting_;
};

}  // namespace

answers::MarkMended mark_mended(const Config& config) {
  return [rows = std::make_shared<WaitingRows>(config)](
             warehouse::Reader& reader, std::vector<answers::RejectedPlace>& places) {
    rows->mark(reader, places);
  };
}

}  // namespace cartograph::cli
