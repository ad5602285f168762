// Turns the ledger of a real store, UCI Online Retail or Online Retail II, into feeds: a landing
// folder with one date a trading day, and _unmatched.csv with every line that became none.
// The same ledger gives the same bytes.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <stop_token>
#include <string>
#include <string_view>

namespace cartograph::importers {

/// Why a line is listed in _unmatched.csv.
enum class Unmatched {
  no_customer,       // a cancellation of which the ledger does not say whose
  no_sale_before,    // … of what the customer had not bought by then
  more_than_bought,  // … of more than was left of it
  stock_write_off,   // the ledger has no stock levels that it could change
  adjustment,        // an invoice that is neither a sale nor a cancellation
  not_negative,      // a cancellation without a negative quantity
  quantity_zero,
  negative_price,
};
inline constexpr std::array<std::string_view, 8> kUnmatchedReasons{
    "no customer",     "no sale before it", "more than was bought",
    "stock write-off", "adjustment",        "cancellation without a negative quantity",
    "quantity 0",      "negative price"};

/// What became of the ledger. Each of its lines is one of `order_lines`, `cancellations_matched`
/// and `unmatched`.
struct ImportReport {
  std::int64_t lines = 0;  // without the header
  std::int64_t order_lines = 0;
  std::int64_t cancellations_matched = 0;                          // wholly or in part
  std::array<std::int64_t, kUnmatchedReasons.size()> unmatched{};  // by reason

  std::int64_t matched_in_part = 0;  // of cancellations_matched: their rest is listed too
  std::int64_t orders = 0;
  std::int64_t returns = 0;
  std::int64_t customers = 0;
  std::int64_t products = 0;
  std::int64_t landing_dates = 0;
  std::int64_t long_prices = 0;  // rows whose price has more than two decimals: to quarantine
  std::map<std::string, std::int64_t, std::less<>> unknown_countries;  // lines by name
};

/// Reads `file` (CSV, plain or gzipped) and writes the landing folder `out`, which is made where it
/// is not there. Nothing is written before the whole ledger is read.
/// Throws UsageError where `file` is not there or `out` is there and not empty; Error, naming file
/// and line, where `file` is not such a ledger, and where `out` cannot be written; Stopped. Of
/// `out` remains then what was written.
ImportReport import_online_retail(const std::filesystem::path& file,
                                  const std::filesystem::path& out,
                                  const std::stop_token& stop = {});

/// Several lines for people, each ended.
std::string to_text(const ImportReport& report);

}  // namespace cartograph::importers
