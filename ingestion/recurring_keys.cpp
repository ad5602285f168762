// Where decoding has seen too many to keep them, the engine groups the rows.
#include "ingestion/recurring_keys.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string>

#include "contracts/feed.hpp"

namespace cartograph::ingestion {
namespace {

// The rows of recurring_keys that decoding has found.
class SeenSource final : public RowSource {
 public:
  explicit SeenSource(const std::vector<SeenKeys>& seen) : seen_(seen) {}

  const Schema& schema() const override { return kSchema; }
  std::size_t max_cursors() const override { return 1; }
  std::unique_ptr<Cursor> cursor() override { return std::make_unique<SeenCursor>(seen_); }

 private:
  class SeenCursor final : public Cursor {
   public:
    explicit SeenCursor(const std::vector<SeenKeys>& seen) : seen_(seen) {}
    bool next(RowBatch& batch) override {
      while (!batch.full() && feed_ < seen_.size()) {
        const SeenKeys& keys = seen_[feed_];
        if (next_ == keys.recurring.size()) {
          ++feed_;
          next_ = 0;
          continue;
        }
        batch.set_text(0, keys.feed);
        batch.set_text(1, keys.recurring[next_++]);
        batch.add_row();
      }
      return batch.rows() > 0;
    }

   private:
    const std::vector<SeenKeys>& seen_;
    std::size_t feed_ = 0;
    std::size_t next_ = 0;  // of its keys
  };

  static const Schema kSchema;
  const std::vector<SeenKeys>& seen_;
};

const Schema SeenSource::kSchema = {{"feed", ColumnType::text}, {"id", ColumnType::text}};

void make_table(warehouse::Connection& connection) {
  connection.execute(
      "drop table if exists recurring_keys; "
      "create temp table recurring_keys (feed text, id text collate \"C\")");
}

void group_rows(warehouse::Connection& connection, const contracts::Feed& feed,
                Instant ingested_after) {
  connection.execute(fmt::format(
      "insert into recurring_keys (feed, id) select {}, {} from {} "
      "where ingested_at > timestamp with time zone {} "
      "group by {} having count(*) > 1",
      warehouse::quote_literal(feed.name), feed.key.front(), feed.staging_table(),
      warehouse::quote_literal(to_string(ingested_after)), fmt::join(key_and_state(feed), ", ")));
}

}  // namespace

void find_recurring_keys(warehouse::Connection& connection, Instant ingested_after) {
  make_table(connection);
  for (const contracts::Feed& feed : contracts::feeds()) {
    group_rows(connection, feed, ingested_after);
  }
}

void load_recurring_keys(warehouse::Connection& connection, Instant ingested_after,
                         PendingLake& pending, const std::vector<SeenKeys>& seen) {
  make_table(connection);
  SeenSource source(seen);
  pending.load("recurring_keys", source, connection);
  for (const SeenKeys& keys : seen) {
    if (keys.too_many) group_rows(connection, *contracts::find_feed(keys.feed), ingested_after);
  }
}

}  // namespace cartograph::ingestion
