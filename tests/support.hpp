// What tests of several rooms need: a folder that goes away, files, the golden example, and a way
// to read a landed file with any number of threads into plain values that can be compared.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "contracts/feed.hpp"
#include "ingestion/landing.hpp"
#include "quality/checks.hpp"
#include "runs/run.hpp"
#include "warehouse/warehouse.hpp"

namespace cartograph::tests {

/// A new folder, removed with everything in it when the object goes.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path operator/(std::string_view name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

/// Writes `content` to `path`, making the folders above it; returns `path`.
std::filesystem::path write_file(const std::filesystem::path& path, std::string_view content);
std::string read_file(const std::filesystem::path& path);

/// `content` as one gzip member.
std::string gzip(std::string_view content);

/// tests/golden of the sources.
std::filesystem::path golden_folder();
std::filesystem::path golden_landing();

/// The message of the Expected that `action` throws; fails the test where it throws none or
/// another.
template <class Expected, class Action>
std::string message_of(Action&& action) {
  try {
    action();
  } catch (const Expected& error) {
    return error.what();
  } catch (const std::exception& error) {
    ADD_FAILURE() << "threw another error: " << error.what();
    return {};
  }
  ADD_FAILURE() << "threw nothing";
  return {};
}

/// A seed for random input: TEST_SEED or a new one. Printed with what fails.
std::uint64_t random_seed();

// Reading one landed file.

using Value = std::optional<std::string>;

struct StagedRow {
  std::int64_t line = 0;
  std::map<std::string, Value> values;  // by column of staging; money in hundredths, times in
                                        // microseconds, row_hash as 32 hexadecimal digits
};

struct RejectedRow {
  std::int64_t line = 0;
  std::string reasons;
  std::string raw;
  friend bool operator==(const RejectedRow&, const RejectedRow&) = default;
};

struct ReadFile {
  std::vector<StagedRow> staged;      // by line
  std::vector<RejectedRow> rejected;  // by line
  std::int64_t rows_read = 0;
  std::int64_t rows_quarantined = 0;
  std::string rejected_whole;
  std::set<std::string> unknown_columns;
  std::size_t blocks = 0;

  /// The only staged row's value ("null" for none), or what only_reasons() says.
  std::string only(std::string_view column) const;
  /// The only rejected row's reasons, in angle brackets.
  std::string only_reasons() const;
};

struct ReadOptions {
  std::size_t threads = 1;
  contracts::Context context{};
};

/// Reads `content` as a file called `name` ("orders.csv", "returns.jsonl.gz", …).
ReadFile read_landed(const TemporaryFolder& folder, const std::string& name,
                     std::string_view content, const ReadOptions& options = {});

/// The landed file `name` of a day's folder below `landing`.
ingestion::LandedFile landed_file(const std::filesystem::path& landing, const std::string& name);

// A warehouse, without the command line.

struct RunOptions {
  std::size_t threads = 2;
  std::string timezone = "UTC";
};

/// A store in a folder of its own, on which the main job runs.
class SmallStore {
 public:
  explicit SmallStore(const RunOptions& options = {});
  ~SmallStore();

  std::filesystem::path landing() const { return folder_ / "landing"; }
  std::filesystem::path data() const { return folder_ / "data"; }
  warehouse::Warehouse& warehouse() { return *warehouse_; }

  /// Lands a file.
  void land(const std::string& source_file, std::string_view content);
  /// Copies one landing date's folder of the golden example, or all of them.
  void land_golden(std::string_view landing_date = {});
  /// Does the main job, whatever is rejected; returns how many deliveries there were.
  std::size_t run(runs::Source source = runs::Source::landing);
  /// Does it with everything marked as changed.
  void rebuild();

  /// The published state, to be looked at and spoilt: what is done to it is never published, and
  /// gone with the next run(). Where there is none yet, it is that of an empty store.
  warehouse::Writer& writer();
  /// All checks, of that state.
  std::vector<quality::Result> check(const quality::Settings& settings = {});

 private:
  TemporaryFolder folder_;
  runs::RunSettings settings_;
  std::unique_ptr<warehouse::Warehouse> warehouse_;
  std::unique_ptr<warehouse::Writer> writer_;
  std::string latest_run_;
};

/// The staging tables, on which some migrations build.
std::vector<warehouse::TableSpec> staging_tables();

/// An answer as lines of CSV: the header first, then the rows sorted; nulls empty.
std::vector<std::string> csv_lines(warehouse::Connection& connection, std::string_view sql);

/// A table of the golden example as it is expected, as csv_lines() gives it.
std::vector<std::string> golden_lines(std::string_view table);
/// The SELECT whose answer golden_lines() of this table is.
std::string golden_select(std::string_view table);

}  // namespace cartograph::tests
