// Where the lake of a warehouse lies.
#pragma once

#include <filesystem>
#include <string>

namespace cartograph::warehouse {

/// The folder of the lake of the warehouse `id` in the data folder: lake, or lake-ID where the
/// warehouse found another one's lake there. It may not have been made yet.
std::filesystem::path lake_folder(const std::filesystem::path& data, const std::string& id);

}  // namespace cartograph::warehouse
