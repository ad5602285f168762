// What a run keeps on the disk for a while, in DATA/tmp: files without a name, which go with the
// process.
#pragma once

#include <filesystem>
#include <string_view>

namespace cartograph::ingestion {

/// A descriptor of a new empty file in `folder`, which is made where it is missing; the caller
/// closes it. Throws Error where nothing can be written there.
int open_unnamed_file(const std::filesystem::path& folder);

/// Appends `bytes`, which come from the landed file `source`, to such a file. Throws Error where
/// there is no room.
void write_unnamed(int descriptor, std::string_view bytes, const std::filesystem::path& source);

}  // namespace cartograph::ingestion
