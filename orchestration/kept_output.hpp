// The output of a process as it comes: all of it in a file, up to a size, and its last lines in
// memory. A file that cannot be written, as on a full disk, is said and does not disturb the
// process. Not thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/descriptor.hpp"

namespace cartograph::orchestration {

/// More than this of one process's output is not written to the file; its last lines are known.
inline constexpr std::uint64_t kOutputBytesMax = 16 * 1024 * 1024;

class KeptOutput {
 public:
  /// Makes the file and the folders that it needs; with an empty path there is none.
  KeptOutput(const std::filesystem::path& file, std::size_t lines);

  void add(std::string_view bytes);

  /// The last lines, as UTF-8, each cut at a length that can be read.
  std::string last_lines() const;
  /// Why the file has not all of it; empty where it has.
  const std::string& problem() const { return problem_; }

 private:
  void write(std::string_view bytes);
  void fail(int error);

  std::filesystem::path path_;
  Descriptor file_;
  std::uint64_t written_ = 0;
  std::string problem_;
  std::size_t lines_max_;
  std::deque<std::string> lines_;  // the last one may not be over yet
};

}  // namespace cartograph::orchestration
