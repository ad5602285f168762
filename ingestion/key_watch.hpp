// Looks at the keys of rows while they are decoded. To find the rows that come twice by grouping
// all of them costs more than to read them; so each key is noted in a table of bits as in a Bloom
// filter (blocked, of four bits a key; Putze, Sanders, Singler: Cache-, Hash- and Space-Efficient
// Bloom Filters), and the few that may have been there before are kept.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/row_batch.hpp"
#include "contracts/feed.hpp"

namespace cartograph::ingestion {

/// The columns by which a feed's rows are told apart: the key's, then the state.
std::vector<std::string_view> key_and_state(const contracts::Feed& feed);

/// What has been seen of the keys of a feed's rows.
struct SeenKeys {
  std::string_view feed;
  /// First columns of the keys (with the state) that may have come twice: of a key that has, one or
  /// more times, and of some that have not. None where there were more than kRecurringMax.
  std::vector<std::string> recurring;
  bool too_many = false;
  /// Whether an id has a plus, as in 4.50E+12.
  bool any_plus = false;
};

inline constexpr std::size_t kRecurringMax = 1'000'000;

class KeyWatch {
 public:
  /// For rows of `feed` from about so many bytes, of which it takes up to an eighth in memory, at
  /// most 64 MiB. Where they are packed, that is small, and more is noted without need.
  KeyWatch(const contracts::Feed& feed, std::int64_t bytes);

  /// Thread-safe.
  void look_at(const RowBatch& batch);

  /// What was seen; once, when all rows have been looked at.
  SeenKeys take();

 private:
  using Word = std::atomic<std::uint64_t>;

  void note_recurring(std::string_view id);

  std::vector<std::size_t> key_;  // columns: the key's, then the state
  std::vector<std::size_t> ids_;  // columns of type id
  std::size_t words_ = 0;         // a power of two
  std::unique_ptr<Word[]> bits_;
  std::atomic<bool> any_plus_ = false;
  std::mutex mutex_;  // guards what follows
  SeenKeys seen_;
};

}  // namespace cartograph::ingestion
