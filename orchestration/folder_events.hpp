// What the system tells of changes in the landing folder: a hint that it is worth a look, and which
// files are being written or were renamed into place. Where it tells nothing, why. For the thread
// that runs its executor.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include <functional>
#include <map>
#include <set>
#include <string>

#include "orchestration/landing_folder.hpp"
#include "orchestration/watch_rule.hpp"

namespace cartograph::orchestration {

class FolderEvents {
 public:
  /// `hint` is called when something has changed. With `is_polling` nothing is asked of the system.
  FolderEvents(boost::asio::any_io_executor executor, const LandingFolder& folder, bool is_polling,
               std::function<void()> hint);

  /// Why nothing is heard; empty where changes are told.
  const std::string& silence() const { return silence_; }

  /// Listens to the folder and to the folders below it that it does not listen to yet: to be called
  /// before each look.
  void listen();

  /// Listens to all folders anew: after the landing folder was away another one may be there.
  void forget() { listened_to_.clear(); }

  /// What the events have said of a file, which has this state now.
  Knowledge knows(const std::string& file, const FileState& state);

 private:
  void read_next();
  void take(const char* bytes, std::size_t size);
  void add(const std::string& folder);
  void be_silent(std::string why);

  struct Written {
    FileState state;  // when it was looked at last
    std::chrono::steady_clock::time_point since;
  };

  const LandingFolder& folder_;
  const std::function<void()> hint_;
  std::string silence_;
  boost::asio::posix::stream_descriptor inotify_;
  std::map<int, std::string> folders_;  // by watch; the landing folder itself is ""
  std::set<std::string> listened_to_;
  std::map<std::string, Written> written_;  // begun, and not closed yet
  std::set<std::string> renamed_;           // into place, and not written to since
};

}  // namespace cartograph::orchestration
