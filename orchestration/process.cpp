// Three descriptors lead to the supervisor: its orders, its reports, and the command's output. The
// end of the reports is the end of everything, so nothing has to catch SIGCHLD in a program that
// has other threads and children.
#include "orchestration/process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <optional>
#include <system_error>

#include "base/descriptor.hpp"
#include "orchestration/kept_output.hpp"
#include "orchestration/supervisor.hpp"

namespace cartograph::orchestration {
namespace {

namespace asio = boost::asio;

// The end of the output of a supervisor that was killed is not waited for: whoever is left may hold
// it open.
constexpr std::chrono::milliseconds kOutputAfterKill{500};

std::string error_text(int error) { return std::generic_category().message(error); }

// Above standard input, output and error, which a program may have been started without.
Descriptor above_standard(int number) {
  if (number < 0 || number > STDERR_FILENO) return Descriptor(number);
  const Descriptor low(number);
  return Descriptor(::fcntl(number, F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
}

struct Pipe {
  Descriptor from;
  Descriptor to;
  bool make() {
    std::array<int, 2> ends{-1, -1};
    return ::pipe2(ends.data(), O_CLOEXEC) == 0 && take(ends);
  }
  // A pipe of which a writer is told by an error, not by a signal, that nobody reads it.
  bool make_socket() {
    std::array<int, 2> ends{-1, -1};
    return ::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) == 0 && take(ends);
  }

 private:
  bool take(const std::array<int, 2>& ends) {
    from = above_standard(ends[0]);
    to = above_standard(ends[1]);
    return from && to;
  }
};

Descriptor input_of(const std::string& text) {
  if (text.empty()) return above_standard(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  Descriptor file = above_standard(::memfd_create("input", MFD_CLOEXEC));
  std::string_view rest = text;
  while (file && !rest.empty()) {
    const ssize_t count = ::write(file.get(), rest.data(), rest.size());
    if (count < 0 && errno != EINTR) return {};
    if (count > 0) rest.remove_prefix(static_cast<std::size_t>(count));
  }
  if (file) ::lseek(file.get(), 0, SEEK_SET);
  return file;
}

// As a shell finds it; nothing where there is none.
std::optional<std::string> find_program(const std::string& word) {
  if (word.find('/') != std::string::npos) return word;
  const char* path = std::getenv("PATH");
  std::string_view rest = path != nullptr ? path : "/usr/local/bin:/usr/bin:/bin";
  while (!word.empty()) {
    const std::string_view folder = rest.substr(0, rest.find(':'));
    const std::string file = std::string(folder.empty() ? "." : folder) + "/" + word;
    std::error_code ignored;
    if (::access(file.c_str(), X_OK) == 0 && !std::filesystem::is_directory(file, ignored)) {
      return file;
    }
    if (folder.size() == rest.size()) break;
    rest.remove_prefix(folder.size() + 1);
  }
  return std::nullopt;
}

// Texts as the system takes them.
class TextArray {
 public:
  explicit TextArray(std::vector<std::string> texts) : texts_(std::move(texts)) {
    for (std::string& text : texts_) pointers_.push_back(text.data());
    pointers_.push_back(nullptr);
  }
  TextArray(const TextArray&) = delete;
  TextArray& operator=(const TextArray&) = delete;
  char* const* get() const { return pointers_.data(); }

 private:
  std::vector<std::string> texts_;
  std::vector<char*> pointers_;
};

std::vector<std::string> environment_with(const std::map<std::string, std::string>& changes) {
  std::vector<std::string> entries;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    if (!changes.contains(std::string(text.substr(0, text.find('='))))) entries.emplace_back(text);
  }
  for (const auto& [name, value] : changes) entries.push_back(fmt::format("{}={}", name, value));
  return entries;
}

ProcessEnd end_of(const SupervisorReport& report, const std::string& program) {
  ProcessEnd end;
  if (report.kind == SupervisorReport::Kind::not_started) {
    end.text = fmt::format("cannot start {}: {}", program, error_text(report.status));
  } else if (report.kind == SupervisorReport::Kind::started) {
    end.kind = ProcessEnd::Kind::killed;
    end.text = "ended, since the process that supervises it was killed";
  } else if (report.is_timed_out != 0) {
    end.kind = ProcessEnd::Kind::timed_out;
    end.text = "timed out";
  } else if (report.signal != 0) {
    end.kind = ProcessEnd::Kind::killed;
    end.text = fmt::format("ended by signal {} ({})", report.signal, ::strsignal(report.signal));
  } else {
    end.kind = ProcessEnd::Kind::exited;
    end.status = report.status;
    end.text = fmt::format("exit status {}", report.status);
  }
  return end;
}

}  // namespace

struct Process::State {
  State(const asio::any_io_executor& executor, const ProcessCommand& command)
      : kept(command.output_file, kLastLines),
        output(executor),
        reports(executor),
        output_ended(executor, asio::steady_timer::time_point::max()) {}

