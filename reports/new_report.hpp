// A folder that is filled beside its place and takes it when it is whole.
#pragma once

#include <filesystem>
#include <string_view>

namespace cartograph::reports {

class NewReport {
 public:
  /// Makes the folder that is filled, beside `place`. Throws UsageError where `place` is there and
  /// is no report, and Error where the folder cannot be made.
  explicit NewReport(std::filesystem::path place);
  /// Takes away what was written, unless it is in its place.
  ~NewReport();
  NewReport(const NewReport&) = delete;
  NewReport& operator=(const NewReport&) = delete;

  /// Throws Error where it cannot be written.
  void write(std::string_view name, std::string_view content) const;
  /// Puts the folder into its place, in one step, and removes the one that was there.
  void take_place();

 private:
  std::filesystem::path place_;
  std::filesystem::path folder_;  // empty once it is in its place
};

/// Makes `link` lead to `target`, in one step. Throws Error where that fails.
void lead_to(const std::filesystem::path& link, const std::filesystem::path& target);

}  // namespace cartograph::reports
