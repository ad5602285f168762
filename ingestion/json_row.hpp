// Strict JSON (RFC 8259), read for one purpose: the scalar members of flat objects as text.
// Numbers and booleans keep their literal text, so that no value passes through a float.
// The text has to be valid UTF-8. Pure, thread-safe with a parser a thread.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/row_batch.hpp"
#include "contracts/column_names.hpp"

namespace cartograph::ingestion {

enum class JsonOutcome {
  row,            // a flat object as far as the feed's columns go
  not_an_object,  // valid JSON, but no object, or an object or array under one of the columns
  invalid,
};

class JsonRowParser {
 public:
  /// `feed` and `mapping`, which may be null, have to outlive it.
  explicit JsonRowParser(const contracts::Feed& feed,
                         const contracts::FeedMapping* mapping = nullptr)
      : names_(feed, mapping), values_(feed.fields.size()), nested_(feed.fields.size()) {}

  /// Reads the value at the start of `text` (white space before it allowed) and moves `text` behind
  /// it. Unescaped texts lie in `arena`. Of a key twice in one object the last counts.
  JsonOutcome parse(std::string_view& text, TextArena& arena);

  /// After JsonOutcome::row: the values in the contract's order; null and absent ones are empty.
  std::span<const std::string_view> values() const { return values_; }
  /// Keys of the last object that the contract does not know, unescaped.
  const std::vector<std::string>& unknown_keys() const { return unknown_keys_; }

 private:
  bool parse_member(std::string_view& text, TextArena& arena);

  contracts::ColumnNames names_;
  std::vector<std::string_view> values_;
  std::vector<char> nested_;
  std::vector<std::string> unknown_keys_;
  std::string brackets_;
};

/// Reads the start of an object up to its first value: its key, unescaped in `arena`. False, and
/// `text` is where it was, where there is none.
bool open_json_object(std::string_view& text, TextArena& arena, std::string_view& key);

/// Removes JSON's white space from the start of `text`.
void skip_json_space(std::string_view& text);

}  // namespace cartograph::ingestion
