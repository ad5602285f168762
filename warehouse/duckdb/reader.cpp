// The identity is asked before the file is opened: should another take its place in between, that
// one is opened once more, which does no harm.
#include "warehouse/duckdb/reader.hpp"

#include <utility>

#include "warehouse/duckdb/file_watch.hpp"
#include "warehouse/published.hpp"

namespace cartograph::warehouse::duckdb {
namespace {

// Several may be open in a process, such as one before and one after a publication.
constexpr unsigned kMemoryPercent = 25;

// What a link leads to: DuckDB looks for a write-ahead log beside the name that it is given.
std::filesystem::path real(const std::filesystem::path& path) {
  std::error_code error;
  std::filesystem::path leads_to = std::filesystem::canonical(path, error);
  return error ? path : leads_to;
}

}  // namespace

DuckdbReader::DuckdbReader(const std::filesystem::path& path, const Options& options)
    : DuckdbReader(path, options, file_identity(path)) {}

DuckdbReader::DuckdbReader(const std::filesystem::path& path, const Options& options,
                           std::string identity)
    : Session(real(path), Access::read_only, options, kMemoryPercent),
      path_(path),
      identity_(std::move(identity)),
      published_(read_published(*this)) {}

const std::optional<Published>& DuckdbReader::published() const {
  // When the file is opened is nothing that a caller can see.
  const_cast<DuckdbReader*>(this)->expect_latest();
  return published_;
}

void DuckdbReader::expect_latest() {
  if (is_latest_) return;
  std::string identity = file_identity(path_);
  if (identity != identity_ && !identity.empty()) {
    reopen(real(path_));
    identity_.clear();
    is_latest_ = true;
    try {
      published_ = read_published(*this);
    } catch (...) {
      is_latest_ = false;
      throw;
    }
    identity_ = std::move(identity);
  }
  is_latest_ = true;
}

bool DuckdbReader::is_outdated() const {
  const std::string identity = file_identity(path_);
  return !identity.empty() && identity != identity_;
}

std::int64_t DuckdbReader::execute(std::string_view sql) {
  expect_latest();
  return Session::execute(sql);
}

std::vector<Column> DuckdbReader::for_each(std::string_view sql, const Parameters& parameters,
                                           const RowVisitor& visit) {
  expect_latest();
  return Session::for_each(sql, parameters, visit);
}

}  // namespace cartograph::warehouse::duckdb
