// Strict JSON (RFC 8259), read for one purpose: the scalar members of flat objects as text.
// Numbers and booleans keep their literal text, so that no value passes through a float.
// The text has to be valid UTF-8. Pure, thread-safe with a parser a thread.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/row_batch.hpp"
#include "contracts/feed.hpp"

namespace cartograph::ingestion {

enum class JsonOutcome {
  row,            // a flat object as far as the feed's columns go
  not_an_object,  // valid JSON, but no object, or an object or array under one of the columns
  invalid,
};

class JsonRowParser {
 public:
  explicit JsonRowParser(const contracts::Feed& feed)
      : feed_(feed), values_(feed.fields.size()), nested_(feed.fields.size()) {}

  /// Reads the value at the start of `text` (white space before it allowed) and moves `text` behind
  /// it. Unescaped texts lie in `arena`. Of a key twice in one object the last counts.
  JsonOutcome parse(std::string_view& text, TextArena& arena);

  /// After JsonOutcome::row: the values in the contract's order; null and absent ones are empty.
  std::span<const std::string_view> values() const { return values_; }
  /// Keys of the last object that the contract does not know, unescaped.
  const std::vector<std::string>& unknown_keys() const { return unknown_keys_; }

 private:
  bool parse_member(std::string_view& text, TextArena& arena);
  std::size_t field_of(std::string_view key);

  const contracts::Feed& feed_;
  std::vector<std::string_view> values_;
  std::vector<char> nested_;
  std::vector<std::string> unknown_keys_;
  std::string brackets_;
  std::size_t expected_field_ = 0;  // rows mostly name their keys in the same order
};

/// Removes JSON's white space from the start of `text`.
void skip_json_space(std::string_view& text);

}  // namespace cartograph::ingestion
