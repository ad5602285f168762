// For tests: a ledger written into a folder of its own, which vanishes with this object.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>
#include <zlib.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

namespace cartograph::importers {

inline constexpr std::string_view kLedgerHeader =
    "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n";

class LedgerOnDisk {
 public:
  explicit LedgerOnDisk(std::string_view bytes) {
    std::string folder = testing::TempDir() + "cartograph_ledger_XXXXXX";
    folder_ = mkdtemp(folder.data());
    std::ofstream(file(), std::ios::binary) << bytes;
  }
  ~LedgerOnDisk() { std::filesystem::remove_all(folder_); }
  LedgerOnDisk(const LedgerOnDisk&) = delete;
  LedgerOnDisk& operator=(const LedgerOnDisk&) = delete;

  std::filesystem::path file() const { return folder_ / "ledger.csv"; }
  std::filesystem::path out() const { return folder_ / "landing"; }

  /// Packs the ledger with gzip, keeping its name.
  void pack() const {
    const std::string bytes = read(file());
    gzFile packed = gzopen(file().c_str(), "wb");
    gzwrite(packed, bytes.data(), static_cast<unsigned>(bytes.size()));
    gzclose(packed);
  }

  /// The text of a file below out(); "(no file)" where there is none.
  std::string landed(const std::string& path) const {
    return std::filesystem::exists(out() / path) ? read(out() / path) : "(no file)";
  }

 private:
  static std::string read(const std::filesystem::path& path) {
    std::ifstream input(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(input), {}};
  }

  std::filesystem::path folder_;
};

/// What `action` throws as `Thrown`; a failure where it throws nothing or something else.
template <class Thrown, class Action>
std::string message_of(Action&& action) {
  try {
    action();
  } catch (const Thrown& error) {
    return error.what();
  }
  ADD_FAILURE() << "nothing was thrown";
  return "";
}

}  // namespace cartograph::importers
