// What a published run did: volumes, durations, row counts, checks, rejected rows. As thread-safe
// as the reader.
#pragma once

#include <string>
#include <vector>

#include "reports/published_store.hpp"
#include "reports/section.hpp"

namespace cartograph::reports {

/// The run whose state `reader` sees, as sections; one that says so where none has published.
std::vector<Section> run_sections(warehouse::Reader& reader, const PublishedStore& store);

/// run_summary.md of those.
std::string run_summary(const PublishedStore& store, const std::vector<Section>& sections);

}  // namespace cartograph::reports
