// All that is written lies in a folder of its own, but for the warehouse, whose transaction is
// undone.
#include "runs/dry_run.hpp"

#include <fmt/format.h>

#include <chrono>
#include <functional>

#include "base/error.hpp"
#include "base/exact_text.hpp"
#include "base/stopping.hpp"
#include "pipelines/work_tables.hpp"
#include "runs/pickup.hpp"
#include "runs/settling.hpp"
#include "runs/tables.hpp"
#include "runs/warehouse_settings.hpp"
#include "warehouse/lake_folder.hpp"
#include "warehouse/spill_folder.hpp"
#include "warehouse/staged_lake.hpp"

namespace cartograph::runs {
namespace {

constexpr std::string_view kRunId = "dry run";

// Whether there is a state that a run would change.
bool has_state(warehouse::Warehouse& warehouse) {
  return warehouse.exists() &&
         !warehouse.reader()->query("select 1 from loaded_files limit 1").rows.empty();
}

class Rehearsal {
 public:
  Rehearsal(const RunSettings& settings, RunObserver& observer)
      : settings_(settings),
        data_(settings.engine.data),
        place_(settings.engine.data / "tmp"),
        mark_{std::string(kRunId), "run", now()},
        log_(mark_, observer),
        observer_(observer) {
    if (place_.path().empty()) {
      throw Error(
          fmt::format("a dry run needs room for what it reads, and cannot write into {}; "
                      "name another folder with --data",
                      settings.engine.data.string()));
    }
    settings_.engine.data = place_.path();
  }

  DryRun run() {
    const auto start = std::chrono::steady_clock::now();
    zone_ = reporting_timezone(settings_);
    const auto listing = ingestion::list_landing(settings_.landing);
    open();
    const ingestion::Lake lake(settings_.engine);
    Pickup pickup(settings_, log_, observer_, lake);
    pickup.take(listing, *writer_);
    DryRun dry;
    const auto reason = reason_to_rebuild(*writer_, settings_, zone_);
    const bool is_new = reason || !pickup.deliveries().empty();
    if (is_new) transform(pickup, reason.has_value(), dry);
    on_stop_.reset();
    for (const auto& delivery : pickup.deliveries()) {
      dry.files.push_back(
          {delivery.file.source_file, delivery.rows_read, delivery.rows_quarantined});
    }
    dry.outcome = {mark_.run_id,
                   is_new ? RunStatus::published : RunStatus::nothing_new,
                   pickup.counts(),
                   std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(),
                   log_.results(),
                   log_.warnings(),
                   pickup.mappings(),
                   rejected_files(pickup.deliveries()),
                   {}};
    return dry;
  }

 private:
  void open() {
    const std::string embedded = "duckdb:" + (place_.path() / "warehouse.duckdb").string();
    warehouse_ = warehouse::open(settings_.warehouse_url, settings_.engine);
    const bool is_there = has_state(*warehouse_);
    if (is_there && !warehouse_->pending().empty()) {
      throw Error(fmt::format(
          "the schema of {} is older than this program; bring it up to date first: cartograph "
          "migrate",
          warehouse_->description()));
    }
    if (!is_there) warehouse_ = warehouse::open(embedded, settings_.engine);
    writer_ = warehouse_->writer(settings_.stop);
    on_stop_.emplace(settings_.stop, [this] { writer_->interrupt(); });
    auto* lake = warehouse::staged_lake(*writer_);
    if (is_there && lake != nullptr) {
      lake->use_lake(warehouse::lake_folder(data_, warehouse_id(*writer_)));
      lake->expect_files();
    } else if (!is_there) {
      writer_->prepare(schema(settings_.reporting_timezone));
    }
  }

