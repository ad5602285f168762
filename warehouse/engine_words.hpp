// What an engine says of an error, as a piece of one of our sentences.
#pragma once

#include <string>
#include <string_view>

namespace cartograph::warehouse {

/// `words` on one line, without the place in the statement that engines draw below them
/// ("LINE 25: …" and a caret): it is a place in SQL that the reader of a message did not write.
std::string one_line(std::string_view words);

}  // namespace cartograph::warehouse