  // Returns why it could not be started; empty where it could.
  std::string start(const ProcessCommand& command);
  void order(SupervisorOrder what) {
    const char byte = static_cast<char>(what);
    // A supervisor that has gone needs none.
    if (orders && ::send(orders.get(), &byte, 1, MSG_NOSIGNAL) < 0) orders = Descriptor();
  }
  void collect() {
    while (supervisor > 0 && ::waitpid(supervisor, nullptr, 0) < 0 && errno == EINTR) {
    }
    supervisor = -1;
  }

  static asio::awaitable<void> keep_output(std::shared_ptr<State> state);

  KeptOutput kept;
  asio::posix::stream_descriptor output;
  asio::posix::stream_descriptor reports;
  asio::steady_timer output_ended;  // cancelled when it has
  bool has_output_ended = true;
  Descriptor orders;
  pid_t supervisor = -1;
  bool is_stopped = false;
  std::string program;
  std::string failure;
};

std::string Process::State::start(const ProcessCommand& command) {
  program = command.words.empty() ? "" : command.words[0];
  const std::optional<std::string> path =
      command.program.empty() ? find_program(program) : command.program.string();
  if (!path) {
    return fmt::format("cannot start '{}': there is no such program in the folders of PATH",
                       program);
  }
  const TextArray arguments(command.words);
  const TextArray environment(environment_with(command.environment));
  Descriptor input = input_of(command.input);
  Pipe out, told, ordered;
  if (!input || !out.make() || !told.make() || !ordered.make_socket()) {
    return fmt::format("cannot start {}: {}", program, error_text(errno));
  }
  supervisor = fork_supervisor({path->c_str(), arguments.get(), environment.get(), input.get(),
                                out.to.get(), ordered.from.get(), told.to.get(),
                                command.deadline.count(), command.grace.count()});
  if (supervisor < 0) return fmt::format("cannot start {}: {}", program, error_text(errno));
  orders = std::move(ordered.to);
  output.assign(out.from.release());
  reports.assign(told.from.release());
  return "";
}

asio::awaitable<void> Process::State::keep_output(std::shared_ptr<State> state) {
  std::array<char, 16 * 1024> bytes;
  boost::system::error_code error;
  while (!error) {
    const std::size_t count = co_await state->output.async_read_some(
        asio::buffer(bytes), asio::redirect_error(asio::use_awaitable, error));
    state->kept.add({bytes.data(), count});
  }
  state->has_output_ended = true;
  state->output_ended.cancel();
}

Process::Process(asio::any_io_executor executor, const ProcessCommand& command)
    : state_(std::make_shared<State>(executor, command)) {
  state_->failure = state_->start(command);
  if (!state_->failure.empty()) return;
  state_->has_output_ended = false;
  asio::co_spawn(executor, State::keep_output(state_), asio::detached);
}

Process::~Process() {
  if (state_->supervisor > 0) state_->order(SupervisorOrder::end_now);
  state_->collect();
  boost::system::error_code ignored;
  state_->output.close(ignored);
  state_->reports.close(ignored);
}

asio::awaitable<ProcessEnd> Process::wait() {
  // A copy: what is awaited may outlive this object where its context goes first.
  const std::shared_ptr<State> state = state_;
  if (!state->failure.empty()) {
    ProcessEnd end;
    end.text = state->failure;
    co_return end;
  }
  SupervisorReport last{SupervisorReport::Kind::started, 0, 0, 0, 0};
  boost::system::error_code error;
  while (!error) {
    SupervisorReport report;
    co_await asio::async_read(state->reports, asio::buffer(&report, sizeof report),
                              asio::redirect_error(asio::use_awaitable, error));
    if (!error) last = report;
  }
  state->collect();
  if (last.kind == SupervisorReport::Kind::started) {
    // Killed. The command goes with it; what it had started is in its group, unless it left it.
    if (last.process_id > 0) ::kill(-last.process_id, SIGKILL);
    state->output_ended.expires_after(kOutputAfterKill);
  }
  if (!state->has_output_ended) {
    co_await state->output_ended.async_wait(asio::redirect_error(asio::use_awaitable, error));
  }
  boost::system::error_code ignored;
  state->output.close(ignored);
  ProcessEnd end = end_of(last, state->program);
  end.is_stopped = state->is_stopped;
  end.last_lines = state->kept.last_lines();
  end.output_problem = state->kept.problem();
  co_return end;
}

void Process::stop() {
  state_->is_stopped = true;
  state_->order(SupervisorOrder::end_gently);
}

}  // namespace cartograph::orchestration
