// The script goes when its standard input ends, which the kernel sees to whatever becomes of us.
#include "tests/postgres_server.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <stdexcept>

namespace cartograph::tests {
namespace {

class Server {
 public:
  Server() {
    int input[2];
    int output[2];
    if (::pipe2(input, O_CLOEXEC) != 0 || ::pipe2(output, O_CLOEXEC) != 0) {
      throw std::runtime_error("no pipe");
    }
    const std::string script =
        (std::filesystem::path(CARTOGRAPH_SOURCE_DIR) / "tests" / "postgres_server.py").string();
    process_ = ::fork();
    if (process_ == 0) {
      ::dup2(input[0], STDIN_FILENO);
      ::dup2(output[1], STDOUT_FILENO);
      ::execlp("python3", "python3", script.c_str(), nullptr);
      ::_exit(127);
    }
    ::close(input[0]);
    ::close(output[1]);
    lifeline_ = input[1];
    char byte = 0;
    while (::read(output[0], &byte, 1) == 1 && byte != '\n') url_ += byte;
    ::close(output[0]);
    if (url_.empty()) throw std::runtime_error("PostgreSQL could not be started");
  }
  ~Server() {
    ::close(lifeline_);
    ::waitpid(process_, nullptr, 0);
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  const std::string& url() const { return url_; }

 private:
  pid_t process_ = -1;
  int lifeline_ = -1;
  std::string url_;
};

}  // namespace

const std::string& postgres_url() {
  static const std::string url = [] {
    if (const char* named = std::getenv("TEST_POSTGRES_URL")) return std::string(named);
    static const Server server;
    return server.url();
  }();
  return url;
}

}  // namespace cartograph::tests
