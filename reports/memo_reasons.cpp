// Arithmetic, not causes: a part "came with" what changed at the same time.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "reports/change_parts.hpp"
#include "reports/memo_sections.hpp"
#include "reports/wording.hpp"

namespace cartograph::reports {
namespace {

constexpr std::size_t kMembersNamed = 3;
constexpr double kShiftWidth = 5;        // standard errors: hundreds of products are looked at
constexpr double kShiftLeast = 0.005;    // of net revenue before
constexpr double kOneOrderLeast = 0.05;  // of net revenue
constexpr double kOneOrderTimes = 10;    // the average order
constexpr std::int64_t kOrdersMin = 30;

std::string more_or_fewer(std::int64_t now, std::int64_t before) {
  return now >= before ? "more" : "fewer";
}

std::string average_text(std::int64_t cents, std::int64_t orders, std::string_view currency) {
  return money_text({std::llround(static_cast<double>(cents) / static_cast<double>(orders))},
                    currency);
}

// Orders against order value; with refunds the parts are all of the change.
void add_orders_and_value(const MemoData& data, std::vector<Statement>& found) {
  const answers::Measures& now = data.now;
  const answers::Measures& before = *data.before;
  const std::string& currency = data.store.settings.currency;
  const std::int64_t amount_now = amount_of(now).cents;
  const std::int64_t amount_before = amount_of(before).cents;
  const auto parts = product_parts({{before.orders, 1}, {amount_before, before.orders}},
                                   {{now.orders, 1}, {amount_now, now.orders}});
  if (!parts) return;
  const Money change = now.net_revenue - before.net_revenue;
  const Money refunds = before.refunds - now.refunds;
  found.push_back(Statement::claim(
      fmt::format(
          "Net revenue changed by {} against the {}. Of it {} came with {} orders ({} after "
          "{}), {} with a {} order value ({} after {}) and {} with {} refunds ({} after {}).",
          change_text(change, currency), before_name(data), change_text((*parts)[0], currency),
          more_or_fewer(now.orders, before.orders), count_text(now.orders),
          count_text(before.orders), change_text((*parts)[1], currency),
          (*parts)[1].cents >= 0 ? "higher" : "lower",
          average_text(amount_now, now.orders, currency),
          average_text(amount_before, before.orders, currency), change_text(refunds, currency),
          refunds.cents > 0 ? "lower" : "higher", money_text(now.refunds, currency),
          money_text(before.refunds, currency)),
      change));
}

Money guests_amount(const std::vector<answers::BreakdownRow>& rows) {
  for (const answers::BreakdownRow& row : rows) {
    if (row.member == "guest") return amount_of(row);
  }
  return {};
}

// Customers × orders a customer × order value; guests are counted by orders alone.
void add_customers(const MemoData& data, std::vector<Statement>& found) {
  const BrokenDown* types = data.by("customer_type");
  if (types == nullptr) return;
  const std::string& currency = data.store.settings.currency;
  const auto factors = [](const answers::Measures& of, Money guests) {
    const std::int64_t customers = of.new_customers + of.repeat_customers;
    const std::int64_t orders = of.orders - of.guest_orders;
    return std::vector<Ratio>{
        {customers, 1}, {orders, customers}, {(amount_of(of) - guests).cents, orders}};
  };
  const Money guests_now = guests_amount(types->now);
  const Money guests_before = guests_amount(types->before);
  const auto now = factors(data.now, guests_now);
  const auto before = factors(*data.before, guests_before);
  const auto parts = product_parts(before, now);
  if (!parts) return;
  const auto orders_each = [](const std::vector<Ratio>& of) {
    return fmt::format("{:.2f}",
                       static_cast<double>(of[1].over) / static_cast<double>(of[1].under));
  };
  found.push_back(Statement::claim(
      fmt::format(
          "By customers: {} came with {} customers ({} after {}), {} with {} orders each, {} with "
          "order values of {} after {}, {} with orders of guests; before refunds.",
          change_text((*parts)[0], currency), more_or_fewer(now[0].over, before[0].over),
          count_text(now[0].over), count_text(before[0].over), change_text((*parts)[1], currency),
          orders_each(now) + " after " + orders_each(before), change_text((*parts)[2], currency),
          average_text(now[2].over, now[2].under, currency),
          average_text(before[2].over, before[2].under, currency),
          change_text(guests_now - guests_before, currency)),
      (*parts)[0]));
}

struct MemberChange {
  std::string name;
  GroupChange orders;
  Money net_now;
  Money net_before;
  bool is_member = false;  // else other or unknown

