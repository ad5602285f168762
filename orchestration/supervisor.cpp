// The supervisor is the subreaper of what it starts: whatever loses its parent becomes its child,
// also in another session or process group. So there is nothing left of a command when waitpid()
// finds no child any more, and until then /proc names whom to end.
#include "orchestration/supervisor.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <ctime>
#include <iterator>

namespace cartograph::orchestration {
namespace {

constexpr std::int64_t kNever = -1;
constexpr std::int64_t kSweepEveryMs = 20;  // while children are being killed

std::int64_t now_ms() {
  timespec time{};
  ::clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000 + time.tv_nsec / 1'000'000;
}

void tell(int reports, const SupervisorReport& report) {
  // Smaller than PIPE_BUF: written whole or not at all.
  while (::write(reports, &report, sizeof report) < 0 && errno == EINTR) {
  }
}

// Signals as a new process expects them: the program ignores some and blocks others.
void restore_signals() {
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  for (const int number : {SIGPIPE, SIGXFSZ, SIGBUS, SIGTERM, SIGINT, SIGHUP, SIGCHLD}) {
    ::signal(number, SIG_DFL);
  }
}

[[noreturn]] void become(const SupervisedCommand& command, int failure, pid_t supervisor) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != supervisor) ::_exit(127);
  restore_signals();
  if (::dup2(command.input, STDIN_FILENO) >= 0 && ::dup2(command.output, STDOUT_FILENO) >= 0 &&
      ::dup2(command.output, STDERR_FILENO) >= 0) {
    ::execve(command.program, command.arguments, command.environment);
  }
  const int error = errno;
  if (::write(failure, &error, sizeof error) < 0) ::_exit(126);
  ::_exit(127);
}

