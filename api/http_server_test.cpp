// The server on real sockets, with a handler of the tests' own: limits, deadlines, order, stopping.
#include "api/http_server.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <mutex>
#include <thread>
#include <vector>

#include "base/error.hpp"

namespace cartograph::api {
namespace {

using std::chrono::milliseconds;

// Answers with the target; what begins with /later once it is told to, /large with a megabyte.
class Echo final : public RequestHandler {
 public:
  Outcome handle(const Request& request) override {
    if (request.target.starts_with("/later")) {
      return {std::nullopt, [this, text = request.target](const Outcome::Answer& answer) {
                const std::lock_guard lock(mutex_);
                waiting_.push_back([answer, text] { answer(response(200, text)); });
              }};
    }
    if (request.target == "/large") return {response(200, std::string(1 << 20, 'x')), {}};
    return {response(200, request.target), {}};
  }

  Response refuse(const Request&, const Refusal& refusal) override {
    return response(refusal.status, refusal.detail);
  }

  // Answers what waits, the last first; waits until there are so many.
  void answer_waiting(std::size_t number) {
    std::vector<std::function<void()>> answers;
    while (answers.size() < number) {
      const std::lock_guard lock(mutex_);
      for (auto& answer : waiting_) answers.push_back(std::move(answer));
      waiting_.clear();
      std::this_thread::yield();
    }
    for (auto answer = answers.rbegin(); answer != answers.rend(); ++answer) (*answer)();
  }

 private:
  static Response response(int status, std::string body) {
    Response response;
    response.status = status;
    response.body = std::make_shared<const std::string>(std::move(body));
    return response;
  }

