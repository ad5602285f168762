// What is so, whatever changed: returns, cohorts, stock, balances, gaps in the data.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "reports/memo_sections.hpp"
#include "reports/wording.hpp"

namespace cartograph::reports {
namespace {

constexpr std::int64_t kOrdersMin = 30;
constexpr std::int64_t kReturnedMin = 5;
constexpr double kChanceMax = 0.0001;  // of one wrong claim among all products
constexpr std::size_t kCohortsMin = 3;
constexpr std::size_t kCohortsMax = 12;
constexpr std::size_t kAlertsNamed = 3;
constexpr std::size_t kChecksNamed = 3;

struct Sold {
  std::int64_t units = 0;
  Money net;
};

std::map<std::string, Sold> sold_by_sku(const MemoData& data) {
  std::map<std::string, Sold> sold;
  if (const BrokenDown* parts = data.by("sku")) {
    for (const answers::BreakdownRow& row : parts->now) {
      if (row.kind == "member") sold[row.member] = {row.units, row.net_revenue};
    }
  }
  return sold;
}

std::vector<answers::StockAlert> alerts_by_money(const MemoData& data) {
  auto sold = sold_by_sku(data);
  auto alerts = data.alerts;
  std::ranges::stable_sort(alerts, std::greater<>(), [&](const answers::StockAlert& alert) {
    return sold[alert.sku].net.cents;
  });
  return alerts;
}

std::string cover_text(const answers::StockAlert& alert, const Sold& sold, std::int32_t days) {
  if (sold.units <= 0) return "none sold in these days";
  const double a_day = static_cast<double>(sold.units) / days;
  const std::string rate = fmt::format("{:.1f} sold a day", a_day);
  if (alert.available <= 0) return rate + ": sold out";
  return fmt::format(
      "{}: {} of cover", rate,
      counted_text(static_cast<std::int64_t>(static_cast<double>(alert.available) / a_day), "day",
                   "days"));
}

}  // namespace

std::vector<Statement> product_returns(const MemoData& data) {
  std::map<std::string, Share> categories;
  for (const answers::SkuReturns& sku : data.returns) {
    if (!sku.category) continue;
    categories[*sku.category].part += sku.orders_returned;
    categories[*sku.category].whole += sku.orders;
  }
  struct Tested {
    const answers::SkuReturns* sku;
    Share own, others;
  };
  std::vector<Tested> tested;
  for (const answers::SkuReturns& sku : data.returns) {
    if (!sku.category) continue;
    const Share all = categories[*sku.category];
    const Share own{sku.orders_returned, sku.orders};
    const Share others{all.part - own.part, all.whole - own.whole};
    if (own.whole >= kOrdersMin && others.whole >= kOrdersMin)
      tested.push_back({&sku, own, others});
  }
  std::vector<Statement> found;
  for (const auto& [sku, own, others] : tested) {
    const double chance = chance_above(own, others);
    if (own.part < kReturnedMin || chance * static_cast<double>(tested.size()) >= kChanceMax) {
      continue;
    }
    found.push_back({fmt::format("{} came back in {} of {} orders ({}), other products of {} in {} "
                                 "of {} ({}); sales of {}.",
                                 product_name(sku->sku, sku->product_name), count_text(own.part),
                                 count_text(own.whole), rate_text(own.rate()), *sku->category,
                                 count_text(others.part), count_text(others.whole),
                                 rate_text(others.rate()), range_text(data.returns_range)),
                     true, own.part});
  }
  return ranked(std::move(found));
}

std::vector<Statement> newest_cohort(const MemoData& data) {
  std::vector<answers::CohortWindow> closed;
  for (const answers::CohortWindow& cohort : data.cohorts) {
    if (cohort.is_mature && cohort.retention_rate) closed.push_back(cohort);
  }
  if (closed.size() < kCohortsMin + 1) return {};
  const answers::CohortWindow newest = closed.back();
  closed.pop_back();
  if (closed.size() > kCohortsMax) closed.erase(closed.begin(), closed.end() - kCohortsMax);
  std::vector<double> rates;
  for (const answers::CohortWindow& cohort : closed) rates.push_back(cohort.retention_rate->value);
  const double middle = median(rates);
  const auto usual =
      usual_range(rates, {.events = static_cast<double>(newest.cohort_size) * middle});
  const bool is_outside = usual && !usual->holds(newest.retention_rate->value);
  return {{fmt::format("Of the {} of {} {} bought again within 30 days{}; the median of the {} "
                       "cohorts before is {}.",
                       counted_text(newest.cohort_size, "customer", "customers"),
                       month_text(newest.cohort_month), rate_text(newest.retention_rate->value),
                       is_outside ? ", which is outside of the usual range" : "", closed.size(),
                       rate_text(middle)),
           is_outside, newest.revenue.cents}};
}

std::vector<Statement> stock(const MemoData& data) {
  if (data.alerts.empty()) return {{"No stock alert is open."}};
  const auto count = static_cast<std::int64_t>(data.alerts.size());
  std::vector<Statement> found = {{fmt::format(
      "{} below {} reorder point; by what they sell:", counted_text(count, "SKU is", "SKUs are"),
      count == 1 ? "its" : "their")}};
  auto sold = sold_by_sku(data);
  const auto alerts = alerts_by_money(data);
  for (std::size_t i = 0; i < std::min(alerts.size(), kAlertsNamed); ++i) {
    const answers::StockAlert& alert = alerts[i];
    found.push_back({fmt::format("{}: {} available, reorder point {}, {}.",
                                 product_name(alert.sku, alert.product_name),
                                 count_text(alert.available), count_text(alert.reorder_point),
                                 cover_text(alert, sold[alert.sku], data.range.days()))});
  }
  if (alerts.size() > kAlertsNamed) {
    found.push_back({fmt::format("And {} more.", count_text(count - std::int64_t{kAlertsNamed}))});
  }
  return found;
}

std::vector<Statement> balances(const MemoData& data) {
  if (!data.balances) return {};
  const std::string& currency = data.store.settings.currency;
  const auto since = [&](Money now, Money answers::RecognisedRevenue::*member) -> std::string {
    if (!data.balances_before) return "";
    return fmt::format(" ({} in {})", change_text(now - (*data.balances_before).*member, currency),
                       counted_text(data.range.days(), "day", "days"));
  };
  const answers::RecognisedRevenue& at_end = *data.balances;
  return {{fmt::format(
      "At the end of {} {}{} was billed and not yet delivered, and {}{} was held for refunds.",
      day_text(at_end.date), money_text(at_end.deferred_revenue, currency),
      since(at_end.deferred_revenue, &answers::RecognisedRevenue::deferred_revenue),
      money_text(at_end.refund_liability, currency),
      since(at_end.refund_liability, &answers::RecognisedRevenue::refund_liability))}};
}

namespace {

std::int64_t rejected_rows(const MemoData& data, std::string_view feed) {
  std::int64_t rejected = 0;
  for (const answers::LandedRows& rows : data.landed) {
    const bool is_asked = feed.empty() || rows.feed == feed;
    if (is_asked && rows.landing_date >= data.range.from) rejected += rows.rows_quarantined;
  }
  return rejected;
}

}  // namespace

namespace {

// What the rejected order items say that they are worth; nothing where none says so.
std::string worth_text(const RejectedWorth& worth, const std::string& currency) {
  if (worth.readable == 0) return {};
  const std::string amount = money_text(worth.amount, currency);
  if (worth.readable == worth.items) {
    return fmt::format("; {} of order items among them, for about {} before discounts and taxes",
                       count_text(worth.items), amount);
  }
  return fmt::format(
      "; {} of order items among them, of which {} can be read, for about {} before discounts and "
      "taxes",
      count_text(worth.items), count_text(worth.readable), amount);
}

}  // namespace

std::vector<Statement> caveats(const MemoData& data) {
  std::vector<Statement> found;
  if (const auto as_of = data.store.as_of(); as_of && *as_of <= data.range.to + 1) {
    found.push_back(
        {fmt::format("{} is the last day of the data and may not be over; it is {} these "
                     "figures.",
                     day_text(*as_of), data.range.to < *as_of ? "not in" : "in")});
  }
  if (const auto as_of = data.store.as_of(); as_of && *as_of + -29 <= data.range.to) {
    found.push_back({fmt::format("What was delivered since {} can still come back and be refunded.",
                                 day_text(*as_of + -29))});
  }
  if (!data.before) {
    found.push_back(
        {fmt::format("There is nothing to compare with: the data do not reach back over "
                     "the {}.",
                     before_name(data))});
  } else if (!data.year_before) {
    found.push_back({"The data do not reach back a year."});
  }
  if (const std::int64_t rejected = rejected_rows(data, ""); rejected > 0) {
    std::string text =
        fmt::format("{} of files of these days {} rejected and in no figure",
                    counted_text(rejected, "row", "rows"), rejected == 1 ? "was" : "were");
    const std::int64_t orders = rejected_rows(data, "orders");
    if (orders > 0 && data.now.aov) {
      text += fmt::format(
          "; {} of orders among them, each about an order of {} on average", count_text(orders),
          money_text({std::llround(data.now.aov->value * 100)}, data.store.settings.currency));
    }
    text += worth_text(data.rejected_items, data.store.settings.currency);
    found.push_back({text + "."});
  }
  if (!data.failed_checks.empty()) {
    std::vector<std::string> names;
    for (const answers::CheckResult& check : data.failed_checks) names.push_back(check.check_name);
    const std::size_t more = names.size() > kChecksNamed ? names.size() - kChecksNamed : 0;
    names.resize(names.size() - more);
    found.push_back({fmt::format(
        "{} did not pass: {}{}.",
        counted_text(static_cast<std::int64_t>(data.failed_checks.size()), "check", "checks"),
        fmt::join(names, ", "), more > 0 ? fmt::format(" and {} more", more) : "")});
  }
  return found;
}

std::vector<Statement> to_do(const MemoData& data) {
  std::vector<Statement> found;
  const auto alerts = alerts_by_money(data);
  if (!alerts.empty()) {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < std::min(alerts.size(), kAlertsNamed); ++i) {
      names.push_back(product_name(alerts[i].sku, alerts[i].product_name));
    }
    found.push_back({fmt::format("Reorder first: {}.", fmt::join(names, ", "))});
  }
  if (!product_returns(data).empty()) {
    found.push_back({"Look at the products that come back more often than others of their kind."});
  }
  if (rejected_rows(data, "") > 0) {
    found.push_back({"Mend the rejected rows and land them again: cartograph quarantine export."});
  }
  for (const std::string& doubt : doubts(data)) {
    if (doubt.starts_with("no file")) {
      found.push_back({fmt::format("Ask for what is missing: {}.", doubt)});
    }
  }
  if (!data.failed_checks.empty()) {
    found.push_back({"Look at the checks that did not pass: cartograph status."});
  }
  if (found.empty()) found.push_back({"Nothing is waiting."});
  return found;
}

}  // namespace cartograph::reports
