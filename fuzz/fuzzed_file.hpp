// Reads bytes as a landed file, as a run does but for the engine behind it, and holds the reader to
// what it promises of any bytes. Not thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "ingestion/landing.hpp"

namespace cartograph::fuzz {

/// Reads `content` as a file called `name`, a feed's, with the shop's names and words and the
/// encoding that `choices` stands for. Aborts where a count does not add up, a reason is empty, or
/// the export of a rejected row would not be read back.
void read_fuzzed_file(const std::string& name, std::string_view content, unsigned choices);

}  // namespace cartograph::fuzz
