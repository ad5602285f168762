// The memo on simulated stores: what is planted is found, and of quiet ones nothing is claimed.
#include "reports/memo.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <functional>
#include <map>
#include <random>

#include "reports/usual_range.hpp"
#include "tests/support.hpp"

namespace cartograph::reports {
namespace {

using testing::AnyOf;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

constexpr Day kFirst{20000};  // 4 October 2024
constexpr std::int32_t kDays = 150;
constexpr Day kLast = kFirst + (kDays - 1);
constexpr Range kRange{kLast + -28, kLast + -1};

struct Order {
  Day day;
  std::string country;
  std::string channel;
  int product = 0;
  std::int64_t cents = 0;
  std::int64_t refund = 0;  // ten days later
  bool is_new = false;
};

// The same stores each time: of enough others chance makes one that is not quiet.
std::uint64_t first_seed() {
  return std::getenv("TEST_SEED") != nullptr ? tests::random_seed() : 1;
}

std::string sku(int product) { return "S-" + std::to_string(product); }
std::string category(int product) { return product % 2 == 0 ? "lamps" : "vases"; }

// About 70 orders a day, fewer on two weekdays; one product an order.
std::vector<Order> quiet_store(std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<double> shares;
  for (int product = 0; product < 40; ++product) shares.push_back(1.0 / (product + 3));
  std::discrete_distribution<int> products(shares.begin(), shares.end());
  std::discrete_distribution<int> countries{{50, 30, 20}};
  std::lognormal_distribution<double> size(0, 0.5);
  std::uniform_real_distribution<double> chance(0, 1);
  constexpr const char* kCountries[] = {"DE", "FR", "NL"};
  std::vector<Order> orders;
  for (Day day = kFirst; day <= kLast; day = day + 1) {
    const int weekday = day.since_epoch % 7;
    std::poisson_distribution<int> count(weekday < 2 ? 45 : 70);
    for (int left = count(random); left > 0; --left) {
      Order order{day, kCountries[countries(random)], chance(random) < 0.7 ? "web" : "app",
                  products(random)};
      order.cents = std::llround((2000 + 150 * order.product) * size(random));
      if (chance(random) < 0.06) order.refund = order.cents;
      order.is_new = chance(random) < 0.6;
      orders.push_back(std::move(order));
    }
  }
  return orders;
}

answers::Measures measures(const std::vector<Order>& orders, const Range& range) {
  answers::Measures sum;
  for (const Order& order : orders) {
    if (range.from <= order.day + 10 && order.day + 10 <= range.to) {
      sum.refunds.cents += order.refund;
    }
    if (order.day < range.from || range.to < order.day) continue;
    ++sum.orders;
    ++sum.units;
    sum.gross_revenue.cents += order.cents;
    ++(order.is_new ? sum.new_customers : sum.repeat_customers);
  }
  sum.net_revenue = sum.gross_revenue - sum.refunds;
  if (sum.orders > 0) {
    sum.aov = answers::Average{static_cast<double>(sum.gross_revenue.cents) / 100 /
                               static_cast<double>(sum.orders)};
  }
  return sum;
}

std::vector<answers::BreakdownRow> members(const std::vector<Order>& orders, const Range& range,
                                           const std::function<std::string(const Order&)>& of) {
  std::map<std::string, std::vector<Order>> groups;
  for (const Order& order : orders) groups[of(order)].push_back(order);
  std::vector<answers::BreakdownRow> rows;
  for (const auto& [member, own] : groups) {
    const answers::Measures sum = measures(own, range);
    if (sum.orders == 0 && sum.refunds.cents == 0) continue;
    rows.push_back({"member",
                    member,
                    std::nullopt,
                    sum.orders,
                    sum.units,
                    sum.gross_revenue,
                    {},
                    {},
                    sum.refunds,
                    sum.net_revenue});
  }
  return rows;
}

MemoData data_of(const std::vector<Order>& orders) {
  MemoData data;
  data.store.published = warehouse::Published{"run-1", kLast, Instant{}};
  data.store.settings.currency = "EUR";
  data.store.first_day = kFirst;
  data.range = kRange;
  std::map<Day, std::vector<Order>> by_day;
  for (const Order& order : orders) by_day[order.day].push_back(order);
  for (Day day = kFirst; day <= kRange.to; day = day + 1) {
    answers::DailyFigures figures;
    figures.date = day;
    static_cast<answers::Measures&>(figures) = measures(by_day[day], {day, day});
    figures.refunds = measures(by_day[day + -10], {day, day}).refunds;
    figures.net_revenue = figures.gross_revenue - figures.refunds;
    data.days.push_back(figures);
  }
  data.now = measures(orders, kRange);
  data.before = measures(orders, data.before_range());
  const std::map<std::string, std::function<std::string(const Order&)>> dimensions = {
      {"country", [](const Order& order) { return order.country; }},
      {"channel", [](const Order& order) { return order.channel; }},
      {"category", [](const Order& order) { return category(order.product); }},
      {"sku", [](const Order& order) { return sku(order.product); }},
      {"customer_type", [](const Order& order) { return order.is_new ? "new" : "repeat"; }}};
  for (const auto& [by, of] : dimensions) {
    data.parts.push_back(
        {by, members(orders, kRange, of), members(orders, data.before_range(), of)});
  }
  const auto largest = std::ranges::max_element(orders, {}, [](const Order& order) {
    return kRange.from <= order.day && order.day <= kRange.to ? order.cents - order.refund : 0;
  });
  data.largest_sales = {{"O-1", largest->day, {largest->cents - largest->refund}}};
  data.returns_range = {kFirst, kFirst + 89};
  std::map<int, Share> returned;
  for (const Order& order : orders) {
    if (order.day > data.returns_range.to) continue;
    ++returned[order.product].whole;
    if (order.refund > 0) ++returned[order.product].part;
  }
  for (const auto& [product, share] : returned) {
    data.returns.push_back(
        {sku(product), std::nullopt, category(product), share.whole, share.part});
  }
  for (const std::string feed : {"order_items", "orders", "returns"}) {
    for (Day day = kRange.from + -91; day <= kRange.to; day = day + 1) {
      data.landed.push_back({feed, day, 100, 0});
    }
  }
  return data;
}

bool is_in_range(const Order& order) { return kRange.from <= order.day; }

std::vector<std::string> claims_of(const std::vector<Order>& orders) {
  return memo_of(data_of(orders)).claims();
}

std::string text_of(const MemoData& data) { return memo_markdown(memo_of(data)); }

// Eight stores with the same change planted.
template <class Change>
void expect_found(Change&& change, const testing::Matcher<std::string>& claim) {
  const std::uint64_t first = first_seed();
  for (std::uint64_t seed = first; seed < first + 8; ++seed) {
    SCOPED_TRACE(seed);
    std::vector<Order> orders = quiet_store(seed);
    change(orders);
    EXPECT_THAT(claims_of(orders), Contains(claim));
  }
}

TEST(Memo, OfQuietStoresClaimsNothing) {
  const std::uint64_t first = first_seed();
  for (std::uint64_t seed = first; seed < first + 20; ++seed) {
    SCOPED_TRACE(seed);
    const MemoData data = data_of(quiet_store(seed));
    EXPECT_THAT(memo_of(data).claims(), IsEmpty());
    EXPECT_THAT(text_of(data), HasSubstr("- Nothing unusual, by the 13 weeks before"));
  }
}

TEST(Memo, FindsADayWithoutOrders) {
  const Day outage = kRange.from + 12;
  expect_found(
      [&](std::vector<Order>& orders) {
        std::erase_if(orders, [&](const Order& order) { return order.day == outage; });
      },
      StartsWith("14 Feb 2025 stands out: 0 orders"));
}

TEST(Memo, FindsARiseOfAllPrices) {
  expect_found(
      [](std::vector<Order>& orders) {
        for (Order& order : orders) {
          if (is_in_range(order)) order.cents = order.cents * 3 / 2;
        }
      },
      AnyOf(StartsWith("Order value is above the usual range"),
            StartsWith("Order value is on a new level since")));
}

TEST(Memo, FindsACountryThatIsGone) {
  expect_found(
      [](std::vector<Order>& orders) {
        std::erase_if(
            orders, [](const Order& order) { return is_in_range(order) && order.country == "FR"; });
      },
      StartsWith("FR: 0.0 % of all orders (0) after "));
}

TEST(Memo, FindsAProductThatIsSoldOut) {
  expect_found(
      [](std::vector<Order>& orders) {
        std::erase_if(orders,
                      [](const Order& order) { return is_in_range(order) && order.product == 0; });
      },
      StartsWith("S-0: 0.0 % of all orders (0) after "));
}

TEST(Memo, FindsSinceWhenOrdersAreOnANewLevel) {
  const Day since = kRange.from + 10;
  expect_found(
      [&](std::vector<Order>& orders) {
        std::size_t number = 0;
        std::erase_if(orders,
                      [&](const Order& order) { return order.day >= since && number++ % 4 != 0; });
      },
      testing::ContainsRegex("^(Orders are|Net revenue is) on a new level since 1[2-6] Feb 2025"));
}

TEST(Memo, FindsAnOrderThatMakesMuch) {
  expect_found(
      [](std::vector<Order>& orders) {
        for (Order& order : orders) {
          if (!is_in_range(order)) continue;
          order.cents = 1'000'000;
          order.refund = 0;
          break;
        }
      },
      StartsWith("One order, O-1 of "));
}

TEST(Memo, FindsAProductThatComesBackMoreThanOthersOfItsKind) {
  expect_found(
      [](std::vector<Order>& orders) {
        std::size_t number = 0;
        for (Order& order : orders) {
          if (order.product == 3 && number++ % 3 == 0) order.refund = order.cents;
        }
      },
      StartsWith("S-3 came back in "));
}

TEST(Memo, TheChangeIsTakenApartOnlyWhereItIsOutOfTheOrdinary) {
  std::vector<Order> orders = quiet_store(7);
  EXPECT_THAT(text_of(data_of(orders)), Not(HasSubstr("came with")));
  for (Order& order : orders) {
    if (is_in_range(order)) order.cents = order.cents * 3 / 2;
  }
  const std::string text = text_of(data_of(orders));
  EXPECT_THAT(text, HasSubstr("came with"));
  EXPECT_THAT(text, HasSubstr("By country: DE +"));
  EXPECT_THAT(text, Not(HasSubstr("because")));
}

TEST(Memo, HoldsChangesBackWhereAFileIsMissing) {
  std::vector<Order> orders = quiet_store(7);
  std::erase_if(orders, [](const Order& order) { return order.day == kRange.from + 12; });
  MemoData data = data_of(orders);
  std::erase_if(data.landed, [](const answers::LandedRows& rows) {
    return rows.feed == "orders" && rows.landing_date == kRange.from + 12;
  });
  EXPECT_THAT(memo_of(data).claims(), IsEmpty());
  EXPECT_THAT(text_of(data), HasSubstr("Changes are not judged here: no file of orders landed on "
                                       "14 Feb 2025."));
  EXPECT_THAT(text_of(data), HasSubstr("Ask for what is missing"));
}

TEST(Memo, HoldsChangesBackWhereManyRowsWereRejected) {
  std::vector<Order> orders = quiet_store(7);
  std::erase_if(orders, [](const Order& order) { return order.day == kRange.from + 12; });
  MemoData data = data_of(orders);
  data.landed.back().rows_quarantined = 29;  // of 2,800 returns
  EXPECT_THAT(memo_of(data).claims(), IsEmpty());
  EXPECT_THAT(text_of(data), HasSubstr("29 of 2,800 rows of returns were rejected"));
}

TEST(Memo, SaysWhatRejectedOrderItemsSayThatTheyAreWorth) {
  MemoData data = data_of(quiet_store(7));
  data.landed.back().rows_quarantined = 3;
  data.rejected_items = {3, 3, Money{123456}};
  EXPECT_THAT(text_of(data),
              HasSubstr("rejected and in no figure; 3 of order items among them, for "
                        "about €1,234.56 before discounts and taxes."));
  data.rejected_items = {3, 2, Money{123456}};
  EXPECT_THAT(text_of(data), HasSubstr("; 3 of order items among them, of which 2 can be read, for "
                                       "about €1,234.56 before discounts and taxes."));
  data.rejected_items = {3, 0, Money{0}};
  EXPECT_THAT(text_of(data), HasSubstr("3 rows of files of these days were rejected and in no "
                                       "figure."));
}

TEST(Memo, TellsNoPercentageOnABaseOfNothing) {
  MemoData data = data_of(quiet_store(7));
  data.before->net_revenue = Money{-500};
  EXPECT_THAT(text_of(data), HasSubstr(", −€5.00 in the 28 days before."));
}

TEST(Memo, NamesWhatToReorderByWhatItSells) {
  MemoData data = data_of(quiet_store(7));
  data.alerts = {{"S-30", "Vase", kLast, {}, true, 1, 3, 0, 3, 20, 17},
                 {"S-0", "Lamp", kLast, {}, true, 2, 0, 5, -5, 4, 9},
                 {"S-99", "(unknown)", kLast, {}, true, 2, 0, 1, -1, 0, 1}};
  const std::string text = text_of(data);
  EXPECT_THAT(text, HasSubstr("- Reorder first: S-0 (Lamp), S-30 (Vase), S-99."));
  EXPECT_THAT(text, HasSubstr("- S-0 (Lamp): −5 available, reorder point 4, "));
  EXPECT_THAT(text, HasSubstr("sold a day: sold out."));
  EXPECT_THAT(text, HasSubstr("- S-99: −1 available, reorder point 0, none sold in these days."));
}

TEST(Memo, OfARangeLongAgoSaysNothingOfWhatMayStillComeBack) {
  MemoData data = data_of(quiet_store(7));
  EXPECT_THAT(text_of(data), HasSubstr("2 Mar 2025 is the last day of the data"));
  EXPECT_THAT(text_of(data), HasSubstr("can still come back"));
  data.store.published->as_of = kRange.to + 60;
  EXPECT_THAT(text_of(data), Not(HasSubstr("is the last day of the data")));
  EXPECT_THAT(text_of(data), Not(HasSubstr("can still come back")));
}

TEST(Memo, OfAnEmptyStoreSaysSo) {
  EXPECT_THAT(text_of(MemoData{}), HasSubstr("Nothing was sold yet."));
}

TEST(Memo, OfAYoungStoreKnowsNoUsualRange) {
  MemoData data = data_of(quiet_store(7));
  data.store.first_day = kRange.from;
  data.days.erase(data.days.begin(), data.days.end() - kRange.days());
  data.before.reset();
  EXPECT_THAT(text_of(data), HasSubstr("What is usual is not known yet"));
  EXPECT_THAT(memo_of(data).claims(), IsEmpty());
}

}  // namespace
}  // namespace cartograph::reports
