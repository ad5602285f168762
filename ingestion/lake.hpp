// The lake: every staged row as Parquet, in lake/stg_<feed>/<run>.parquet, with loaded_files and
// quarantine beside them: enough to build the warehouse again. A run decodes into its folder
// lake/.pending/<run>, and moves its files to their places before its commit: the folder stays
// until it is published, and recover() settles those that killed runs left. One run at a time works
// in a lake, and it belongs to one warehouse (.warehouse, or .claim before the first publication):
// DATA/lake to the first that publishes into it; others get DATA/lake-ID.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/row_batch.hpp"
#include "warehouse/parquet.hpp"
#include "warehouse/warehouse.hpp"

namespace cartograph::ingestion {

class Lake {
 public:
  /// Knows the lake in the data folder of `options`, and touches nothing yet.
  explicit Lake(const warehouse::Options& options);
  ~Lake();
  Lake(const Lake&) = delete;
  Lake& operator=(const Lake&) = delete;

  /// The id of the warehouse that the lake belongs to; empty for a new lake.
  std::string owner() const;
  /// Takes the lake of the warehouse `id`, which is described so, and keeps other runs out of it
  /// until this object goes. Throws WarehouseBusy where one is at work. `is_new` says that the
  /// warehouse has never been published: a claim of its earlier, killed first run is void.
  void open(const std::string& id, std::string_view warehouse, bool is_new);
  /// Makes a new lake that of the warehouse `id`, from before its first run is published there.
  void claim(const std::string& id, std::string_view warehouse);
  const std::filesystem::path& root() const { return root_; }

  /// Settles what earlier runs left: those of a published run stay, and what they replace goes;
  /// others go.
  void recover(const std::function<bool(const std::string& run_id)>& is_published);

  /// Waits until all files are on the disk.
  void sync() const;

  /// All files of `table`, in order of path.
  std::vector<std::filesystem::path> files(std::string_view table) const;

 private:
  friend class PendingLake;
  bool is_foreign(const std::string& id, std::string_view warehouse, bool is_new) const;
  void lock();
  void unlock();

  std::filesystem::path root_;
  warehouse::Options options_;
  int lock_ = -1;
};

/// The files of one run, which are named after it. Runs sort by time, and so do names.
class PendingLake {
 public:
  PendingLake(const Lake& lake, std::string run_id);
  /// Removes the files, unless the run was published or they were left for recovery.
  ~PendingLake();
  PendingLake(const PendingLake&) = delete;
  PendingLake& operator=(const PendingLake&) = delete;

  /// Writes all rows of `source` as the file of `table`; sorted where `order_by` says so. No rows,
  /// no file.
  void write(std::string_view table, RowSource& source, std::string_view order_by = {});

  /// Loads all rows of `source` into `table` of `connection`; the lake gets no file of them.
  void load(std::string_view table, RowSource& source, warehouse::Connection& connection);

  /// Writes the files of `table` as one CSV file with a header.
  void export_csv(std::string_view table, const std::filesystem::path& to);

  /// Where they are now.
  std::vector<std::filesystem::path> files(std::string_view table) const;

  /// Moves the files to their places in the lake.
  void place();

  struct MergedFile {
    std::filesystem::path written;  // first
    std::filesystem::path place;    // then
  };
  /// Where a file of the run lies that replaces others of `table`.
  MergedFile merged_file(std::string_view table) const;
  /// Notes files of the lake that are to be removed once the run is published.
  void replace(const std::vector<std::filesystem::path>& files);

  /// Waits until all files are on the disk; a warehouse must not publish what its lake may lose.
  void sync() const;

  /// Leaves the files where they are, for recover() to settle: where it is not known whether the
  /// warehouse has published the run.
  void leave_for_recovery() { is_settled_ = true; }

  /// To be called after the warehouse has published the run: what it replaces is removed. Where it
  /// throws, recover() does the rest.
  void publish();

 private:
  std::filesystem::path root_;
  std::filesystem::path folder_;
  std::string run_id_;
  warehouse::Parquet parquet_;
  bool is_settled_ = false;
};

}  // namespace cartograph::ingestion
