// Reads one published file of the embedded warehouse, which it keeps open: what a run puts in its
// place does not disturb it. One thread at a time, but for interrupt() and resume().
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "warehouse/duckdb/session.hpp"
#include "warehouse/warehouse.hpp"

namespace cartograph::warehouse::duckdb {

class DuckdbReader final : public Session, public Reader {
 public:
  /// Opens the file that `path` leads to.
  DuckdbReader(const std::filesystem::path& path, const Options& options);

  const std::optional<Published>& published() const override;
  /// The next statement opens another file only where there is one; where there is none any more,
  /// the one that is open is still the latest.
  void renew() override { is_latest_ = false; }

  std::int64_t execute(std::string_view sql) override;
  std::vector<Column> for_each(std::string_view sql, const Parameters& parameters,
                               const RowVisitor& visit) override;

 private:
  DuckdbReader(const std::filesystem::path& path, const Options& options, std::string identity);
  void expect_latest();
  bool is_outdated() const override;

  const std::filesystem::path path_;
  bool is_latest_ = true;
  std::string identity_;  // of the file that it reads, as it was before it was opened
  std::optional<Published> published_;
};

}  // namespace cartograph::warehouse::duckdb
