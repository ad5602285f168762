// A minus is a real one, as on the dashboard.
#include "reports/wording.hpp"

#include <fmt/format.h>

#include <cmath>
#include <map>

namespace cartograph::reports {
namespace {

constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::string_view kMinus = "−";

std::string with_commas(std::string_view digits) {
  std::string text;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) text += ',';
    text += digits[i];
  }
  return text;
}

std::string_view sign_of(std::string_view currency) {
  if (currency == "EUR") return "€";
  if (currency == "USD") return "$";
  if (currency == "GBP") return "£";
  return {};
}

std::string replaced(std::string_view text, const std::map<char, std::string_view>& others) {
  std::string result;
  for (const char c : text) {
    const auto other = others.find(c);
    if (other == others.end()) {
      result += c;
    } else {
      result += other->second;
    }
  }
  return result;
}

}  // namespace

std::string money_text(Money amount, std::string_view currency) {
  std::string text = to_string(amount);
  const bool is_negative = text.starts_with('-');
  if (is_negative) text.erase(0, 1);
  const std::size_t point = text.size() - 3;
  std::string sign(sign_of(currency));
  if (sign.empty() && !currency.empty()) sign = std::string(currency) + " ";
  return fmt::format("{}{}{}{}", is_negative ? kMinus : "", sign,
                     with_commas(std::string_view(text).substr(0, point)), text.substr(point));
}

std::string count_text(std::int64_t number) {
  std::string digits = std::to_string(number);
  const bool is_negative = digits.starts_with('-');
  if (is_negative) digits.erase(0, 1);
  return fmt::format("{}{}", is_negative ? kMinus : "", with_commas(digits));
}

std::string rate_text(double rate, int decimals) {
  const std::string text = fmt::format("{:.{}f}", std::abs(rate * 100), decimals);
  const bool is_zero = text.find_first_not_of("0.") == std::string::npos;
  const std::size_t whole = std::min(text.find('.'), text.size());
  return fmt::format("{}{}{} %", rate < 0 && !is_zero ? kMinus : "",
                     with_commas(std::string_view(text).substr(0, whole)), text.substr(whole));
}

std::string points_text(double change) {
  std::string text = rate_text(change);
  text.resize(text.size() - 2);
  return fmt::format("{}{} points",
                     change > 0 && text.find_first_of("123456789") != std::string::npos ? "+" : "",
                     text);
}

std::string month_text(Day day) {
  const auto date = civil(day);
  return fmt::format("{} {}", kMonths[static_cast<unsigned>(date.month()) - 1],
                     static_cast<int>(date.year()));
}

std::string day_text(Day day) {
  return fmt::format("{} {}", static_cast<unsigned>(civil(day).day()), month_text(day));
}

std::string range_text(const Range& range) {
  const std::string last = day_text(range.to);
  if (range.from == range.to) return last;
  std::string first = day_text(range.from);
  if (civil(range.from).year() == civil(range.to).year()) first.resize(first.size() - 5);
  return fmt::format("{} – {}", first, last);
}

std::string counted_text(std::int64_t number, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", count_text(number), number == 1 ? one : many);
}

std::string html_text(std::string_view text) {
  return replaced(text, {{'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'"', "&quot;"}});
}

std::string markdown_text(std::string_view text) {
  return replaced(text, {{'|', "\\|"},
                         {'\\', "\\\\"},
                         {'`', "\\`"},
                         {'*', "\\*"},
                         {'[', "\\["},
                         {'<', "&lt;"},
                         {'&', "&amp;"},
                         {'\n', " "},
                         {'\r', " "}});
}

}  // namespace cartograph::reports
