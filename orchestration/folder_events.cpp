// After an overflow nothing is known of any file: then, as for files that were open before, the
// lease and the folder's clock decide alone.
#include "orchestration/folder_events.hpp"

#include <fmt/format.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace cartograph::orchestration {
namespace {

namespace fs = std::filesystem;

constexpr std::uint32_t kEvents =
    IN_CREATE | IN_MODIFY | IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_ONLYDIR;
// Whose end was not seen, and that nobody writes to, is over at some time.
constexpr std::chrono::minutes kForgottenAfter{10};

}  // namespace

FolderEvents::FolderEvents(boost::asio::any_io_executor executor, const LandingFolder& folder,
                           bool is_polling, std::function<void()> hint)
    : folder_(folder), hint_(std::move(hint)), inotify_(executor) {
  if (is_polling) {
    silence_ = "as was asked";
    return;
  }
  struct statfs system {};
  if (::statfs(folder.path().c_str(), &system) == 0) {
    const std::string_view name = silent_file_system(static_cast<long>(system.f_type));
    if (!name.empty()) {
      be_silent(fmt::format("{} does not tell of changes", name));
      return;
    }
  }
  const int descriptor = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  if (descriptor < 0) {
    be_silent(fmt::format("the system does not tell of changes: {}", std::strerror(errno)));
    return;
  }
  inotify_.assign(descriptor);
  listen();
  if (inotify_.is_open()) read_next();
}

void FolderEvents::be_silent(std::string why) {
  silence_ = std::move(why);
  boost::system::error_code ignored;
  inotify_.close(ignored);
  written_.clear();
  renamed_.clear();
}

void FolderEvents::listen() {
  if (!inotify_.is_open()) return;
  if (!listened_to_.contains("")) add("");
  std::error_code error;
  for (fs::directory_iterator entry(folder_.path(), error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    std::error_code none;
    if (!is_passed_over(name) && !listened_to_.contains(name) && entry->is_directory(none)) {
      add(name);
    }
    if (!inotify_.is_open()) return;
  }
}

void FolderEvents::add(const std::string& name) {
  const int watch =
      ::inotify_add_watch(inotify_.native_handle(), (folder_.path() / name).c_str(), kEvents);
  if (watch >= 0) {
    folders_[watch] = name;
    listened_to_.insert(name);
  } else if (errno == ENOSPC) {
    be_silent(
        "there are more folders than the system tells of: raise "
        "fs.inotify.max_user_watches, or move old dates away");
  }
}

void FolderEvents::read_next() {
  inotify_.async_wait(
      boost::asio::posix::stream_descriptor::wait_read,
      [this](const boost::system::error_code& error) {
        if (error || !inotify_.is_open()) return;
        alignas(inotify_event) std::array<char, 64 * 1024> buffer;
        ssize_t size = 0;
        bool is_worth_a_look = false;
        while ((size = ::read(inotify_.native_handle(), buffer.data(), buffer.size())) > 0) {
          take(buffer.data(), static_cast<std::size_t>(size));
          is_worth_a_look = true;
        }
        if (is_worth_a_look) hint_();
        read_next();
      });
}

void FolderEvents::take(const char* bytes, std::size_t size) {
  for (std::size_t place = 0; place < size;) {
    const auto* event = reinterpret_cast<const inotify_event*>(bytes + place);
    place += sizeof(inotify_event) + event->len;
    if ((event->mask & IN_Q_OVERFLOW) != 0) {
      written_.clear();
      renamed_.clear();
      continue;
    }
    const auto folder = folders_.find(event->wd);
    if (folder == folders_.end()) continue;
    if ((event->mask & IN_IGNORED) != 0) {
      listened_to_.erase(folder->second);
      folders_.erase(folder);
      continue;
    }
    if (event->len == 0) continue;
    if (folder->second.empty()) {
      // Another folder may get the name.
      if ((event->mask & (IN_MOVED_FROM | IN_DELETE)) != 0) listened_to_.erase(event->name);
      continue;
    }
    const std::string file = folder->second + "/" + event->name;
    if ((event->mask & (IN_CREATE | IN_MODIFY)) != 0) {
      renamed_.erase(file);
      written_[file].since = std::chrono::steady_clock::now();
    } else {
      written_.erase(file);
      if ((event->mask & IN_MOVED_TO) != 0) {
        renamed_.insert(file);
      } else {
        renamed_.erase(file);
      }
    }
  }
}

Knowledge FolderEvents::knows(const std::string& file, const FileState& state) {
  const Writers writers = folder_.writers(file);
  if (writers == Writers::some) return Knowledge::open;
  if (renamed_.contains(file)) return Knowledge::complete;
  const auto written = written_.find(file);
  if (written == written_.end()) return Knowledge::nothing;
  if (writers == Writers::none) {
    written_.erase(written);
    return Knowledge::nothing;
  }
  const auto now = std::chrono::steady_clock::now();
  if (written->second.state != state) written->second = {state, now};
  if (now - written->second.since < kForgottenAfter) return Knowledge::open;
  written_.erase(written);
  return Knowledge::nothing;
}

}  // namespace cartograph::orchestration
