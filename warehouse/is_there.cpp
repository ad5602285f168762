// stat alone does not tell a link that leads nowhere from a name that does not exist.
#include "warehouse/is_there.hpp"

#include <fmt/format.h>

#include <system_error>

#include "base/error.hpp"

namespace cartograph::warehouse {

namespace fs = std::filesystem;

bool is_there(const fs::path& path) {
  std::error_code error;
  const fs::file_type type = fs::status(path, error).type();
  if (type == fs::file_type::none) {
    throw Error(fmt::format("cannot look at {}: {}", path.string(), error.message()));
  }
  if (type != fs::file_type::not_found) return true;
  for (fs::path above = fs::absolute(path); above.has_relative_path();
       above = above.parent_path()) {
    if (!fs::is_symlink(fs::symlink_status(above, error))) continue;
    if (fs::status(above, error).type() != fs::file_type::not_found) break;
    throw Error(
        fmt::format("{} is a link to {}, which is not there; mount its disk, or take the link away",
                    above.string(), fs::read_symlink(above, error).string()));
  }
  return false;
}

}  // namespace cartograph::warehouse
