// Output goes through files, so that no pipe can fill up.
#include "tests/program.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <stdexcept>
#include <string_view>

#include "tests/support.hpp"

namespace cartograph::tests {
namespace {

int wait_for(pid_t process) {
  int status = 0;
  if (::waitpid(process, &status, 0) != process) throw std::runtime_error("cannot wait");
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace

Ended run_program(const std::vector<std::string>& arguments) {
  const TemporaryFolder folder;
  const std::string out = (folder / "out").string();
  const std::string err = (folder / "err").string();
  std::vector<char*> argv;
  std::string program = CARTOGRAPH_PROGRAM;
  argv.push_back(program.data());
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  std::vector<char*> variables;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    if (!std::string_view(*entry).starts_with("CARTOGRAPH_")) variables.push_back(*entry);
  }
  variables.push_back(nullptr);

  const pid_t process = ::fork();
  if (process < 0) throw std::runtime_error("cannot fork");
  if (process == 0) {
    const int out_file = ::open(out.c_str(), O_WRONLY | O_CREAT, 0666);
    const int err_file = ::open(err.c_str(), O_WRONLY | O_CREAT, 0666);
    if (::dup2(out_file, STDOUT_FILENO) < 0 || ::dup2(err_file, STDERR_FILENO) < 0) ::_exit(127);
    ::execve(program.c_str(), argv.data(), variables.data());
    ::_exit(127);
  }
  Ended ended;
  ended.status = wait_for(process);
  ended.out = read_file(out);
  ended.err = read_file(err);
  return ended;
}

void run_and_vanish(const std::function<void()>& body) {
  const pid_t process = ::fork();
  if (process < 0) throw std::runtime_error("cannot fork");
  if (process == 0) {
    try {
      body();
    } catch (const std::exception& error) {
      std::fprintf(stderr, "%s\n", error.what());
      ::_exit(1);
    }
    ::_exit(0);
  }
  if (wait_for(process) != 0) throw std::runtime_error("the process that was to vanish failed");
}

}  // namespace cartograph::tests
