// What a run keeps on the disk for a while, in DATA/tmp: files without a name, which go with the
// process.
#pragma once

#include <filesystem>

namespace cartograph::ingestion {

/// A descriptor of a new empty file in `folder`, which is made where it is missing; the caller
/// closes it. Throws Error where nothing can be written there.
int open_unnamed_file(const std::filesystem::path& folder);

}  // namespace cartograph::ingestion
