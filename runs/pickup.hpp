// The deliveries of one run: what is new in the landing folder, decoded into the pending lake.
// Nothing of the warehouse is touched. Not thread-safe.
#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "ingestion/ingest.hpp"
#include "runs/run.hpp"

namespace cartograph::runs {

class Pickup {
 public:
  /// All have to outlive it; `log` has the run's id.
  Pickup(const RunSettings& settings, RunLog& log, RunObserver& observer,
         const ingestion::Lake& lake);

  /// Finds the deliveries of `listing` that the warehouse does not have, and decodes them.
  void take(const ingestion::Listing& listing, warehouse::Connection& connection);

  const std::vector<ingestion::Delivery>& deliveries() const { return deliveries_; }
  const Counts& counts() const { return counts_; }
  /// Which mappings the deliveries were read with, a feed each.
  const std::vector<std::string>& mappings() const { return mappings_; }
  /// What was seen of the keys of their rows.
  const std::vector<ingestion::SeenKeys>& seen_keys() const { return seen_keys_; }
  /// The decoded files; nothing where there was no delivery.
  ingestion::PendingLake* pending() { return pending_ ? &*pending_ : nullptr; }

  /// After which instant a run's models look at what was ingested: before its first delivery, of
  /// which there has to be one then, or at everything.
  Instant ingested_after(bool everything) const;

  /// Writes the rejected rows as DATA/rejects/RUN.csv; an empty path where there are none.
  std::filesystem::path export_rejects();

 private:
  void find(const ingestion::Listing& listing, warehouse::Connection& connection);
  void decode();
  void warn_of_deliveries();
  void note_mappings();
  ingestion::Progress progress(std::string_view phase) const;

  const RunSettings& settings_;
  RunLog& log_;
  RunObserver& observer_;
  const ingestion::Lake& lake_;
  std::vector<ingestion::Delivery> deliveries_;
  std::optional<ingestion::RejectSpool> rejects_;
  std::optional<ingestion::PendingLake> pending_;
  std::vector<ingestion::SeenKeys> seen_keys_;
  std::vector<std::string> mappings_;
  Counts counts_;
};

}  // namespace cartograph::runs
