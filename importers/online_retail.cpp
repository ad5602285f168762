// A ledger's lines are first given to their invoices, because all that comes of an invoice has the
// earliest time of its lines; then each line becomes an order line, a cancellation or unmatched.
#include "importers/online_retail.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/csv_text.hpp"
#include "base/error.hpp"
#include "base/instant.hpp"
#include "contracts/feeds.hpp"
#include "importers/country_codes.hpp"
#include "importers/landing_files.hpp"
#include "importers/ledger.hpp"
#include "importers/priced_row.hpp"

namespace cartograph::importers {
namespace {

struct Invoice {
  std::string_view number;
  Instant time;  // the earliest of its lines
  std::string_view customer;
  std::string_view country;
  std::int32_t kept_lines = 0;
};

// A line that became an order_items line.
struct Sale {
  Instant time;
  std::size_t line = 0;
  std::int32_t line_number = 0;
  std::int32_t quantity_left = 0;
  friend bool operator<(const Sale& a, const Sale& b) {
    return std::tie(a.time, a.line) < std::tie(b.time, b.line);
  }
};

// What sold of one stock code in one month.
struct ProductMonth {
  struct PriceCount {
    Price fewest_decimals;  // of the ways in which this value is written
    std::int64_t lines = 0;
  };
  std::pair<Instant, std::size_t> first_sale;  // time and line
  std::map<Price, PriceCount> prices;
  std::map<std::string_view, std::int64_t> names;
};

constexpr std::size_t kReasons = kUnmatchedReasons.size();

bool is_number(std::string_view invoice) {
  return !invoice.empty() && std::all_of(invoice.begin(), invoice.end(), contracts::is_digit);
}

// Why the line can become neither an order line nor a return, whatever the others are.
std::optional<Unmatched> fault_of(const LedgerLine& line) {
  if (is_number(line.invoice)) {
    if (line.quantity < 0) return Unmatched::stock_write_off;
    if (line.quantity == 0) return Unmatched::quantity_zero;
    if (line.price.negative()) return Unmatched::negative_price;
    return std::nullopt;
  }
  if (!line.invoice.starts_with('C')) return Unmatched::adjustment;
  if (line.quantity >= 0) return Unmatched::not_negative;
  if (line.customer.empty()) return Unmatched::no_customer;
  return std::nullopt;
}

contracts::Text text_or_null(std::string_view text) {
  return text.empty() ? contracts::Text() : contracts::Text(text);
}

Day month_of(Instant time) {
  const auto date = civil(utc_day(time));
  return *day_of(static_cast<int>(date.year()), static_cast<unsigned>(date.month()), 1);
}

class Import {
 public:
  explicit Import(const Ledger& ledger) : lines_(ledger.lines()) {
    report_.lines = static_cast<std::int64_t>(lines_.size());
  }

  ImportReport run(const std::filesystem::path& out, const std::stop_token& stop) {
    collect_invoices();
    sort_out_lines();
    match_cancellations();
    add_orders();
    add_customers();
    add_products();
    expect_every_line_accounted_for();
    report_.landing_dates = landing_.dates();
    landing_.write(out, "_unmatched.csv", unmatched_text(), stop);
    return report_;
  }

 private:
  void collect_invoices() {
    std::unordered_map<std::string_view, std::size_t> places;
    invoice_of_.reserve(lines_.size());
    for (const LedgerLine& line : lines_) {
      const auto [place, added] = places.try_emplace(line.invoice, invoices_.size());
      if (added) invoices_.push_back({line.invoice, line.time, line.customer, line.country});
      Invoice& invoice = invoices_[place->second];
      invoice.time = std::min(invoice.time, line.time);
      if (invoice.customer.empty()) invoice.customer = line.customer;
      if (invoice.country.empty()) invoice.country = line.country;
      invoice_of_.push_back(place->second);
      if (!country_code(line.country)) ++report_.unknown_countries[std::string(line.country)];
    }
  }

  void sort_out_lines() {
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      const LedgerLine& line = lines_[i];
      if (const auto reason = fault_of(line)) {
        leave_unmatched(i, line.quantity, *reason);
        ++report_.unmatched[static_cast<std::size_t>(*reason)];
      } else if (line.quantity < 0) {
        cancellations_.push_back(i);
      } else {
        add_order_line(i);
      }
    }
  }

  void add_order_line(std::size_t i) {
    const LedgerLine& line = lines_[i];
    Invoice& invoice = invoices_[invoice_of_[i]];
    const std::int32_t line_number = ++invoice.kept_lines;

    PricedItem item;
    item.row.order_id = line.invoice;
    item.row.line_number = line_number;
    item.row.sku = line.stock_code;
    item.row.quantity = line.quantity;
    const std::string price = line.price.written();
    item.price = price;
    landing_.add(utc_day(invoice.time), item);
    ++report_.order_lines;
    report_.long_prices += line.price.decimals() > 2;

    if (!line.customer.empty()) {
      sales_[{line.customer, line.stock_code}].push_back(
          {invoice.time, i, line_number, line.quantity});
    }
    count_sale(i);
  }

