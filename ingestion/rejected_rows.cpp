// Keys are read off the rows' texts: quarantine has no columns for them.
#include "ingestion/rejected_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <set>
#include <utility>

#include "base/error.hpp"
#include "ingestion/csv_reader.hpp"
#include "ingestion/source_file.hpp"

namespace cartograph::ingestion {
namespace {

namespace fs = std::filesystem;

std::int64_t to_number(std::string_view text) {
  std::int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

std::string literal(const contracts::Feed& feed, std::string_view column, const std::string& cell) {
  const auto field = std::ranges::find(feed.fields, column, &contracts::FieldInfo::name);
  switch (field->column_type) {
    case ColumnType::integer: return cell;
    case ColumnType::timestamp: return "timestamp with time zone " + warehouse::quote_literal(cell);
    default: return warehouse::quote_literal(cell);
  }
}

}  // namespace

fs::path rejects_of(const fs::path& data, const std::string& run_id) {
  return data / "rejects" / (run_id + ".csv");
}

void for_each_reject(const fs::path& file, const std::function<void(RejectedRow&&)>& visit) {
  enum Place { run_id, source_file, source_line, feed, reasons, raw_row, ingested_at, places };
  const SourceFile source(file, false, {});
  std::string_view rest = source.bytes();
  bool is_header = true;
  while (!rest.empty()) {
    TextArena arena;
    CsvRow row;
    read_csv_row(rest, ',', places, arena, row);
    rest.remove_prefix(row.size);
    if (std::exchange(is_header, false) || row.field_count != places) continue;
    RejectedRow rejected;
    rejected.run_id = row.fields[run_id];
    rejected.source_file = row.fields[source_file];
    rejected.source_line = to_number(row.fields[source_line]);
    rejected.feed = contracts::find_feed(row.fields[feed]);
    rejected.reasons = row.fields[reasons];
    rejected.raw_row = row.fields[raw_row];
    contracts::read_timestamp(row.fields[ingested_at], rejected.ingested_at);
    if (rejected.feed != nullptr) visit(std::move(rejected));
  }
}

RejectedRows::RejectedRows(warehouse::Connection& connection, const contracts::Context& context,
                           const fs::path& data, SourceShapes& shapes)
    : connection_(connection), context_(context), data_(data), shapes_(shapes) {}

std::vector<RejectedRow> RejectedRows::find(const Asked& asked) {
  std::vector<RejectedRow> rows;
  add_quarantine(asked, rows);
  add_failed_runs(asked, rows);
  const std::size_t found = rows.size();
  if (!asked.all) {
    remove_delivered_again(rows);
    for (const contracts::Feed& feed : contracts::feeds()) remove_staged_since(feed, rows);
  }
  left_out_ = static_cast<std::int64_t>(found - rows.size());
  for (RejectedRow& row : rows) {
    if (row.raw_row.size() > asked.raw_bytes_max) row.raw_row.resize(asked.raw_bytes_max);
  }
  return rows;
}

void RejectedRows::add_quarantine(const Asked& asked, std::vector<RejectedRow>& rows) {
  connection_.for_each(
      "select q.run_id, q.source_file, coalesce(f.checksum, '') as checksum, q.source_line, "
      "q.feed, "
      "q.reasons, coalesce(q.raw_row, '') as raw_row, "
      "cast(extract(epoch from q.ingested_at) * 1000000 as bigint) as micros "
      "from quarantine q "
      "left join loaded_files f on f.source_file = q.source_file and f.ingested_at = q.ingested_at "
      "where (cast($1 as text) is null or q.run_id = cast($1 as text)) "
      "and (cast($2 as text) is null or q.feed = cast($2 as text)) "
      "order by q.ingested_at, q.source_line",
      {asked.run_id, asked.feed}, [&](const auto&, const warehouse::Row& row) {
        const contracts::Feed* feed = contracts::find_feed(*row[4]);
        if (feed == nullptr) return;
        rows.push_back({*row[0], *row[1], *row[2], to_number(*row[3]), feed, *row[5], *row[6],
                        Instant{to_number(*row[7])}});
      });
}

void RejectedRows::add_failed_runs(const Asked& asked, std::vector<RejectedRow>& rows) {
  for (const fs::path& file : rejects_files(asked)) {
    for_each_reject(file, [&](RejectedRow&& row) {
      if (!asked.feed || row.feed->name == *asked.feed) rows.push_back(std::move(row));
    });
  }
}

std::vector<fs::path> RejectedRows::rejects_files(const Asked& asked) {
  std::vector<fs::path> files;
  std::error_code error;
  connection_.for_each(
      "select run_id from run_log where status = 'failed' "
      "and (cast($1 as text) is null or run_id = cast($1 as text)) "
      "and ($2 = 'true' or cast($1 as text) is not null or started_at > coalesce("
      "(select max(started_at) from run_log where status in ('published', 'nothing_new')), "
      "timestamp with time zone '1970-01-01 00:00:00+00')) "
      "order by started_at desc, run_id desc",
      {asked.run_id, asked.all ? "true" : "false"}, [&](const auto&, const warehouse::Row& row) {
        const fs::path file = rejects_of(data_, *row[0]);
        // A later run has read again what an earlier one could not publish.
        if ((asked.all || files.empty()) && fs::exists(file, error)) files.push_back(file);
      });
  std::reverse(files.begin(), files.end());
  return files;
}

void RejectedRows::remove_delivered_again(std::vector<RejectedRow>& rows) {
  std::map<std::string, std::int64_t, std::less<>> latest;
  if (!rows.empty()) {
    connection_.for_each(
        "select source_file, max(cast(extract(epoch from ingested_at) * 1000000 as bigint)) "
        "from loaded_files group by source_file",
        {}, [&](const auto&, const warehouse::Row& row) { latest[*row[0]] = to_number(*row[1]); });
  }
  std::erase_if(rows, [&](const RejectedRow& row) {
    const auto found = latest.find(row.source_file);
    return found != latest.end() && found->second > row.ingested_at.micros;
  });
}

void RejectedRows::remove_staged_since(const contracts::Feed& feed,
                                       std::vector<RejectedRow>& rows) {
  constexpr std::size_t kKeysAtOnce = 500;
  RowRestorer restorer(feed, context_);
  std::string columns;
  std::string same;
  for (const std::string_view column : feed.key) {
    columns += fmt::format(", {}", column);
    same += fmt::format(" and s.{0} = k.{0}", column);
  }
  std::set<std::size_t> staged;
  std::string keys;
  std::size_t count = 0;
  const auto ask = [&] {
    if (count == 0) return;
    connection_.for_each(
        fmt::format("select k.place from (values {}) as k(place, delivered_at, line{}) "
                    "where exists (select 1 from {} s where (s.ingested_at > k.delivered_at or "
                    "(s.ingested_at = k.delivered_at and s.source_line > k.line)){})",
                    keys, columns, feed.staging_table(), same),
        {}, [&](const auto&, const warehouse::Row& row) {
          staged.insert(static_cast<std::size_t>(to_number(*row[0])));
        });
    keys.clear();
    count = 0;
  };
  for (std::size_t place = 0; place < rows.size(); ++place) {
    if (rows[place].feed != &feed) continue;
    const auto key = restorer.key(rows[place], shapes_.find(rows[place]));
    if (!key) continue;
    keys += fmt::format("{}({}, timestamp with time zone {}, {}", keys.empty() ? "" : ", ", place,
                        warehouse::quote_literal(to_string(rows[place].ingested_at)),
                        rows[place].source_line);
    for (std::size_t i = 0; i < key->size(); ++i) {
      keys += ", " + literal(feed, feed.key[i], (*key)[i]);
    }
    keys += ')';
    if (++count == kKeysAtOnce) ask();
  }
  ask();
  std::size_t place = 0;
  std::erase_if(rows, [&](const RejectedRow&) { return staged.contains(place++); });
}

}  // namespace cartograph::ingestion