  std::mutex mutex_;
  std::vector<std::function<void()>> waiting_;
};

class Client {
 public:
  explicit Client(int port) {
    socket_ = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    is_connected_ = ::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  }
  ~Client() { ::close(socket_); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  bool is_connected() const { return is_connected_; }
  void send(std::string_view text) {
    EXPECT_EQ(::send(socket_, text.data(), text.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(text.size()));
  }
  void end_sending() { ::shutdown(socket_, SHUT_WR); }
  void get(const std::string& target) { send("GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n"); }

  // Everything up to `end`, or to the end of the connection.
  std::string read_until(std::string_view end) {
    while (read_.find(end) == std::string::npos && read_some(10'000)) {
    }
    return std::exchange(read_, {});
  }
  std::string read_all() {
    while (read_some(10'000)) {
    }
    return std::exchange(read_, {});
  }
  // Whether something comes, or the connection ends, within so many milliseconds.
  bool comes_within(int timeout_ms) {
    pollfd poll{socket_, POLLIN, 0};
    return ::poll(&poll, 1, timeout_ms) > 0;
  }

 private:
  bool read_some(int timeout_ms) {
    if (!comes_within(timeout_ms)) {
      ADD_FAILURE() << "nothing came";
      return false;
    }
    char buffer[65536];
    const ssize_t bytes = ::recv(socket_, buffer, sizeof buffer, 0);
    if (bytes > 0) read_.append(buffer, static_cast<std::size_t>(bytes));
    return bytes > 0;
  }

  int socket_ = -1;
  bool is_connected_ = false;
  std::string read_;
};

class HttpServerTest : public testing::Test {
 protected:
  HttpServerTest() {
    settings_.port = 0;
    settings_.threads = 2;
  }
  ~HttpServerTest() override { stop(); }

  void start() {
    server_ = std::make_unique<HttpServer>(settings_, echo_);
    thread_ = std::jthread([this] { server_->run(stop_.get_token()); });
  }
  void stop() {
    stop_.request_stop();
    if (thread_.joinable()) thread_.join();
  }
  int port() const { return server_->port(); }

  static int status_of(const std::string& text) {
    return text.starts_with("HTTP/1.1 ") ? std::stoi(text.substr(9, 3)) : 0;
  }
  int status_of_sent(std::string_view text) {
    Client client(port());
    client.send(text);
    client.end_sending();
    return status_of(client.read_all());
  }

  ServerSettings settings_;
  Echo echo_;
  std::unique_ptr<HttpServer> server_;
  std::stop_source stop_;
  std::jthread thread_;
};

std::size_t count(const std::string& text, std::string_view word) {
  std::size_t number = 0;
  for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) ++number;
  return number;
}

TEST_F(HttpServerTest, AnswersRequestAfterRequestOnAConnection) {
  start();
  Client client(port());
  for (const char* target : {"/one", "/two", "/three"}) {
    client.get(target);
    const std::string answer = client.read_until(target);
    EXPECT_EQ(status_of(answer), 200);
    EXPECT_NE(answer.find("Connection: keep-alive\r\n"), std::string::npos);
  }
}

TEST_F(HttpServerTest, AnswersInOrderWhateverIsReadyFirst) {
  start();
  Client client(port());
  client.send(
      "GET /a HTTP/1.1\r\nHost: a\r\n\r\nGET /later1 HTTP/1.1\r\nHost: a\r\n\r\n"
      "GET /b HTTP/1.1\r\nHost: a\r\n\r\nGET /later2 HTTP/1.1\r\nHost: a\r\n\r\n"
      "GET /c HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  client.read_until("/a");
  echo_.answer_waiting(1);
  echo_.answer_waiting(1);
  const std::string rest = client.read_all();
  EXPECT_LT(rest.find("/later1"), rest.find("/b"));
  EXPECT_LT(rest.find("/b"), rest.find("/later2"));
  EXPECT_LT(rest.find("/later2"), rest.find("/c"));
  EXPECT_EQ(count(rest, "HTTP/1.1 200"), 4U);
}

TEST_F(HttpServerTest, JoinsSmallAnswersToManyRequests) {
  start();
  Client client(port());
  std::string requests;
  for (int i = 0; i < 500; ++i) requests += "GET /x HTTP/1.1\r\nHost: a\r\n\r\n";
  client.send(requests);
  client.end_sending();
  EXPECT_EQ(count(client.read_all(), "HTTP/1.1 200"), 500U);
}

TEST_F(HttpServerTest, TakesARequestInPieces) {
  start();
  Client client(port());
  for (const char c : std::string("\r\nGET /x HTTP/1.1\r\nHost: a\r\n\r\n")) {
    client.send(std::string(1, c));
  }
  EXPECT_EQ(status_of(client.read_until("/x")), 200);
}

TEST_F(HttpServerTest, KeepsAConnectionOfHttp10OnlyWhereItIsAsked) {
  start();
  Client client(port());
  client.send("GET /x HTTP/1.0\r\n\r\n");
  EXPECT_NE(client.read_all().find("Connection: close\r\n"), std::string::npos);
}

TEST_F(HttpServerTest, RefusesWhatItDoesNotReadAndClosesTheConnection) {
  start();
  const std::string host = "Host: a\r\n";
  EXPECT_EQ(status_of_sent("POST / HTTP/1.1\r\n" + host + "Content-Length: 5\r\n\r\nhello"), 413);
  EXPECT_EQ(status_of_sent("POST / HTTP/1.1\r\n" + host +
                           "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"),
            413);
  EXPECT_EQ(status_of_sent("GET / HTTP/1.1\r\n" + host + "Upgrade: websocket\r\n\r\n"), 400);
  EXPECT_EQ(status_of_sent("GET / HTTP/1.1\r\n\r\n"), 400);
  EXPECT_EQ(status_of_sent("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), 400);
  EXPECT_EQ(status_of_sent("GET / HTTP/1.1\r\n" + host + "Content-Length: x\r\n\r\n"), 400);
  EXPECT_EQ(status_of_sent("GET / HTTP/1.1\r\n" + host + "no colon\r\n\r\n"), 400);
  EXPECT_EQ(status_of_sent("G\x01T / HTTP/1.1\r\n" + host + "\r\n"), 400);
  EXPECT_EQ(status_of_sent("\x16\x03\x01 not HTTP at all"), 400);
}

TEST_F(HttpServerTest, LimitsTheHeadTheTargetAndTheNumberOfHeaders) {
  start();
  const std::string host = "Host: a\r\n";
  EXPECT_EQ(status_of_sent("GET /" + std::string(5'000, 'x') + " HTTP/1.1\r\n" + host + "\r\n"),
            414);
  EXPECT_EQ(status_of_sent("GET /" + std::string(40'000, 'x')), 414);
  EXPECT_EQ(status_of_sent("GET / HTTP/1.1\r\n" + host + "A: " + std::string(40'000, 'x')), 431);
  std::string many = "GET / HTTP/1.1\r\n" + host;
  for (int i = 0; i < 200; ++i) many += "A: b\r\n";
  EXPECT_EQ(status_of_sent(many + "\r\n"), 431);
}

TEST_F(HttpServerTest, EndsASilentConnectionWithoutAWord) {
  settings_.idle_max = milliseconds(50);
  start();
  Client client(port());
  EXPECT_EQ(client.read_all(), "");
}

TEST_F(HttpServerTest, TellsAHalfRequestThatItTookTooLong) {
  settings_.header_max = milliseconds(50);
  start();
  Client client(port());
  client.send("GET / HTTP/1.1\r\nHost:");
  EXPECT_EQ(status_of(client.read_all()), 408);
}

TEST_F(HttpServerTest, CountsTheTimeOfAHeadFromItsFirstByteOn) {
  settings_.header_max = milliseconds(300);
  start();
  Client client(port());
  client.send("GET / HTTP/1.1\r\n");
  int lines = 0;
  while (!client.comes_within(20) && lines < 200) {
    client.send("A: b\r\n");
    ++lines;
  }
  EXPECT_LT(lines, 60);
  EXPECT_EQ(status_of(client.read_all()), 408);
}

TEST_F(HttpServerTest, LetsGoOfAClientThatDoesNotRead) {
  settings_.write_progress_max = milliseconds(100);
  start();
  Client client(port());
  std::string requests;
  for (int i = 0; i < 100; ++i) requests += "GET /large HTTP/1.1\r\nHost: a\r\n\r\n";
  client.send(requests);
  while (server_->figures().accepted == 0 || server_->figures().connections > 0) {
    std::this_thread::yield();
  }
  SUCCEED();
}

TEST_F(HttpServerTest, AnswersWhatWasReadBeforeItStops) {
  start();
  Client waiting(port());
  waiting.get("/later");
  Client idle(port());
  idle.get("/x");
  idle.read_until("/x");
  std::jthread answers([this] {
    while (!stop_.stop_requested()) std::this_thread::yield();
    echo_.answer_waiting(1);
  });
  stop_.request_stop();
  EXPECT_EQ(idle.read_all(), "");
  const std::string answer = waiting.read_until("/later");
  EXPECT_EQ(status_of(answer), 200);
  EXPECT_NE(answer.find("Connection: close\r\n"), std::string::npos);
  waiting.end_sending();
  stop();
  EXPECT_FALSE(Client(port()).is_connected());
}

TEST_F(HttpServerTest, StopsThoughAnAnswerNeverComes) {
  settings_.stop_max = milliseconds(100);
  start();
  Client client(port());
  client.get("/later");
  Client other(port());
  other.get("/x");
  other.read_until("/x");
  stop();
  echo_.answer_waiting(1);
}

TEST_F(HttpServerTest, LetsNewConnectionsWaitWhereThereAreTooMany) {
  settings_.connections_max = 1;
  start();
  auto first = std::make_unique<Client>(port());
  first->get("/x");
  first->read_until("/x");
  Client second(port());
  second.get("/y");
  EXPECT_FALSE(second.comes_within(50));
  first.reset();
  EXPECT_EQ(status_of(second.read_until("/y")), 200);
}

TEST_F(HttpServerTest, SaysThatAPortIsTakenOrAnAddressIsNone) {
  start();
  ServerSettings taken = settings_;
  taken.port = port();
  EXPECT_THROW(HttpServer(taken, echo_), Error);
  ServerSettings nowhere = settings_;
  nowhere.host = "db.internal";
  EXPECT_THROW(HttpServer(nowhere, echo_), UsageError);
  nowhere.host = "203.0.113.1";
  EXPECT_THROW(HttpServer(nowhere, echo_), UsageError);
}

TEST(Loopback, IsWhatOnlyThisMachineReaches) {
  EXPECT_TRUE(is_loopback("127.0.0.1"));
  EXPECT_TRUE(is_loopback("::1"));
  EXPECT_TRUE(is_loopback("localhost"));
  EXPECT_FALSE(is_loopback("0.0.0.0"));
  EXPECT_FALSE(is_loopback("::"));
  EXPECT_THROW(is_loopback("example.org"), UsageError);
}

}  // namespace
}  // namespace cartograph::api
