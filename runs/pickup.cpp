// The steps discover and decode.
#include "runs/pickup.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "pipelines/models.hpp"

namespace cartograph::runs {

namespace fs = std::filesystem;

namespace {

std::size_t thread_count(const warehouse::Options& options) {
  return options.threads > 0 ? static_cast<std::size_t>(options.threads)
                             : std::max(1U, std::thread::hardware_concurrency());
}

}  // namespace

Pickup::Pickup(const RunSettings& settings, RunLog& log, RunObserver& observer,
               const ingestion::Lake& lake)
    : settings_(settings), log_(log), observer_(observer), lake_(lake) {}

void Pickup::take(const ingestion::Listing& listing, warehouse::Connection& connection) {
  find(listing, connection);
  for (const std::string& warning : listing.warnings) log_.warn(warning);
  if (!deliveries_.empty()) decode();
}

void Pickup::find(const ingestion::Listing& listing, warehouse::Connection& connection) {
  log_.step("discover", [&] {
    ingestion::FingerprintCache fingerprints(settings_.engine.data / "fingerprints");
    deliveries_ = ingestion::find_new_deliveries(
        listing, connection, fingerprints, progress("reading the landing folder"), settings_.stop);
    fingerprints.save();
    return static_cast<std::int64_t>(deliveries_.size());
  });
  counts_.files = static_cast<std::int64_t>(deliveries_.size());
}

void Pickup::decode() {
  const fs::path temporary = settings_.engine.data / "tmp";
  rejects_.emplace(temporary, log_.run_id());
  pending_.emplace(lake_, log_.run_id());
  log_.step("decode", [&] {
    seen_keys_ = ingestion::decode(
        deliveries_,
        {{settings_.reporting_currency, settings_.mappings, settings_.landing_encoding},
         log_.run_id(),
         thread_count(settings_.engine),
         temporary,
         settings_.stop},
        *rejects_, *pending_, progress("decoding"));
    for (const auto& delivery : deliveries_) {
      counts_.rows_read += delivery.rows_read;
      counts_.rows_staged += delivery.rows_staged();
      counts_.rows_quarantined += delivery.rows_quarantined;
    }
    return counts_.rows_staged;
  });
  note_mappings();
  warn_of_deliveries();
}

void Pickup::note_mappings() {
  if (!settings_.mappings) return;
  for (const auto& [feed, mapping] : *settings_.mappings) {
    const bool is_used = std::ranges::any_of(
        deliveries_, [&](const auto& delivery) { return delivery.file.feed->name == feed; });
    if (!is_used) continue;
    mappings_.push_back(fmt::format("{}: read by {}", feed, contracts::text_of(feed, mapping)));
    log_.note(mappings_.back());
  }
}

void Pickup::warn_of_deliveries() {
  for (const auto& delivery : deliveries_) {
    const std::string& file = delivery.file.source_file;
    if (!delivery.rejected_whole.empty()) {
      log_.warn(text_of_whole(delivery));
    }
    for (const std::string& column : delivery.unknown_columns) {
      log_.warn(fmt::format("{}: unknown column '{}' ignored (schema drift)", file, column));
    }
  }
}

Instant Pickup::ingested_after(bool everything) const {
  return everything ? pipelines::kEverything : Instant{deliveries_.front().ingested_at.micros - 1};
}

fs::path Pickup::export_rejects() {
  if (!rejects_ || rejects_->rows() == 0) return {};
  if (pending_->files("quarantine").empty()) {
    pending_->write("quarantine", *rejects_, "source_file, source_line");
  }
  const fs::path file = settings_.engine.data / "rejects" / (log_.run_id() + ".csv");
  pending_->export_csv("quarantine", file);
  return file;
}

ingestion::Progress Pickup::progress(std::string_view phase) const {
  return
      [this, phase](std::int64_t done, std::int64_t all) { observer_.progress(phase, done, all); };
}

}  // namespace cartograph::runs