  void count_sale(std::size_t i) {
    const LedgerLine& line = lines_[i];
    const std::pair sale{invoices_[invoice_of_[i]].time, i};
    const auto [place, added] =
        products_.try_emplace({line.stock_code, month_of(sale.first)}, ProductMonth{sale, {}, {}});
    ProductMonth& month = place->second;
    month.first_sale = std::min(month.first_sale, sale);
    auto& price =
        month.prices.try_emplace(line.price, ProductMonth::PriceCount{line.price}).first->second;
    ++price.lines;
    if (line.price.decimals() < price.fewest_decimals.decimals()) {
      price.fewest_decimals = line.price;
    }
    if (!line.description.empty()) ++month.names[line.description];
  }

  void match_cancellations() {
    for (auto& [key, sales] : sales_) std::sort(sales.begin(), sales.end());
    const auto when = [&](std::size_t i) { return std::pair{invoices_[invoice_of_[i]].time, i}; };
    std::sort(cancellations_.begin(), cancellations_.end(),
              [&](std::size_t a, std::size_t b) { return when(a) < when(b); });
    std::vector<std::int32_t> counters(invoices_.size());
    for (const std::size_t i : cancellations_) match(i, counters[invoice_of_[i]]);
  }

  void match(std::size_t i, std::int32_t& counter) {
    const LedgerLine& line = lines_[i];
    const Invoice& invoice = invoices_[invoice_of_[i]];
    const auto bought = sales_.find({line.customer, line.stock_code});
    const auto count_before = [&](std::vector<Sale>& sales) {
      return std::upper_bound(sales.begin(), sales.end(), invoice.time,
                              [](Instant time, const Sale& sale) { return time < sale.time; }) -
             sales.begin();
    };
    const auto before = bought == sales_.end() ? 0 : count_before(bought->second);
    if (before == 0) {
      leave_unmatched(i, line.quantity, Unmatched::no_sale_before);
      ++report_.unmatched[static_cast<std::size_t>(Unmatched::no_sale_before)];
      return;
    }
    // 64 bits: the least integer has no counterpart in 32.
    std::int64_t open = -std::int64_t{line.quantity};
    bool matched = false;
    for (auto at = before; at > 0 && open > 0; --at) {
      Sale& sale = bought->second[static_cast<std::size_t>(at - 1)];
      if (sale.quantity_left == 0) continue;
      const auto taken =
          static_cast<std::int32_t>(std::min<std::int64_t>(sale.quantity_left, open));
      sale.quantity_left -= taken;
      open -= taken;
      matched = true;
      add_return(invoice, ++counter, sale, taken);
    }
    if (matched) {
      ++report_.cancellations_matched;
      report_.matched_in_part += open > 0;
    } else {
      ++report_.unmatched[static_cast<std::size_t>(Unmatched::more_than_bought)];
    }
    if (open > 0) leave_unmatched(i, -open, Unmatched::more_than_bought);
  }

  void add_return(const Invoice& invoice, std::int32_t counter, const Sale& sale,
                  std::int32_t quantity) {
    const std::string return_id = fmt::format("{}-{}", invoice.number, counter);
    contracts::Return row;
    row.return_id = return_id;
    row.order_id = lines_[sale.line].invoice;
    row.line_number = sale.line_number;
    row.quantity = quantity;
    row.returned_at = invoice.time;
    landing_.add(utc_day(invoice.time), row);
    ++report_.returns;
  }

  void add_orders() {
    for (const Invoice& invoice : invoices_) {
      if (invoice.kept_lines == 0) continue;
      contracts::Order order;
      order.order_id = invoice.number;
      order.customer_id = text_or_null(invoice.customer);
      order.status = contracts::OrderStatus::delivered;
      order.created_at = order.paid_at = order.delivered_at = invoice.time;
      order.currency = "GBP";
      order.country = text_or_null(country_code(invoice.country).value_or(""));
      landing_.add(utc_day(invoice.time), order);
      ++report_.orders;
    }
  }

  // A customer is known from the first invoice of any kind, so also from a cancellation.
  void add_customers() {
    std::unordered_map<std::string_view, std::pair<Instant, std::size_t>> first_invoices;
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      if (lines_[i].customer.empty()) continue;
      const std::pair at{invoices_[invoice_of_[i]].time, i};
      auto& first = first_invoices.try_emplace(lines_[i].customer, at).first->second;
      first = std::min(first, at);
    }
    std::vector<std::size_t> first_lines;
    for (const auto& [customer, first] : first_invoices) first_lines.push_back(first.second);
    std::sort(first_lines.begin(), first_lines.end());
    for (const std::size_t i : first_lines) {
      const Invoice& invoice = invoices_[invoice_of_[i]];
      contracts::Customer customer;
      customer.customer_id = lines_[i].customer;
      customer.country = text_or_null(country_code(invoice.country).value_or(""));
      customer.signup_at = invoice.time;
      landing_.add(utc_day(invoice.time), customer);
      ++report_.customers;
    }
  }

