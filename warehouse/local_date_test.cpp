// The days that engines draw are held against the clocks of every zone of this machine, around
// every change and every midnight next to one.
#include "warehouse/local_date.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "tests/postgres_server.hpp"
#include "tests/support.hpp"
#include "warehouse/warehouse.hpp"

namespace cartograph::warehouse {
namespace {

using testing::HasSubstr;

constexpr Instant kFirst{kZonesBegin.micros + 60 * kMicrosPerSecond};  // 1970-01-01T00:00+23:59
constexpr Instant kLast{kZonesEnd.micros - 1};

// Instants at which a day that is drawn wrongly would show.
std::vector<Instant> telling_instants(const TimeZone& zone) {
  std::vector<Instant> instants = {kFirst, kLast, day_of(2000, 2, 29)->start_utc()};
  for (std::size_t i = 0; i < zone.offsets.size(); ++i) {
    const std::int64_t at = zone.offsets[i].at.micros;
    for (const std::int64_t beside :
         {-kMicrosPerSecond, std::int64_t{-1}, std::int64_t{0}, kMicrosPerSecond}) {
      instants.push_back({at + beside});
    }
    for (const std::size_t side : {i, i == 0 ? i : i - 1}) {
      const std::int64_t east = zone.offsets[side].seconds_east * kMicrosPerSecond;
      const Day day = utc_day({at + east});
      for (const std::int32_t which : {0, 1}) {
        const std::int64_t midnight = (day + which).start_utc().micros - east;
        instants.push_back({midnight - 1});
        instants.push_back({midnight});
      }
    }
  }
  std::erase_if(instants, [](Instant instant) { return instant < kFirst || instant > kLast; });
  std::sort(instants.begin(), instants.end());
  instants.erase(std::unique(instants.begin(), instants.end()), instants.end());
  return instants;
}

class DaysOfAnEngine : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    const bool is_postgres = GetParam() == "postgres";
    Options options{folder_.path(), 1};
    options.schema = fmt::format("days_{}", ::getpid());
    warehouse_ =
        open(is_postgres ? tests::postgres_url() : "duckdb:" + (folder_ / "days.duckdb").string(),
             options);
    writer_ = warehouse_->writer();
  }
  void TearDown() override {
    if (GetParam() == "postgres") {
      writer_->execute(fmt::format("drop schema days_{} cascade", ::getpid()));
    }
  }

  void use(const std::string& zone) { writer_->create_functions({zone}); }
  std::string local_date(const std::string& instant) {
    return writer_->query(fmt::format("select local_date({})", instant))
        .rows.at(0)
        .at(0)
        .value_or("null");
  }

  // The first instants that the engine puts on another day than `expected`.
  std::string wrong_days(const std::vector<Instant>& instants, const TimeZone& zone) {
    std::string at, days;
    for (const Instant instant : instants) {
      at += (at.empty() ? "" : " ") + to_string(instant);
      days += (days.empty() ? "" : " ") + to_string(local_time(zone, instant).day);
    }
    std::string wrong;
    writer_->for_each(
        fmt::format(
            "with days as (select cast(i as timestamptz) as instant, cast(d as date) as day from "
            "(select unnest(string_to_array('{}', ' ')) as i, "
            "unnest(string_to_array('{}', ' ')) as d) t) "
            "select instant, local_date(instant), day from days "
            "where local_date(instant) is distinct from day limit 5",
            at, days),
        {}, [&](const auto&, const Row& row) {
          wrong +=
              fmt::format("\n{} is on {}, not on {}", *row[0], *row[2], row[1].value_or("null"));
        });
    return wrong;
  }

  tests::TemporaryFolder folder_;
  std::unique_ptr<Warehouse> warehouse_;
  std::unique_ptr<Writer> writer_;
};

TEST_P(DaysOfAnEngine, AreThoseOfTheClocksOfEveryZone) {
  std::set<std::string> seen;
  for (const std::string& name : time_zone_names()) {
    const TimeZone zone = load_time_zone(name);
    if (!seen.insert(seconds_east_sql(zone)).second) continue;
    use(name);
    ASSERT_EQ(wrong_days(telling_instants(zone), zone), "") << name;
  }
  EXPECT_GT(seen.size(), 300u);
  EXPECT_THAT(wrong_days({day_of(2025, 7, 1)->start_utc()}, load_time_zone("America/New_York")),
              HasSubstr("is on 2025-06-30, not on 2025-07-01"))
      << "a wrong day shows: the last zone is east of UTC";
}