  Money change() const { return net_now - net_before; }
};

std::vector<MemberChange> changes_of(const BrokenDown& parts) {
  std::map<std::string, MemberChange> members;
  const auto member = [&](const answers::BreakdownRow& row) -> MemberChange& {
    MemberChange& found = members[row.kind + " " + row.member];
    found.name = row.kind == "member" ? product_name(row.member, row.label) : row.member;
    found.is_member = row.kind == "member";
    return found;
  };
  for (const answers::BreakdownRow& row : parts.now) {
    MemberChange& found = member(row);
    found.orders.orders_after = row.orders;
    found.orders.amount_after = amount_of(row);
    found.net_now = row.net_revenue;
  }
  for (const answers::BreakdownRow& row : parts.before) {
    MemberChange& found = member(row);
    found.orders.orders_before = row.orders;
    found.orders.amount_before = amount_of(row);
    found.net_before = row.net_revenue;
  }
  std::vector<MemberChange> changes;
  for (auto& [key, change] : members) changes.push_back(std::move(change));
  std::ranges::stable_sort(changes, std::greater<>(), [](const MemberChange& change) {
    return std::abs(change.change().cents);
  });
  return changes;
}

// Of the two that an order has one of, the one whose mix had more to do with it.
void add_mix(const MemoData& data, std::vector<Statement>& found) {
  std::optional<AverageParts> chosen;
  std::string_view name;
  for (const auto& [by, many] : {std::pair{"country", "countries"}, {"channel", "channels"}}) {
    const BrokenDown* parts = data.by(by);
    if (parts == nullptr) continue;
    std::vector<GroupChange> groups;
    for (const MemberChange& change : changes_of(*parts)) groups.push_back(change.orders);
    if (groups.size() < 2) continue;
    const auto average = average_parts(groups);
    if (!average) continue;
    if (chosen && std::abs(average->mix.cents) <= std::abs(chosen->mix.cents)) continue;
    chosen = average;
    name = many;
  }
  if (!chosen || chosen->change.cents == 0) return;
  const std::string& currency = data.store.settings.currency;
  found.push_back(Statement::claim(
      fmt::format(
          "Order value changed by {} an order: {} came with another mix of {}, {} with other "
          "order values inside them.",
          change_text(chosen->change, currency), change_text(chosen->mix, currency), name,
          change_text(chosen->inside, currency)),
      chosen->change * data.now.orders));
}

std::string by_text(const MemoData& data, std::string_view by,
                    const std::vector<MemberChange>& changes) {
  const std::string& currency = data.store.settings.currency;
  const auto base = static_cast<double>(data.before->net_revenue.cents);
  const auto part = [&](std::string_view name, Money change) {
    const double points = static_cast<double>(change.cents) / base;
    return fmt::format("{} {} ({})", name, change_text(change, currency), points_text(points));
  };
  std::vector<std::string> named;
  Money other;
  for (std::size_t i = 0; i < changes.size(); ++i) {
    if (i < kMembersNamed) {
      named.push_back(part(changes[i].name, changes[i].change()));
    } else {
      other = other + changes[i].change();
    }
  }
  if (changes.size() > kMembersNamed) named.push_back(part("other", other));
  return fmt::format("By {}: {}.", by, fmt::join(named, ", "));
}

// A list that was cut says nothing of a member that is not in it.
bool is_whole(const std::vector<answers::BreakdownRow>& rows) {
  return std::ranges::none_of(rows, [](const auto& row) { return row.kind == "other"; });
}

void add_one_order(const MemoData& data, std::vector<Statement>& found) {
  if (data.largest_sales.empty() || data.now.orders < kOrdersMin || !data.now.aov) return;
  const answers::LargestSale& sale = data.largest_sales.front();
  const auto net = static_cast<double>(data.now.net_revenue.cents);
  const auto one = static_cast<double>(sale.net_revenue.cents);
  if (net <= 0 || one < kOneOrderLeast * net || one < kOneOrderTimes * data.now.aov->value * 100) {
    return;
  }
  const std::string& currency = data.store.settings.currency;
  const Money without = data.now.net_revenue - sale.net_revenue;
  std::string text = fmt::format(
      "One order, {} of {}, made {} of net revenue ({}); without it net revenue would be {}",
      sale.order_id, day_text(sale.sold_date), rate_text(one / net),
      money_text(sale.net_revenue, currency), money_text(without, currency));
  if (data.before) {
    text += against(static_cast<double>(without.cents),
                    static_cast<double>(data.before->net_revenue.cents), before_name(data),
                    money_text(data.before->net_revenue, currency));
  }
  found.push_back(Statement::claim(text + ".", sale.net_revenue));
}

}  // namespace

std::vector<Statement> reasons(const MemoData& data) {
  std::vector<Statement> found;
  if (!data.before) return found;
  add_orders_and_value(data, found);
  add_customers(data, found);
  add_mix(data, found);
  return found;
}

std::vector<Statement> places(const MemoData& data) {
  std::vector<Statement> found;
  if (!data.before || data.before->net_revenue.cents <= 0) return found;
  for (const auto& [by, name] : {std::pair{"country", "country"},
                                 {"channel", "channel"},
                                 {"category", "category"},
                                 {"sku", "product"}}) {
    const BrokenDown* parts = data.by(by);
    if (parts == nullptr) continue;
    const auto changes = changes_of(*parts);
    if (changes.size() < 2) continue;
    found.push_back(Statement::claim(by_text(data, name, changes), changes.front().change()));
  }
  return ranked(std::move(found));
}

std::vector<Statement> shifts(const MemoData& data) {
  std::vector<Statement> found;
  add_one_order(data, found);
  if (!data.before || data.before->net_revenue.cents <= 0) return found;
  const std::string& currency = data.store.settings.currency;
  for (const BrokenDown& parts : data.parts) {
    if (parts.by == "customer_type" || !is_whole(parts.now) || !is_whole(parts.before)) continue;
    for (const MemberChange& change : changes_of(parts)) {
      const Share now{change.orders.orders_after, data.now.orders};
      const Share before{change.orders.orders_before, data.before->orders};
      const double least = kShiftLeast * static_cast<double>(data.before->net_revenue.cents);
      if (!change.is_member || std::abs(shares_apart(now, before)) <= kShiftWidth ||
          std::abs(static_cast<double>(change.change().cents)) < least) {
        continue;
      }
      found.push_back(Statement::claim(
          fmt::format("{}: {} of all orders ({}) after {} ({}) in the {}, net revenue {} after {}.",
                      change.name, rate_text(now.rate()), count_text(now.part),
                      rate_text(before.rate()), count_text(before.part), before_name(data),
                      money_text(change.net_now, currency),
                      money_text(change.net_before, currency)),
          change.change()));
    }
  }
  return ranked(std::move(found));
}

}  // namespace cartograph::reports