  void transform(Pickup& pickup, bool everything, DryRun& dry) {
    const Instant ingested_after = pickup.ingested_after(everything);
    writer_->make_work_tables(pipelines::work_tables());
    writer_->begin();
    writer_->create_functions({settings_.reporting_timezone});
    if (auto* pending = pickup.pending()) {
      stage(*writer_, *pending, pickup.counts().rows_staged, log_);
    }
    keep_state();
    runs::transform(*writer_, ingested_after, &pickup, log_, observer_);
    compare(dry);
    try {
      check(*writer_, settings_.quality, pickup, ingested_after, log_);
    } catch (const Error& error) {
      if (!quality::any_error(log_.results())) throw;
      dry.failure = error.what() + rejected_rows(log_.results(), pickup.deliveries());
    }
    writer_->rollback();
  }

  void keep_state() {
    writer_->execute(
        "drop table if exists orders_before; create temp table orders_before as "
        "select * from fct_orders; "
        "drop table if exists days_before; create temp table days_before as "
        "select * from fct_revenue_daily; analyze orders_before");
  }

  void compare(DryRun& dry) {
    const warehouse::Row orders =
        writer_
            ->query(
                "select count(*), count(*) filter (where b.order_id is null), "
                "count(*) filter (where b.order_id is not null and "
                "(a.customer_id, a.status, a.sold_at, a.delivered_at, a.returned_at, a.line_count, "
                "a.units, a.gross_revenue, a.discounts, a.refunds, a.taxes) is distinct from "
                "(b.customer_id, b.status, b.sold_at, b.delivered_at, b.returned_at, b.line_count, "
                "b.units, b.gross_revenue, b.discounts, b.refunds, b.taxes)) "
                "from fct_orders a left join orders_before b on b.order_id = a.order_id")
            .rows.at(0);
    dry.orders = std::stoll(*orders[0]);
    dry.orders_new = std::stoll(*orders[1]);
    dry.orders_changed = std::stoll(*orders[2]);
    writer_->for_each(
        "select cast(coalesce(a.date, b.date) as text), b.net_revenue, a.net_revenue "
        "from fct_revenue_daily a full join days_before b on b.date = a.date "
        "where (a.date, a.orders, a.units, a.gross_revenue, a.discounts, a.refunds, a.taxes, "
        "a.orders_delivered, a.orders_returned, a.new_customers, a.repeat_customers) "
        "is distinct from (b.date, b.orders, b.units, b.gross_revenue, b.discounts, b.refunds, "
        "b.taxes, b.orders_delivered, b.orders_returned, b.new_customers, b.repeat_customers) "
        "order by 1",
        {}, [&](const auto&, const warehouse::Row& row) {
          DryRun::DayChange change{*parse_day(*row[0]), {}, {}};
          if (row[1]) change.net_revenue_before = parse_money(*row[1]);
          if (row[2]) change.net_revenue_after = parse_money(*row[2]);
          dry.days.push_back(change);
        });
    const warehouse::Row sums =
        writer_
            ->query(
                "select (select cast(coalesce(sum(net_revenue), 0) as numeric(18, 2)) "
                "from days_before), (select cast(coalesce(sum(net_revenue), 0) as numeric(18, 2)) "
                "from fct_revenue_daily)")
            .rows.at(0);
    dry.net_revenue_before = parse_money(*sums[0]).value();
    dry.net_revenue_after = parse_money(*sums[1]).value();
  }

  using OnStop = std::stop_callback<std::function<void()>>;

  RunSettings settings_;
  const std::filesystem::path data_;  // whose lake staging lies in
  const warehouse::SpillFolder place_;
  const RunMark mark_;
  RunLog log_;
  RunObserver& observer_;
  TimeZone zone_;
  std::unique_ptr<warehouse::Warehouse> warehouse_;
  std::unique_ptr<warehouse::Writer> writer_;
  std::optional<OnStop> on_stop_;
};

}  // namespace

DryRun dry_run(const RunSettings& settings, RunObserver& observer) {
  return Rehearsal(settings, observer).run();
}

}  // namespace cartograph::runs
