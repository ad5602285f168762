// A DuckDB in memory does the work.
#include "warehouse/parquet.hpp"

#include <fmt/format.h>

#include "warehouse/duckdb/parquet_source.hpp"
#include "warehouse/duckdb/session.hpp"

namespace cartograph::warehouse {
namespace {

// A small part of the process's memory: rows pass through, only a sort keeps them.
constexpr unsigned kMemoryPercent = 25;

std::string order_clause(std::string_view order_by) {
  return order_by.empty() ? "" : fmt::format(" order by {}", order_by);
}

}  // namespace

Parquet::Parquet(const Options& options)
    : engine_(std::make_unique<duckdb::Session>("", duckdb::Access::read_write, options,
                                                kMemoryPercent)) {}

Parquet::~Parquet() = default;

std::int64_t Parquet::write(const std::filesystem::path& file, RowSource& source,
                            std::string_view order_by) {
  return engine_
      ->query(fmt::format("copy (select * from {}{}) to {} ({})", engine_->scan(source),
                          order_clause(order_by), quote_literal(file.string()),
                          duckdb::kParquetOptions))
      .number();
}

std::vector<std::string> Parquet::columns(const ParquetFiles& files) {
  std::vector<std::string> names;
  for (const Column& column :
       engine_->query(fmt::format("select * from {} limit 0", duckdb::parquet_source(files)))
           .columns) {
    names.push_back(column.name);
  }
  return names;
}

void Parquet::read(const ParquetFiles& files, std::string_view expressions,
                   const std::function<void(_duckdb_data_chunk*)>& visit) {
  engine_->for_each_chunk(
      fmt::format("select {} from {}", expressions, duckdb::parquet_source(files)), visit);
}

void Parquet::export_csv(const ParquetFiles& files, std::string_view order_by,
                         const std::filesystem::path& to) {
  engine_->execute(fmt::format("copy (select * from {}{}) to {} (format csv, header)",
                               duckdb::parquet_source(files), order_clause(order_by),
                               quote_literal(to.string())));
}

void Parquet::interrupt() { engine_->interrupt(); }
void Parquet::resume() { engine_->resume(); }

}  // namespace cartograph::warehouse
