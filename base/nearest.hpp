// Which known name somebody meant who wrote another one.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace cartograph {

/// How many letters have to be put in, taken out or replaced to make `b` of `a`.
std::size_t edits(std::string_view a, std::string_view b);

/// The entry of `known`, which is not empty, that is fewest edits away from `word`.
std::string nearest(std::string_view word, const std::vector<std::string>& known);

}  // namespace cartograph
