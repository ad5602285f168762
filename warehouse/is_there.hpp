// Whether a file is there, where "no" must not be a guess: what is taken for new is made anew.
#pragma once

#include <filesystem>

namespace cartograph::warehouse {

/// Whether there is anything of this name. Throws Error where it or a folder above it is a link
/// that leads nowhere, as when a disk is not mounted, and where it cannot be told.
bool is_there(const std::filesystem::path& path);

}  // namespace cartograph::warehouse