  void add_products() {
    std::vector<std::pair<std::size_t, const Products::value_type*>> by_first_line;
    for (const auto& product : products_) {
      by_first_line.emplace_back(product.second.first_sale.second, &product);
    }
    std::sort(by_first_line.begin(), by_first_line.end());
    for (const auto& [line, product] : by_first_line) {
      const auto& [key, month] = *product;
      // The first of equals is taken: of prices (from above) the highest, of names the least by
      // bytes.
      const auto price = std::max_element(
          month.prices.rbegin(), month.prices.rend(),
          [](const auto& a, const auto& b) { return a.second.lines < b.second.lines; });
      const auto name =
          std::max_element(month.names.begin(), month.names.end(),
                           [](const auto& a, const auto& b) { return a.second < b.second; });
      const std::string list_price = price->second.fewest_decimals.written();
      PricedProduct priced;
      priced.row.sku = key.first;
      priced.row.product_name = name == month.names.end() ? key.first : name->first;
      priced.price = list_price;
      priced.row.updated_at = key.second.start_utc();
      landing_.add(utc_day(month.first_sale.first), priced);
      ++report_.products;
      report_.long_prices += price->second.fewest_decimals.decimals() > 2;
    }
  }

  void leave_unmatched(std::size_t line, std::int64_t quantity, Unmatched reason) {
    unmatched_.push_back({line, quantity, reason});
  }

  std::string unmatched_text() {
    std::sort(unmatched_.begin(), unmatched_.end());
    std::string text = "line,invoice,stock_code,quantity,reason\n";
    for (const auto& [i, quantity, reason] : unmatched_) {
      const LedgerLine& line = lines_[i];
      text += fmt::format("{},", line.number);
      append_csv_value(text, line.invoice);
      text += ',';
      append_csv_value(text, line.stock_code);
      text +=
          fmt::format(",{},{}\n", quantity, kUnmatchedReasons[static_cast<std::size_t>(reason)]);
    }
    return text;
  }

  void expect_every_line_accounted_for() const {
    std::int64_t sum = report_.order_lines + report_.cancellations_matched;
    for (const std::int64_t count : report_.unmatched) sum += count;
    if (sum != report_.lines) {
      throw Error(
          fmt::format("the ledger has {} lines, but {} are accounted for: nothing was "
                      "written; this is a fault of the importer",
                      report_.lines, sum));
    }
  }

  using Products = std::map<std::pair<std::string_view, Day>, ProductMonth>;

  const std::vector<LedgerLine>& lines_;
  std::vector<Invoice> invoices_;  // in the order of the file
  std::vector<std::size_t> invoice_of_;
  std::map<std::pair<std::string_view, std::string_view>, std::vector<Sale>> sales_;
  std::vector<std::size_t> cancellations_;
  std::vector<std::tuple<std::size_t, std::int64_t, Unmatched>> unmatched_;
  Products products_;
  LandingFiles landing_;
  ImportReport report_;
};

void expect_empty(const std::filesystem::path& out) {
  std::error_code error;
  if (!std::filesystem::exists(out, error) && !error) return;
  if (!std::filesystem::is_directory(out, error) || !std::filesystem::is_empty(out, error) ||
      error) {
    throw UsageError(fmt::format("{} is there and is not an empty folder: give --out a new folder",
                                 out.string()));
  }
}

}  // namespace

ImportReport import_online_retail(const std::filesystem::path& file,
                                  const std::filesystem::path& out, const std::stop_token& stop) {
  expect_empty(out);
  const Ledger ledger(file, stop);
  return Import(ledger).run(out, stop);
}

std::string to_text(const ImportReport& report) {
  std::string text;
  const auto line = [&](std::int64_t count, std::string_view what) {
    text += fmt::format("{:>10}  {}\n", count, what);
  };
  line(report.lines, "lines in the ledger, of which");
  line(report.order_lines, "became order lines");
  line(report.cancellations_matched,
       fmt::format("cancellations became returns ({} of them in part)", report.matched_in_part));
  for (std::size_t reason = 0; reason < kReasons; ++reason) {
    line(report.unmatched[reason],
         fmt::format("are listed in _unmatched.csv: {}", kUnmatchedReasons[reason]));
  }
  text += '\n';
  line(report.landing_dates, "landing dates, with rows of");
  line(report.orders, "orders");
  line(report.order_lines, "order_items");
  line(report.returns, "returns");
  line(report.customers, "customers");
  line(report.products, "products");
  if (report.long_prices > 0) {
    line(report.long_prices,
         "of these rows have a price with more than two decimals: a run puts "
         "them into quarantine");
  }
  for (const auto& [country, count] : report.unknown_countries) {
    line(count,
         fmt::format("lines name a country without a known code, sent as null: {}", country));
  }
  return text;
}

}  // namespace cartograph::importers
