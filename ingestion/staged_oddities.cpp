// Only rows of keys that may have come twice are grouped.
#include "ingestion/staged_oddities.hpp"

#include <fmt/format.h>

#include <string>
#include <string_view>

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

// A key comes twice where its rows do not differ in their state either. Of a feed that sends all
// its rows each time all keys recur, but not within a file: only where they do are values compared.
std::string repeated_keys(const contracts::Feed& feed, const std::string& rows) {
  const auto grouped = key_and_state(feed);
  const auto staged = [](std::string_view name) { return fmt::format("s.{}", name); };
  const auto same = [](std::string_view name) { return fmt::format("s.{0} = r.{0}", name); };
  return fmt::format(
      "with recurring as (select distinct id from recurring_keys where feed = {0}), "
      "repeated as (select s.ingested_at, {1} from {2} s join recurring r on r.id = s.{3} "
      "group by s.ingested_at, {1} having count(*) > 1) "
      "select {0} as feed, concat({4}) as key, s.source_file, min(s.source_line) as first_line, "
      "max(s.source_line) as last_line, count(*) as rows, "
      "count(distinct s.row_hash) as variants "
      "from {2} s join repeated r on r.ingested_at = s.ingested_at and {5} "
      "group by s.ingested_at, s.source_file, {1} having count(distinct s.row_hash) > 1",
      warehouse::quote_literal(feed.name), listed(grouped, ", ", staged), rows, feed.key.front(),
      listed(feed.key, ", ' ', ", staged), listed(grouped, " and ", same));
}

// Empty where the feed has no ids.
std::string rewritten_ids(const contracts::Feed& feed, const std::string& rows) {
  std::vector<std::string_view> ids;
  for (const auto& field : feed.fields) {
    if (field.type_name == "id") ids.push_back(field.name);
  }
  if (ids.empty()) return {};
  // Most ids have no plus, which is quick to see.
  const auto candidate = [](std::string_view name) {
    return fmt::format("strpos({}, '+') > 0", name);
  };
  const auto value = [](std::string_view name) {
    return fmt::format("({}, s.{})", warehouse::quote_literal(name), name);
  };
  return fmt::format(
      "select {0} as feed, c.column_name, c.id, s.source_file, s.source_line "
      "from (select * from {1} s where {2}) s "
      "cross join lateral (values {3}) as c(column_name, id) "
      "where c.id similar to '[0-9]([.,][0-9]+)?[eE][+][0-9]+'",
      warehouse::quote_literal(feed.name), rows, listed(ids, " or ", candidate),
      listed(ids, ", ", value));
}

bool may_have_rewritten_ids(const contracts::Feed& feed, const std::vector<SeenKeys>* seen) {
  if (seen == nullptr) return true;
  for (const SeenKeys& keys : *seen) {
    if (keys.feed == feed.name) return keys.any_plus;
  }
  return false;
}

void insert(warehouse::Connection& connection, std::string_view table, const std::string& select) {
  if (!select.empty()) connection.execute(fmt::format("insert into {} {}", table, select));
}

}  // namespace

void find_staged_oddities(warehouse::Connection& connection, Instant ingested_after,
                          const std::vector<SeenKeys>* seen) {
  connection.execute(
      "drop table if exists repeated_keys; "
      "create temp table repeated_keys (feed text, key text collate \"C\", "
      "source_file text collate \"C\", "
      "first_line bigint, last_line bigint, rows bigint, variants bigint); "
      "drop table if exists rewritten_ids; "
      "create temp table rewritten_ids (feed text, column_name text, id text collate \"C\", "
      "source_file text collate \"C\", source_line bigint)");
  for (const contracts::Feed& feed : contracts::feeds()) {
    const std::string rows =
        fmt::format("(select * from {} where ingested_at > timestamp with time zone {})",
                    feed.staging_table(), warehouse::quote_literal(to_string(ingested_after)));
    insert(connection, "repeated_keys", repeated_keys(feed, rows));
    if (may_have_rewritten_ids(feed, seen)) {
      insert(connection, "rewritten_ids", rewritten_ids(feed, rows));
    }
  }
}

}  // namespace cartograph::ingestion
