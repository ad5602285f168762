// SQL text, as far as it has to be taken apart before an engine gets it.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "warehouse/connection.hpp"

namespace cartograph::warehouse {

/// Where the comment, string, quoted name or dollar-quoted text ends that begins at `at`; `at`
/// where none does.
std::size_t token_end(std::string_view sql, std::size_t at);

/// The statements of `sql`, which semicolons end, each with the comments before it.
std::vector<std::string_view> statements(std::string_view sql);

/// Executes them one by one: a cluster does not take several changes of a schema at once.
void execute_each(Connection& connection, std::string_view sql);

}  // namespace cartograph::warehouse
