// Between its making and its lock a folder looks abandoned: whoever makes one holds the parent
// shared meanwhile, and whoever removes holds it alone.
#include "warehouse/spill_folder.hpp"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace cartograph::warehouse {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kSpillPrefix = "spill-";
constexpr std::string_view kUnnamedPrefix = "unnamed-";
constexpr const char* kLockName = "lock";

// A descriptor that is locked as `operation` says, until the object goes.
class Locked {
 public:
  Locked(const fs::path& path, int flags, int operation)
      : descriptor_(::open(path.c_str(), flags | O_CLOEXEC, 0600)) {
    is_held_ = descriptor_ >= 0 && ::flock(descriptor_, operation) == 0;
  }
  ~Locked() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  Locked(const Locked&) = delete;
  Locked& operator=(const Locked&) = delete;
  bool is_held() const { return is_held_; }

 private:
  int descriptor_;
  bool is_held_;
};

bool is_abandoned(const fs::directory_entry& entry) {
  const std::string name = entry.path().filename().string();
  std::error_code error;
  if (name.starts_with(kUnnamedPrefix)) return entry.is_regular_file(error);
  if (!name.starts_with(kSpillPrefix) || !entry.is_directory(error)) return false;
  const fs::path lock = entry.path() / kLockName;
  if (fs::symlink_status(lock, error).type() == fs::file_type::not_found) return true;
  return Locked(lock, O_RDWR, LOCK_EX | LOCK_NB).is_held();
}

}  // namespace

SpillFolder::SpillFolder(const fs::path& parent) : parent_(fs::absolute(parent)) {
  std::error_code error;
  for (fs::path above = parent_; above.has_relative_path(); above = above.parent_path()) {
    if (fs::symlink_status(above, error).type() != fs::file_type::not_found) break;
    ++made_parents_;
  }
  fs::create_directories(parent_, error);
  make_below(parent_);
}

void SpillFolder::make_below(const fs::path& parent) {
  const Locked making(parent, O_RDONLY | O_DIRECTORY, LOCK_SH);
  std::string name = (parent / kSpillPrefix).string() + "XXXXXX";
  if (::mkdtemp(name.data()) == nullptr) return;
  path_ = name;
  lock_ = ::open((path_ / kLockName).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock_ >= 0) ::flock(lock_, LOCK_EX | LOCK_NB);
}

SpillFolder::~SpillFolder() {
  std::error_code ignored;
  if (!path_.empty()) fs::remove_all(path_, ignored);
  if (lock_ >= 0) ::close(lock_);
  for (fs::path above = parent_; made_parents_ > 0; --made_parents_, above = above.parent_path()) {
    if (!fs::remove(above, ignored)) break;  // others have put something there
  }
}

void remove_abandoned(const fs::path& parent) {
  const Locked alone(parent, O_RDONLY | O_DIRECTORY, LOCK_EX | LOCK_NB);
  if (!alone.is_held()) return;
  std::error_code error;
  std::vector<fs::path> abandoned;
  for (const auto& entry : fs::directory_iterator(parent, error)) {
    if (is_abandoned(entry)) abandoned.push_back(entry.path());
  }
  for (const fs::path& path : abandoned) fs::remove_all(path, error);
}

}  // namespace cartograph::warehouse
