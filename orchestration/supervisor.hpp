// A process of our own between the program and a command that it has started. It outlives neither:
// when the program is gone, however it went, or asks for it, or the deadline has passed, it ends
// the command and all that the command has started, and it collects them, so that no orphan and no
// zombie stays. It is forked and executes nothing new; so it makes system calls only.
#pragma once

#include <sys/types.h>

#include <cstdint>

namespace cartograph::orchestration {

/// What is told of a command: first that it was started, then how it ended.
struct SupervisorReport {
  enum class Kind : std::int32_t { started, not_started, ended };
  Kind kind = Kind::started;
  std::int32_t process_id = 0;    // of the command, which leads a process group of that number
  std::int32_t status = 0;        // exit status; of one not started, errno
  std::int32_t signal = 0;        // that ended it; 0: none
  std::int32_t is_timed_out = 0;  // 1: the deadline had passed before it ended
};

/// What is asked of it by a byte. The end of the pipe is an `end_gently`, too.
enum class SupervisorOrder : char { end_gently = 'g', end_now = 'n' };

/// All is made ready before the fork: nothing may be allocated after it.
struct SupervisedCommand {
  const char* program = nullptr;  // its path
  char* const* arguments = nullptr;
  char* const* environment = nullptr;
  // Each 3 or more, and closed when something is executed.
  int input = -1;                // becomes standard input
  int output = -1;               // becomes standard output and standard error
  int orders = -1;               // SupervisorOrder
  int reports = -1;              // SupervisorReport
  std::int64_t deadline_ms = 0;  // after the start; 0: none
  std::int64_t grace_ms = 0;     // from SIGTERM to SIGKILL
};

/// Forks a supervisor that starts `command`. Returns its process id, -1 where it cannot be forked
/// (errno says why). The caller waits for it when `reports` has ended. From any thread.
pid_t fork_supervisor(const SupervisedCommand& command);

}  // namespace cartograph::orchestration
