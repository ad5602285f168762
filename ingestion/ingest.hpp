// From the landing folder to staging: finds new deliveries, decodes them into the pending lake, and
// loads the lake's files into the warehouse. What it finds out about a delivery it writes into it.
#pragma once

#include <functional>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "contracts/feed.hpp"
#include "ingestion/fingerprint_cache.hpp"
#include "ingestion/key_watch.hpp"
#include "ingestion/lake.hpp"
#include "ingestion/landing.hpp"
#include "ingestion/reject_spool.hpp"
#include "ingestion/rejections.hpp"
#include "ingestion/source_file.hpp"
#include "warehouse/warehouse.hpp"

namespace cartograph::ingestion {

/// A landed file with content that its path did not have before.
struct Delivery {
  LandedFile file;
  Fingerprint fingerprint;
  Instant ingested_at;  // strictly increasing in order of pickup, also across runs

  // Known once it is decoded.
  std::int64_t rows_read = 0;
  std::int64_t rows_quarantined = 0;
  std::string rejected_whole;             // why nothing of it could be read; empty where it could
  std::string looks_like;                 // what it seems to be, where no row could be taken
  Rejections rejections;                  // the first rows that were rejected, and why
  std::int64_t unended_line = 0;          // the last one, where no line end follows; else 0
  std::set<std::string> unknown_columns;  // schema drift

  std::int64_t rows_staged() const { return rows_read - rows_quarantined; }
};

/// Called with how much is done, and how much there is in all.
using Progress = std::function<void(std::int64_t done, std::int64_t all)>;

/// The new deliveries of `listing`, held against loaded_files, in order of pickup; `progress` is
/// told of files. Throws Error naming a file that cannot be read, and Stopped.
std::vector<Delivery> find_new_deliveries(const Listing& listing, warehouse::Connection& connection,
                                          FingerprintCache& fingerprints, const Progress& progress,
                                          const std::stop_token& stop = {});

struct DecodeOptions {
  contracts::Context context;
  std::string run_id;
  std::size_t threads = 1;
  std::filesystem::path temporary_folder;
  std::stop_token stop;  // looked at between blocks
};

/// Decodes `deliveries` into `lake`: staging rows, and rejected rows as quarantine and
/// loaded_files. Nothing of the warehouse is touched. Returns what was seen of the keys, a feed
/// each. `progress` is told of bytes as they landed, from the threads that decode. Throws Error
/// naming a file that cannot be read or unpacked, and Stopped.
std::vector<SeenKeys> decode(std::vector<Delivery>& deliveries, const DecodeOptions& options,
                             RejectSpool& rejects, PendingLake& lake, const Progress& progress);

/// Appends files of the lake to staging, quarantine and loaded_files; `files_of` names a table's.
void load_staging(
    warehouse::Connection& connection,
    const std::function<std::vector<std::filesystem::path>(std::string_view table)>& files_of);

}  // namespace cartograph::ingestion
