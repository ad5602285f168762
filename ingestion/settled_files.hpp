// Which files a run may take, where somebody has watched them: those that are as they were when
// they were found whole. What is written meanwhile is left to the next run.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "ingestion/landing.hpp"

namespace cartograph::ingestion {

/// By path below the landing folder.
using SettledFiles = std::map<std::string, FileIdentity>;

/// Reads a list: of each file device, inode, bytes, nanoseconds of its last change and path, with
/// spaces between them and a NUL at the end. Throws UsageError where it cannot be read as one.
SettledFiles read_settled_files(const std::filesystem::path& list);

/// Leaves the others out of `listing`, and keeps with each of the rest what it has to be.
void keep_settled(Listing& listing, const SettledFiles& settled);

}  // namespace cartograph::ingestion
