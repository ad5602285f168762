// A key's four bits are chosen by the low bits of its hash, their word by those above. All
// hashes of a batch come first, so that the words are on their way before they are needed.
#include "ingestion/key_watch.hpp"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <bit>

namespace cartograph::ingestion {
namespace {

constexpr std::size_t kWordsMin = 1024;
constexpr std::size_t kWordsMax = (std::size_t{64} << 20) / sizeof(std::uint64_t);

using Hashes = std::array<std::uint64_t, kBatchRows>;

void hash_column(const ColumnData& column, std::size_t rows, Hashes& hashes) {
  if (!column.texts.empty()) {
    for (std::size_t row = 0; row < rows; ++row) {
      const std::string_view text = column.texts[row];
      hashes[row] = XXH3_64bits_withSeed(text.data(), text.size(), hashes[row]);
    }
    return;
  }
  for (std::size_t row = 0; row < rows; ++row) {
    const std::int64_t number = column.numbers[row];
    hashes[row] = XXH3_64bits_withSeed(&number, sizeof number, hashes[row]);
  }
}

std::uint64_t four_bits(std::uint64_t hash) {
  std::uint64_t bits = 0;
  for (int i = 0; i < 4; ++i, hash >>= 6) bits |= std::uint64_t{1} << (hash & 63);
  return bits;
}

bool has_plus(const ColumnData& column, std::size_t rows) {
  for (std::size_t row = 0; row < rows; ++row) {
    if (column.valid[row] != 0 && column.texts[row].find('+') != std::string_view::npos) {
      return true;
    }
  }
  return false;
}

}  // namespace

std::vector<std::string_view> key_and_state(const contracts::Feed& feed) {
  std::vector<std::string_view> columns = feed.key;
  if (!feed.state.empty()) columns.push_back(feed.state);
  return columns;
}

KeyWatch::KeyWatch(const contracts::Feed& feed, std::int64_t bytes)
    : words_(
          std::clamp(std::bit_floor(static_cast<std::size_t>(bytes) / 64), kWordsMin, kWordsMax)),
      bits_(std::make_unique<Word[]>(words_)) {
  seen_.feed = feed.name;
  const auto place = [&](std::string_view name) {
    const auto at = std::ranges::find(feed.fields, name, &contracts::FieldInfo::name);
    return static_cast<std::size_t>(at - feed.fields.begin());
  };
  for (const std::string_view name : key_and_state(feed)) key_.push_back(place(name));
  for (std::size_t i = 0; i < feed.fields.size(); ++i) {
    if (feed.fields[i].type_name == "id") ids_.push_back(i);
  }
}

void KeyWatch::look_at(const RowBatch& batch) {
  Hashes hashes{};
  for (const std::size_t column : key_) hash_column(batch.column(column), batch.rows(), hashes);
  const auto word_of = [&](std::uint64_t hash) -> Word& {
    return bits_[(hash >> 24) & (words_ - 1)];
  };
  for (std::size_t row = 0; row < batch.rows(); ++row) {
    __builtin_prefetch(&word_of(hashes[row]), 1);
  }
  for (std::size_t row = 0; row < batch.rows(); ++row) {
    // Of two threads with one key, the second finds the bits of the first.
    const std::uint64_t bits = four_bits(hashes[row]);
    const std::uint64_t before = word_of(hashes[row]).fetch_or(bits, std::memory_order_relaxed);
    if ((before & bits) == bits) note_recurring(batch.column(key_.front()).texts[row]);
  }
  if (any_plus_) return;
  for (const std::size_t column : ids_) {
    if (!has_plus(batch.column(column), batch.rows())) continue;
    any_plus_ = true;
    return;
  }
}

SeenKeys KeyWatch::take() {
  seen_.any_plus = any_plus_;
  return std::move(seen_);
}

void KeyWatch::note_recurring(std::string_view id) {
  const std::lock_guard lock(mutex_);
  if (seen_.too_many) return;
  if (seen_.recurring.size() < kRecurringMax) {
    seen_.recurring.emplace_back(id);
  } else {
    seen_.too_many = true;
    seen_.recurring = {};
  }
}

}  // namespace cartograph::ingestion
