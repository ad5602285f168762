// A command line as a process of its own, in a process group of its own, under a supervisor
// (orchestration/supervisor.hpp): it cannot outlive this program by more than its grace, nor leave
// anything behind. Not thread-safe: to be used by the one thread that runs its executor.
#pragma once

#include <sys/types.h>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace cartograph::orchestration {

/// Lines of a process's output that are told with its end.
inline constexpr std::size_t kLastLines = 20;

struct ProcessCommand {
  std::vector<std::string> words;                  // the program, looked for in PATH, and the rest
  std::filesystem::path program;                   // where it lies, where it is not looked for
  std::map<std::string, std::string> environment;  // beside this process's own
  std::string input;                               // all of the standard input
  std::filesystem::path output_file;        // of standard output and error; empty: it is not kept
  std::chrono::milliseconds deadline{0};    // 0: none
  std::chrono::milliseconds grace{10'000};  // from SIGTERM to SIGKILL
};

struct ProcessEnd {
  enum class Kind { exited, killed, timed_out, not_started };
  Kind kind = Kind::not_started;
  int status = 0;              // where it exited by itself: its exit status
  bool is_stopped = false;     // stop() had been called
  std::string text;            // "exit status 3", "ended by signal 9 (Killed)"
  std::string last_lines;      // of the output, kLastLines at most, UTF-8
  std::string output_problem;  // why the file has not all of the output; empty where it has
};

class Process {
 public:
  /// Starts it. What keeps it from starting is told by wait().
  Process(boost::asio::any_io_executor executor, const ProcessCommand& command);
  /// Ends what still runs at once, with SIGKILL, and waits for it, which takes milliseconds.
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  /// Returns when it has ended, by itself, by its deadline or by stop(), and all that it had
  /// started has ended too. To be called once; the object must outlive the call.
  boost::asio::awaitable<ProcessEnd> wait();

  /// Asks it to end: SIGTERM to its group, SIGKILL after the grace. May be called at any time.
  void stop();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace cartograph::orchestration
