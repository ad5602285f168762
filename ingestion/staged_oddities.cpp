// Rows are grouped by key alone first; only where a key comes twice are their values compared.
#include "ingestion/staged_oddities.hpp"

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <vector>

#include "contracts/feed.hpp"

namespace cartograph::ingestion {
namespace {

// `place(name)` for each name, with `between` between them.
template <class Names, class Place>
std::string listed(const Names& names, std::string_view between, const Place& place) {
  std::string text;
  for (const std::string_view name : names) {
    if (!text.empty()) text += between;
    text += place(name);
  }
  return text;
}

std::string after(Instant ingested_after) {
  return fmt::format("ingested_at > timestamp with time zone {}",
                     warehouse::quote_literal(to_string(ingested_after)));
}

// A key comes twice where its rows do not differ in their state either.
std::string repeated_keys(const contracts::Feed& feed, Instant ingested_after) {
  std::vector<std::string_view> grouped = feed.key;
  if (!feed.state.empty()) grouped.push_back(feed.state);
  const auto plain = [](std::string_view name) { return std::string(name); };
  const auto staged = [](std::string_view name) { return fmt::format("s.{}", name); };
  const auto same = [](std::string_view name) { return fmt::format("s.{0} = r.{0}", name); };
  return fmt::format(
      "insert into repeated_keys (feed, key, source_file, first_line, last_line, rows, variants) "
      "with repeated as (select ingested_at, {0} from {1} where {2} group by ingested_at, {0} "
      "having count(*) > 1) "
      "select {3}, concat({4}), s.source_file, min(s.source_line), max(s.source_line), count(*), "
      "count(distinct s.row_hash) "
      "from repeated r join {1} s on s.ingested_at = r.ingested_at and {5} "
      "where s.{2} group by s.ingested_at, s.source_file, {6} having count(distinct s.row_hash) > "
      "1",
      listed(grouped, ", ", plain), feed.staging_table(), after(ingested_after),
      warehouse::quote_literal(feed.name), listed(feed.key, ", ' ', ", staged),
      listed(grouped, " and ", same), listed(grouped, ", ", staged));
}

std::string rewritten_ids(const contracts::Feed& feed, Instant ingested_after) {
  std::vector<std::string_view> ids;
  for (const auto& field : feed.fields) {
    if (field.type_name == "id") ids.push_back(field.name);
  }
  if (ids.empty()) return {};
  // Most ids have neither, which is quick to see.
  const auto candidate = [](std::string_view name) {
    return fmt::format("strpos({0}, 'E+') > 0 or strpos({0}, 'e+') > 0", name);
  };
  const auto value = [](std::string_view name) {
    return fmt::format("({}, s.{})", warehouse::quote_literal(name), name);
  };
  return fmt::format(
      "insert into rewritten_ids (feed, column_name, id, source_file, source_line) "
      "select {0}, c.column_name, c.id, s.source_file, s.source_line "
      "from (select * from {1} where {2} and ({3})) s "
      "cross join lateral (values {4}) as c(column_name, id) "
      "where c.id similar to '[0-9]([.,][0-9]+)?[eE][+][0-9]+'",
      warehouse::quote_literal(feed.name), feed.staging_table(), after(ingested_after),
      listed(ids, " or ", candidate), listed(ids, ", ", value));
}

}  // namespace

void find_staged_oddities(warehouse::Connection& connection, Instant ingested_after) {
  connection.execute(
      "drop table if exists repeated_keys; "
      "create temp table repeated_keys (feed text, key text, source_file text, first_line bigint, "
      "last_line bigint, rows bigint, variants bigint); "
      "drop table if exists rewritten_ids; "
      "create temp table rewritten_ids (feed text, column_name text, id text, source_file text, "
      "source_line bigint)");
  for (const contracts::Feed& feed : contracts::feeds()) {
    connection.execute(repeated_keys(feed, ingested_after));
    const std::string ids = rewritten_ids(feed, ingested_after);
    if (!ids.empty()) connection.execute(ids);
  }
}

}  // namespace cartograph::ingestion