// Closes every descriptor but these. What listens, or is somebody's output, must not stay open
// here.
void keep_only(int* kept, std::size_t count) {
  const int nothing = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  for (const int number : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::dup2(nothing, number);
  std::sort(kept, kept + count);
  unsigned from = STDERR_FILENO + 1;
  for (std::size_t i = 0; i < count; ++i) {
    const auto number = static_cast<unsigned>(kept[i]);
    if (number > from) ::close_range(from, number - 1, 0);
    from = number + 1;
  }
  ::close_range(from, ~0U, 0);
}

class Supervisor {
 public:
  explicit Supervisor(const SupervisedCommand& command) : command_(command) {}

  [[noreturn]] void run() {
    ::setsid();
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);
    ::prctl(PR_SET_NAME, "cartograph-step");
    sigset_t all;
    ::sigfillset(&all);
    ::sigprocmask(SIG_SETMASK, &all, nullptr);
    ::signal(SIGCHLD, SIG_DFL);  // ignored, it would take the exit statuses with it
    int kept[] = {command_.input, command_.output, command_.orders, command_.reports};
    keep_only(kept, std::size(kept));
    start();
    watch();
    ::_exit(0);
  }

 private:
  void start() {
    int failure[2];
    sigset_t children;
    ::sigemptyset(&children);
    ::sigaddset(&children, SIGCHLD);
    signals_ = ::signalfd(-1, &children, SFD_CLOEXEC | SFD_NONBLOCK);
    if (signals_ < 0 || ::pipe2(failure, O_CLOEXEC) != 0) refuse(errno);
    const pid_t self = ::getpid();
    child_ = ::fork();
    if (child_ < 0) refuse(errno);
    if (child_ == 0) become(command_, failure[1], self);
    ::setpgid(child_, child_);  // whichever of the two comes first
    ::close(failure[1]);
    ::close(command_.input);
    ::close(command_.output);
    int error = 0;
    ssize_t bytes = 0;
    while ((bytes = ::read(failure[0], &error, sizeof error)) < 0 && errno == EINTR) {
    }
    ::close(failure[0]);
    if (bytes == sizeof error) {
      ::waitpid(child_, nullptr, 0);
      refuse(error);
    }
    report_.process_id = child_;
    tell(command_.reports, report_);
    if (command_.deadline_ms > 0) deadline_ = now_ms() + command_.deadline_ms;
  }

  [[noreturn]] void refuse(int error) {
    tell(command_.reports, {SupervisorReport::Kind::not_started, 0, error, 0, 0});
    ::_exit(0);
  }

  // Until no process is left of what was started.
  void watch() {
    while (is_any_left()) {
      const std::int64_t now = now_ms();
      if (deadline_ != kNever && now >= deadline_ && !report_is_known()) {
        deadline_ = kNever;
        report_.is_timed_out = 1;
        end_gently();
      }
      // What a command leaves behind ends with it.
      if (report_is_known() && kill_at_ == kNever) end_gently();
      if (kill_at_ != kNever && now >= kill_at_) signal_all(SIGKILL);
      wait();
    }
    tell(command_.reports, report_);
  }

  bool report_is_known() const { return report_.kind == SupervisorReport::Kind::ended; }

  // Takes what has ended. The command comes last: until it is taken, its process group cannot
  // become another's.
  bool is_any_left() {
    look_at_command();
    bool are_others = false;
    const bool is_complete = for_each_child([&](pid_t process) {
      if (process != child_ && ::waitpid(process, nullptr, WNOHANG) == 0) are_others = true;
    });
    if (!report_is_known() || are_others) return true;
    if (!is_collected_) ::waitpid(child_, nullptr, 0);
    is_collected_ = true;
    pid_t ended = 0;
    while ((ended = ::waitpid(-1, nullptr, WNOHANG)) > 0 || (ended < 0 && errno == EINTR)) {
    }
    // Without /proc nobody knows whom to end.
    return ended == 0 && is_complete;
  }

  void look_at_command() {
    siginfo_t info{};
    if (report_is_known() ||
        ::waitid(P_PID, static_cast<id_t>(child_), &info, WEXITED | WNOHANG | WNOWAIT) != 0) {
      return;
    }
    if (info.si_pid != child_) return;
    report_.kind = SupervisorReport::Kind::ended;
    (info.si_code == CLD_EXITED ? report_.status : report_.signal) = info.si_status;
  }

  void end_gently() {
    if (kill_at_ != kNever) return;
    signal_all(SIGTERM);
    signal_all(SIGCONT);  // one that was halted does not see the other
    kill_at_ = now_ms() + command_.grace_ms;
  }

  // The command's group, and those that became children when their parents ended.
  void signal_all(int number) {
    if (!is_collected_) ::kill(-child_, number);
    for_each_child([&](pid_t process) {
      if (process != child_) ::kill(process, number);
    });
  }

  // False where they are not to be known. There may be more; whoever asks, asks again.
  template <class Function>
  static bool for_each_child(Function&& function) {
    const int file = ::open("/proc/thread-self/children", O_RDONLY | O_CLOEXEC);
    if (file < 0) return false;
    char text[4096];
    const ssize_t bytes = ::read(file, text, sizeof text);
    ::close(file);
    pid_t process = 0;
    for (ssize_t i = 0; i < bytes; ++i) {
      if (text[i] >= '0' && text[i] <= '9') {
        process = process * 10 + (text[i] - '0');
      } else {
        if (process > 1) function(process);
        process = 0;
      }
    }
    return bytes >= 0;
  }

  void wait() {
    pollfd waited[] = {{signals_, POLLIN, 0}, {is_heard_ ? command_.orders : -1, POLLIN, 0}};
    ::poll(waited, std::size(waited), static_cast<int>(std::min<std::int64_t>(pause(), 60'000)));
    signalfd_siginfo told{};
    while (::read(signals_, &told, sizeof told) > 0) {
    }
    if ((waited[1].revents & (POLLIN | POLLHUP)) == 0) return;
    char order = 0;
    const ssize_t bytes = ::read(command_.orders, &order, 1);
    if (bytes < 0) return;
    if (bytes == 0) is_heard_ = false;  // the program is gone
    end_gently();
    if (order == static_cast<char>(SupervisorOrder::end_now)) kill_at_ = now_ms();
  }

  std::int64_t pause() const {
    const std::int64_t now = now_ms();
    std::int64_t until = now + 60'000;
    if (deadline_ != kNever && !report_is_known()) until = std::min(until, deadline_);
    if (kill_at_ != kNever) until = std::min(until, std::max(kill_at_, now + kSweepEveryMs));
    return std::max<std::int64_t>(until - now, 0);
  }

  const SupervisedCommand command_;
  int signals_ = -1;
  pid_t child_ = 0;
  bool is_heard_ = true;
  bool is_collected_ = false;
  SupervisorReport report_;
  std::int64_t deadline_ = kNever;
  std::int64_t kill_at_ = kNever;
};

}  // namespace

pid_t fork_supervisor(const SupervisedCommand& command) {
  const pid_t process = ::fork();
  if (process == 0) Supervisor(command).run();
  return process;
}

}  // namespace cartograph::orchestration
