// Rows come in any order, since blocks of a file are read side by side.
#include "ingestion/rejections.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/utf8.hpp"

namespace cartograph::ingestion {
namespace {

constexpr std::size_t kRowsKept = 5;
constexpr std::size_t kReasonsKept = 1000;
constexpr std::size_t kValueCharacters = 40;
constexpr std::string_view kBetween = "; ";

// Calls visit(reason) for each of the joined `reasons`.
template <class Visit>
void for_each_reason(std::string_view reasons, const Visit& visit) {
  while (!reasons.empty()) {
    const std::size_t size = std::min(reasons.find(kBetween), reasons.size());
    visit(reasons.substr(0, size));
    reasons.remove_prefix(std::min(size + kBetween.size(), reasons.size()));
  }
}

// "quantity: not an integer" with the value that stood there.
std::string with_value(const contracts::Feed& feed, std::string_view reason,
                       std::span<const std::string_view> values) {
  const std::string_view name = reason.substr(0, reason.find(':'));
  for (std::size_t field = 0; field < values.size(); ++field) {
    if (feed.fields[field].name != name || values[field].empty()) continue;
    return fmt::format("{} '{}'{}", name, visible(values[field], kValueCharacters),
                       reason.substr(name.size()));
  }
  return std::string(reason);
}

}  // namespace

void Rejections::add(const contracts::Feed& feed, std::int64_t line, std::string_view reasons,
                     std::string_view raw_row, std::span<const std::string_view> values) {
  count(reasons);
  if (!counts_among_first(line)) return;
  std::string what;
  for_each_reason(reasons, [&](std::string_view reason) {
    what += (what.empty() ? "" : "; ") + with_value(feed, reason, values);
  });
  if (values.empty()) what += fmt::format(": {}", visible(raw_row, 2 * kValueCharacters));
  keep(line, std::move(what));
}

void Rejections::add_header_again(std::int64_t line, std::string_view reasons) {
  count(reasons);
  if (counts_among_first(line)) keep(line, "the header again");
}

std::vector<std::pair<std::string, std::int64_t>> Rejections::commonest(
    std::size_t count_max) const {
  std::vector<std::pair<std::string, std::int64_t>> list(counts_.begin(), counts_.end());
  std::stable_sort(list.begin(), list.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  if (list.size() > count_max) list.resize(count_max);
  return list;
}

bool Rejections::counts_among_first(std::int64_t line) const {
  return first_.size() < kRowsKept || line < first_.back().line;
}

void Rejections::keep(std::int64_t line, std::string what) {
  const auto place = std::upper_bound(first_.begin(), first_.end(), line,
                                      [](std::int64_t l, const Row& row) { return l < row.line; });
  first_.insert(place, {line, std::move(what)});
  if (first_.size() > kRowsKept) first_.pop_back();
}

// Past so many reasons, as of random bytes, new ones are none that is common.
void Rejections::count(std::string_view reasons) {
  for_each_reason(reasons, [&](std::string_view reason) {
    const auto known = counts_.find(reason);
    if (known != counts_.end()) {
      ++known->second;
    } else if (counts_.size() < kReasonsKept) {
      counts_.emplace(reason, 1);
    }
  });
}

}  // namespace cartograph::ingestion
