// A thread of the server with its connections: reads requests, has them answered, writes answers.
// Deadlines are not timers of each connection: the thread looks at all of its connections a few
// times a second, which costs nothing per request and races with nothing.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <array>
#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>

#include "api/http_server.hpp"

namespace cartograph::api {

class Output;

class Worker {
 public:
  /// Both must outlive it.
  Worker(const ServerSettings& settings, RequestHandler& handler);

  /// To be run by one thread.
  boost::asio::io_context& context() { return context_; }
  /// Those that were given and have not ended. From any thread.
  std::size_t connections() const { return count_.load(std::memory_order_relaxed); }

  /// Serves a connection from now on. From any thread.
  void give(boost::asio::ip::tcp::socket socket);
  /// Ends connections once what was read from them is answered; then the context has no more work.
  /// In the thread of the context.
  void stop();

 private:
  using Clock = std::chrono::steady_clock;
  template <class Type>
  using Awaitable = boost::asio::awaitable<Type>;

  struct Connection {
    explicit Connection(boost::asio::ip::tcp::socket&& taken) : socket(std::move(taken)) {}

    boost::asio::ip::tcp::socket socket;
    std::string peer;
    std::string input;         // read and not yet answered
    std::size_t searched = 0;  // of the input, in vain, for the end of a head
    Clock::time_point head_began;
    Clock::time_point deadline = Clock::time_point::max();
    bool timed_out = false;
    bool reading = false;  // waits for bytes
    bool linger = false;   // more may be on the way that nobody will read
  };

  static void cancel(Connection& connection);
  Awaitable<void> tick();
  Awaitable<void> serve(std::unique_ptr<Connection> owned);
  /// Waits for bytes; false where none will come any more.
  Awaitable<bool> read(Connection& connection);
  /// A half head gets an answer, silence gets none.
  Awaitable<bool> time_out(Connection& connection);
  /// The next whole head of the input, or what makes it hopeless to wait for one.
  std::optional<Refusal> find_head(Connection& connection, std::string_view& head);
  /// Answers all whole requests of the input, in order; false where the connection ends with it.
  Awaitable<bool> answer(Connection& connection);
  Awaitable<Response> answer_of(std::function<void(Outcome::Answer)> later);
  /// Writes and empties `output`; false where the client is gone or too slow.
  Awaitable<bool> write(Connection& connection, Output& output);
  /// Reads away what is still coming: closed at once, the client might never see the answer.
  Awaitable<void> linger(Connection& connection);

  static constexpr std::size_t kReadBytes = 16 * 1024;

  const ServerSettings& settings_;
  RequestHandler& handler_;
  boost::asio::io_context context_{1};
  boost::asio::steady_timer timer_;
  std::unordered_set<Connection*> connections_;
  std::atomic<std::size_t> count_{0};
  std::array<char, kReadBytes> scratch_{};
  std::string date_;
  bool stopping_ = false;
  Clock::time_point stop_deadline_;
};

}  // namespace cartograph::api
