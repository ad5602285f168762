// The tables between models, as pipelines/work_tables.sql declares them: which files of
// pipelines/changes fill and all of pipelines/ and quality/ read.
#pragma once

#include <vector>

#include "warehouse/connection.hpp"

namespace cartograph::pipelines {

/// All of them, in the order of the file. Throws Error where the file is not written as it has to
/// be.
const std::vector<warehouse::WorkTable>& work_tables();

}  // namespace cartograph::pipelines
