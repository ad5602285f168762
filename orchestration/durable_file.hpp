// Writing small files so that they are on the disk, and whole, when the call returns.
#pragma once

#include <filesystem>
#include <string_view>

namespace cartograph::orchestration {

/// Puts a file with `text` in the place of `file`, in one step: who reads sees the old one or the
/// new one. Throws Error where it cannot be written; then the old one stays.
void replace_file(const std::filesystem::path& file, std::string_view text);

/// Appends `line` and a line end. A line that was cut short before, by a kill or a full disk, is
/// ended first, so that it spoils no other. Throws Error where it cannot be written whole.
void append_line(const std::filesystem::path& file, std::string_view line);

}  // namespace cartograph::orchestration