TEST_P(DaysOfAnEngine, AreUtcDaysByDefault) {
  use("UTC");
  EXPECT_EQ(local_date("timestamptz '2025-03-01 00:00:00+00'"), "2025-03-01");
  EXPECT_EQ(local_date("timestamptz '2025-03-01 23:59:59.999999+00'"), "2025-03-01");
  EXPECT_EQ(local_date("timestamptz '1970-01-01 00:00:00+01'"), "1969-12-31");
  EXPECT_EQ(local_date("timestamptz '2101-01-01 23:58:59.999999+00'"), "2101-01-01");
}

TEST_P(DaysOfAnEngine, AreTheZonesAlsoWhereNoFeedReaches) {
  use("Asia/Kolkata");
  EXPECT_EQ(local_date("timestamptz '1900-01-01 00:00:00+00'"), "1900-01-01");
  EXPECT_EQ(local_date("timestamptz '1900-01-01 18:30:00+00'"), "1900-01-02");
  EXPECT_EQ(local_date("timestamptz '2199-12-31 18:29:59.999999+00'"), "2199-12-31");
  EXPECT_EQ(local_date("timestamptz '2199-12-31 18:30:00+00'"), "2200-01-01");
}

TEST_P(DaysOfAnEngine, NamesThatEnginesReadInTheirOwnWayAreZonesWithSummerTime) {
  for (const char* zone : {"CET", "MET"}) {
    use(zone);
    EXPECT_EQ(local_date("timestamptz '2025-07-01 22:30:00+00'"), "2025-07-02") << zone;
    EXPECT_EQ(local_date("timestamptz '2025-01-01 22:30:00+00'"), "2025-01-01") << zone;
  }
  use("EET");
  EXPECT_EQ(local_date("timestamptz '2025-07-01 21:30:00+00'"), "2025-07-02");
  EXPECT_EQ(local_date("timestamptz '2025-01-01 21:30:00+00'"), "2025-01-01");
}

TEST_P(DaysOfAnEngine, NoInstantHasNoDay) {
  for (const char* zone : {"UTC", "Europe/Berlin"}) {
    use(zone);
    EXPECT_EQ(local_date("cast(null as timestamptz)"), "null") << zone;
  }
}

TEST(DaysOnPostgres, AnIndexOnThemFollowsTheFunctionAlsoWhereTheSessionHasUsedItBefore) {
  const tests::TemporaryFolder folder;
  Options options{folder.path(), 1};
  options.schema = fmt::format("index_{}", ::getpid());
  const auto warehouse = open(tests::postgres_url(), options);
  auto writer = warehouse->writer();
  const std::string found =
      "select count(*) from fct_orders where local_date(delivered_at) = date '2025-03-02'";
  const std::string insert =
      "insert into fct_orders select timestamptz '2025-03-01 00:00:00+00' + "
      "interval '1 hour' * hour from generate_series(0, 99) hours(hour); ";
  writer->create_functions({"UTC"});
  writer->execute(
      "create table fct_orders (delivered_at timestamptz); "
      "create index on fct_orders (local_date(delivered_at)); " +
      insert);
  EXPECT_EQ(writer->query(found).number(), 24);
  writer->begin();
  writer->create_functions({"Asia/Tokyo"});
  writer->execute("delete from fct_orders; " + insert);
  writer->commit();
  writer.reset();

  const auto later = warehouse->writer();
  later->execute("set enable_seqscan = off");
  const auto first = later->query(
      "select min(delivered_at) from fct_orders where local_date(delivered_at) = date "
      "'2025-03-02'");
  EXPECT_EQ(first.rows.at(0).at(0), "2025-03-01T15:00:00.000000Z");
  EXPECT_EQ(later->query(found).number(), 24);
  later->execute(fmt::format("drop schema index_{} cascade", ::getpid()));
}

INSTANTIATE_TEST_SUITE_P(Engines, DaysOfAnEngine, testing::Values("duckdb", "postgres"),
                         [](const auto& engine) { return engine.param; });

}  // namespace
}  // namespace cartograph::warehouse
