// What is there decides: a warehouse goes on with the lake that it has begun.
#include "warehouse/lake_folder.hpp"

#include "warehouse/is_there.hpp"

namespace cartograph::warehouse {

std::filesystem::path lake_folder(const std::filesystem::path& data, const std::string& id) {
  std::filesystem::path own = data / ("lake-" + id);
  return is_there(own) ? own : data / "lake";
}

}  // namespace cartograph::warehouse
