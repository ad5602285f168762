// What a shop calls our columns and words, as its configuration has it, so that its exports land as
// they are. Names and words match trimmed and in any letter case.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace cartograph::contracts {

struct FeedMapping {
  std::map<std::string, std::string> columns;  // the shop's name of a column, ours
  std::map<std::string, std::map<std::string, std::string>> values;  // our column; its word, ours
  std::map<std::string, std::string> defaults;  // our column, what stands for null
};

using Mappings = std::map<std::string, FeedMapping, std::less<>>;  // by feed

/// "[feeds.orders]: Bestellnummer = order_id; words of status: bezahlt = paid; defaults: …".
std::string text_of(std::string_view feed, const FeedMapping& mapping);

/// Throws UsageError where a feed or column is not there, a word or default is none that its column
/// can hold, or a name or word stands there twice; it names the key of the configuration.
void expect_valid(const Mappings& mappings, const std::string& reporting_currency);

}  // namespace cartograph::contracts
