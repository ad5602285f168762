// The contracts as seen by rooms that handle any feed: names, columns, and a decoder for each
// thread.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/row_batch.hpp"
#include "contracts/field.hpp"

namespace cartograph::contracts {

struct FieldInfo {
  std::string_view name;
  std::string_view about;      // what a value is, as a sentence
  std::string_view type_name;  // as in the feeds' specification: id, money, …
  std::string allowed;  // "1 to 9999", "at most 32 characters", …; empty where the type says all
  ColumnType column_type;
  bool required;
  bool column_may_be_missing;
  bool null_in_staging;
};

/// Where a delivery's rows come from; goes with every staged row.
struct Lineage {
  Instant ingested_at;
  std::string source_file;  // path below the landing folder
  std::string run_id;
};

/// Decodes the rows of one delivery; one decoder a thread.
class RowDecoder {
 public:
  virtual ~RowDecoder() = default;

  /// `values` holds a row's raw values in the contract's order, an absent one empty. Their bytes
  /// have to outlive the batch. A good row is completed in `batch`, columns as in
  /// Feed::staging, and true comes back; of a bad one nothing is added, see reasons().
  virtual bool decode(std::span<const std::string_view> values, std::int64_t source_line,
                      RowBatch& batch) = 0;

  /// Why the last row was refused: "field: message" joined by "; ".
  virtual std::string reasons() const = 0;
};

struct Feed {
  std::string_view name;
  std::string_view grain;  // what one row stands for
  std::vector<FieldInfo> fields;
  std::vector<std::string_view> key;
  std::string_view state;  // rows of one key that differ in it are its history; else empty
  Schema staging;  // the fields, then ingested_at, source_file, source_line, row_hash, run_id

  std::string staging_table() const { return "stg_" + std::string(name); }

  /// What the field at `place` finds wrong with `text` by itself; empty where it can hold it.
  std::string (*fault)(std::size_t place, std::string_view text, const Context& context);

  /// What the field at `place` means by `text`, with the shop's words and defaults, in the form of
  /// a warehouse's cell; nothing where that is null or at fault.
  std::optional<std::string> (*meaning)(std::size_t place, std::string_view text,
                                        const Context& context);

  /// `context` and `lineage` have to outlive the decoder.
  std::unique_ptr<RowDecoder> (*make_decoder)(const Context& context, const Lineage& lineage);
};

/// All feeds, in the order of AllFeeds.
const std::vector<Feed>& feeds();

/// The feed called `name`, or null.
const Feed* find_feed(std::string_view name);

}  // namespace cartograph::contracts
