// The section [feeds.*] of the configuration: what the shop calls our columns and words.
#pragma once

#include <toml++/toml.h>

#include <string>

#include "contracts/mapping.hpp"

namespace cartograph::cli {

/// Reads the table `feeds` of `file`. Throws UsageError, with the line, for what is neither
/// columns, values nor defaults of a feed; whether the feed can hold it is for contracts to say.
contracts::Mappings read_feeds(const toml::table& feeds, const std::string& file);

/// The text of a plain value; `place` is for the UsageError where it is none.
std::string text_of(const toml::node& node, const std::string& place);

}  // namespace cartograph::cli
