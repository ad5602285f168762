// What a run tells of the files whose rows it rejected: on the screen, with what stood in the rows.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "ingestion/ingest.hpp"
#include "quality/checks.hpp"

namespace cartograph::runs {

struct RejectedFile {
  std::string source_file;
  std::int64_t rows_read = 0;
  std::int64_t rows_quarantined = 0;
  ingestion::Rejections rejections;
};

/// Those of `deliveries` of which rows were rejected, but not whole.
std::vector<RejectedFile> rejected_files(const std::vector<ingestion::Delivery>& deliveries);

/// "2025-03-01/orders.csv: 2 of 3 rows rejected", then a line for each of the first rows with what
/// stood there, and one with the commonest reasons; each but the first begins with a line end.
std::string text_of(const RejectedFile& file, std::string_view indent);

/// Why a file was rejected whole, and what it seems to be.
std::string text_of_whole(const ingestion::Delivery& delivery);

/// What of `results` forbids publishing, with the way out.
std::string failures(const std::vector<quality::Result>& results,
                     const std::vector<ingestion::Delivery>& deliveries);

/// Of the files that have failed the reject rate the rejected rows, each on a new line.
std::string rejected_rows(const std::vector<quality::Result>& results,
                          const std::vector<ingestion::Delivery>& deliveries);

}  // namespace cartograph::runs
