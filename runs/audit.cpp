// Both states have to be there at once: what is published is kept in temporary tables before the
// transaction empties it.
#include "runs/audit.hpp"

#include <fmt/format.h>

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>

#include "base/error.hpp"
#include "pipelines/models.hpp"
#include "pipelines/work_tables.hpp"
#include "runs/tables.hpp"
#include "runs/warehouse_settings.hpp"

namespace cartograph::runs {
namespace {

constexpr std::string_view kProductKey = "product_key";
constexpr std::string_view kProducts = "dim_product";

// The rows of `table` without numbers that may be others after a rebuild: a line is held against
// the version of the product that its key means.
std::string comparable(warehouse::Writer& writer, std::string_view table) {
  std::string columns;
  bool has_product_key = false;
  for (const warehouse::Column& column :
       writer.for_each(fmt::format("select * from {} limit 0", table), {}, [](auto&, auto&) {})) {
    if (column.name == kProductKey) {
      has_product_key = true;
    } else {
      columns += fmt::format("{}t.{}", columns.empty() ? "" : ", ", column.name);
    }
  }
  if (!has_product_key || table == kProducts) {
    return fmt::format("select {} from {} t", columns, table);
  }
  return fmt::format(
      "select {}, p.valid_from as version_from from {} t left join {} p on p.{} = t.{}", columns,
      table, kProducts, kProductKey, kProductKey);
}

std::string kept_name(std::string_view table) { return fmt::format("published_{}", table); }

void keep_published(warehouse::Writer& writer) {
  for (const std::string_view table : pipelines::filled_tables()) {
    writer.execute(fmt::format("drop table if exists {0}; create temp table {0} as {1}",
                               kept_name(table), comparable(writer, table)));
  }
}

AuditedTable compare(warehouse::Writer& writer, std::string_view table) {
  const std::string kept = kept_name(table);
  const std::string rebuilt = comparable(writer, table);
  const auto count = [&](const std::string& rows) {
    return writer.query(fmt::format("select count(*) from ({}) r", rows)).number();
  };
  AuditedTable audited{std::string(table)};
  audited.rows_published = count("select 1 from " + kept);
  audited.rows_rebuilt = count(fmt::format("select 1 from {}", table));
  audited.only_published = count(fmt::format("select * from {} except all ({})", kept, rebuilt));
  audited.only_rebuilt = count(fmt::format("({}) except all select * from {}", rebuilt, kept));
  return audited;
}

void expect_up_to_date(warehouse::Warehouse& warehouse) {
  if (!warehouse.exists()) {
    throw Error(
        fmt::format("there is no warehouse at {} to look at; publish one with cartograph "
                    "run, or name another folder with --data",
                    warehouse.description()));
  }
  if (!warehouse.pending().empty()) {
    throw Error(fmt::format(
        "the schema of {} is older than this program; bring it up to date first: cartograph "
        "migrate",
        warehouse.description()));
  }
}

}  // namespace

std::vector<AuditedTable> audit(const RunSettings& settings, RunObserver& observer) {
  const TimeZone zone = reporting_timezone(settings);
  const auto warehouse = warehouse::open(settings.warehouse_url, settings.engine);
  expect_up_to_date(*warehouse);
  const auto writer = warehouse->writer(settings.stop);
  const std::stop_callback<std::function<void()>> on_stop(settings.stop,
                                                          [&] { writer->interrupt(); });
  if (const auto reason = reason_to_rebuild(*writer, settings, zone)) {
    throw Error(
        fmt::format("{}: the next run builds everything anew, and there is nothing to "
                    "compare with before: cartograph run",
                    *reason));
  }
  RunLog log({"audit", "rebuild", now()}, observer);
  writer->make_work_tables(pipelines::work_tables());
  writer->begin();
  writer->create_functions({settings.reporting_timezone});
  keep_published(*writer);
  transform(*writer, pipelines::kEverything, nullptr, log, observer);
  std::vector<AuditedTable> audited;
  for (const std::string_view table : pipelines::filled_tables()) {
    audited.push_back(compare(*writer, table));
  }
  writer->rollback();
  return audited;
}

}  // namespace cartograph::runs
