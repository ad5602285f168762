// Reads a ledger of UCI Online Retail or Online Retail II, in any of the forms in which its CSV
// copies go round: plain or gzipped, UTF-8 or Latin-1, either header, three forms of a date.
// A ledger is read whole into memory, about twice the size of its CSV. Not thread-safe.
#pragma once

#include <cstdint>
#include <filesystem>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.hpp"
#include "base/row_batch.hpp"
#include "importers/price.hpp"

namespace cartograph::importers {

/// One line of the ledger, in UTF-8; texts are trimmed and live as long as their Ledger.
struct LedgerLine {
  std::int64_t number = 0;  // of the file's line on which it starts, from 1 (the header)
  std::string_view invoice;
  std::string_view stock_code;  // upper-cased
  std::string_view description;
  std::int32_t quantity = 0;
  Instant time;
  Price price;
  std::string_view customer;  // without the .0 that some copies append
  std::string_view country;
};

class Ledger {
 public:
  /// Throws UsageError where there is no such file, and Error, naming file and line, where it
  /// cannot be unpacked or is not such a ledger; Stopped.
  explicit Ledger(const std::filesystem::path& file, const std::stop_token& stop = {});
  Ledger(const Ledger&) = delete;
  Ledger& operator=(const Ledger&) = delete;

  /// In the order of the file.
  const std::vector<LedgerLine>& lines() const { return lines_; }

 private:
  void read_line(const std::filesystem::path& file, std::int64_t number,
                 const std::vector<std::string_view>& fields);

  std::string text_;
  TextArena arena_;
  std::vector<LedgerLine> lines_;
};

}  // namespace cartograph::importers
