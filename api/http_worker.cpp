// The coroutines of a connection; the only source that knows Beast.
#include "api/http_worker.hpp"

#include <fmt/format.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/buffers_suffix.hpp>

#include <ctime>

#include "api/http_head.hpp"
#include "api/http_output.hpp"
#include "base/log.hpp"

namespace cartograph::api {
namespace {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;
using std::chrono::milliseconds;

constexpr std::size_t kQueuedBytesMax = 64 * 1024;  // answers of one connection before a write
constexpr std::size_t kProgressBytes = 16 * 1024;
constexpr std::size_t kLingerBytesMax = 1024 * 1024;
constexpr milliseconds kLingerMax{1'000};
constexpr milliseconds kTick{100};

auto into(boost::system::error_code& error) {
  return asio::redirect_error(asio::use_awaitable, error);
}

std::string text_of(asio::ip::address address) {
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    address = asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
  }
  return address.to_string();
}

std::string date_text() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  ::gmtime_r(&now, &parts);
  std::array<char, 40> text{};
  std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  return text.data();
}

}  // namespace

Worker::Worker(const ServerSettings& settings, RequestHandler& handler)
    : settings_(settings), handler_(handler), timer_(context_) {
  asio::co_spawn(context_, tick(), asio::detached);
}

// It counts at once: whoever gives the next one asks how many there are.
void Worker::give(tcp::socket socket) {
  count_.fetch_add(1, std::memory_order_relaxed);
  asio::post(context_, [this, given = std::move(socket)]() mutable {
    asio::co_spawn(context_, serve(std::make_unique<Connection>(std::move(given))), asio::detached);
  });
}

void Worker::stop() {
  stopping_ = true;
  stop_deadline_ = Clock::now() + settings_.stop_max;
  for (Connection* connection : connections_) {
    if (connection->reading) cancel(*connection);
  }
  timer_.cancel();
}

void Worker::cancel(Connection& connection) {
  boost::system::error_code ignored;
  connection.socket.cancel(ignored);
}

asio::awaitable<void> Worker::tick() {
  while (!(stopping_ && connections_.empty())) {
    date_ = date_text();
    const auto now = Clock::now();
    for (Connection* connection : connections_) {
      if (connection->deadline > now) continue;
      connection->timed_out = true;
      cancel(*connection);
    }
    if (stopping_ && now > stop_deadline_) {
      log::warning(fmt::format("stopped with {} request(s) unanswered", connections_.size()));
      context_.stop();
    }
    timer_.expires_after(kTick);
    boost::system::error_code ignored;
    co_await timer_.async_wait(into(ignored));
  }
}

asio::awaitable<void> Worker::serve(std::unique_ptr<Connection> owned) {
  Connection& connection = *owned;
  connections_.insert(&connection);
  try {
    boost::system::error_code error;
    const auto remote = connection.socket.remote_endpoint(error);
    if (!error) connection.peer = text_of(remote.address());
    connection.socket.non_blocking(true);
    connection.socket.set_option(tcp::no_delay(true), error);
    while (co_await read(connection) && co_await answer(connection)) {
    }
    if (connection.linger) co_await linger(connection);
  } catch (const std::exception& error) {
    log::error(fmt::format("a connection ended: {}", error.what()));
  }
  connections_.erase(&connection);
  connection.socket.close();
  count_.fetch_sub(1, std::memory_order_relaxed);
  if (stopping_ && connections_.empty()) timer_.cancel();
}

asio::awaitable<bool> Worker::read(Connection& connection) {
  boost::system::error_code error;
  if (!stopping_) {
    connection.deadline = connection.input.empty() ? Clock::now() + settings_.idle_max
                                                   : connection.head_began + settings_.header_max;
    connection.reading = true;
    co_await connection.socket.async_wait(tcp::socket::wait_read, into(error));
    connection.reading = false;
    connection.deadline = Clock::time_point::max();
    if (connection.timed_out) co_return co_await time_out(connection);
    if (error && !stopping_) co_return false;
  }
  const std::size_t bytes = connection.socket.read_some(asio::buffer(scratch_), error);
  if (error == asio::error::would_block) co_return !stopping_;
  if (error || bytes == 0) co_return false;  // the client sends nothing more
  if (connection.input.empty()) connection.head_began = Clock::now();
  connection.input.append(scratch_.data(), bytes);
  co_return true;
}

asio::awaitable<bool> Worker::time_out(Connection& connection) {
  if (connection.input.empty()) co_return false;
  connection.timed_out = false;
  Request request;
  request.peer = connection.peer;
  Output output;
  output.add(handler_.refuse(request, {408, "The head of the request did not come in time."}),
             date_, false);
  co_await write(connection, output);
  connection.linger = true;
  co_return false;
}

std::optional<Refusal> Worker::find_head(Connection& connection, std::string_view& head) {
  std::string& input = connection.input;
  while (input.starts_with("\r\n")) input.erase(0, 2);
  const auto from = connection.searched < 3 ? 0 : connection.searched - 3;
  const auto end = input.find("\r\n\r\n", from);
  const std::size_t length = end == std::string::npos ? input.size() : end + 4;
  if (length > settings_.header_bytes_max) {
    if (input.find("\r\n") < settings_.header_bytes_max) {
      return Refusal{431, fmt::format("The head of the request is longer than {} bytes.",
                                      settings_.header_bytes_max)};
    }
    return Refusal{414,
                   fmt::format("The URL is longer than {} bytes.", settings_.target_bytes_max)};
  }
  if (end != std::string::npos) {
    head = std::string_view(input).substr(0, length);
    return std::nullopt;
  }
  connection.searched = input.size();
  const char first = input.empty() ? 'G' : input[0];
  const bool may_be_method =
      (first >= 'A' && first <= 'Z') || (first >= 'a' && first <= 'z') || input == "\r";
  if (may_be_method) return std::nullopt;
  return Refusal{400, "This is no request of HTTP/1.1."};
}

asio::awaitable<bool> Worker::answer(Connection& connection) {
  Output output;
  bool keep = true;
  while (keep) {
    Request request;
    request.peer = connection.peer;
    std::string_view head;
    auto refused = find_head(connection, head);
    if (!refused && head.empty()) break;
    if (!refused) refused = HeadParser(request, settings_).read(head);
    connection.input.erase(0, head.size());
    connection.searched = 0;
    connection.head_began = Clock::now();

    std::optional<Response> response;
    if (refused) {
      response = handler_.refuse(request, *refused);
      connection.linger = true;
      keep = false;
    } else {
      Outcome outcome = handler_.handle(request);
      response = std::move(outcome.response);
      if (!response) {
        if (!co_await write(connection, output)) co_return false;
        response = co_await answer_of(std::move(outcome.later));
      }
      const bool is_last = connection.input.find("\r\n\r\n") == std::string::npos;
      keep = request.keep_alive && !response->close && !(stopping_ && is_last);
      connection.linger = stopping_;
    }
    output.add(*response, date_, keep);
    if (output.bytes() > kQueuedBytesMax && !co_await write(connection, output)) co_return false;
  }
  if (!co_await write(connection, output)) co_return false;
  if (connection.input.empty()) std::string().swap(connection.input);
  co_return keep;
}

asio::awaitable<Response> Worker::answer_of(std::function<void(Outcome::Answer)> later) {
  return asio::async_initiate<const asio::use_awaitable_t<>, void(Response)>(
      [this](auto&& completion, std::function<void(Outcome::Answer)> begin) {
        using Completion = std::decay_t<decltype(completion)>;
        auto kept = std::make_shared<Completion>(std::forward<decltype(completion)>(completion));
        begin([this, kept](Response response) {
          asio::post(context_, [kept, answered = std::move(response)]() mutable {
            std::move (*kept)(std::move(answered));
          });
        });
      },
      asio::use_awaitable, std::move(later));
}

asio::awaitable<bool> Worker::write(Connection& connection, Output& output) {
  if (output.empty()) co_return true;
  boost::beast::buffers_suffix<std::vector<asio::const_buffer>> rest(output.buffers());
  std::size_t progress = 0;
  connection.deadline = Clock::now() + settings_.write_progress_max;
  while (asio::buffer_size(rest) > 0) {
    boost::system::error_code error;
    const std::size_t bytes = connection.socket.write_some(rest, error);
    if (error == asio::error::would_block) {
      co_await connection.socket.async_wait(tcp::socket::wait_write, into(error));
    }
    if (error || connection.timed_out) co_return false;
    rest.consume(bytes);
    progress += bytes;
    if (progress >= kProgressBytes) {
      progress = 0;
      connection.deadline = Clock::now() + settings_.write_progress_max;
    }
  }
  connection.deadline = Clock::time_point::max();
  output.clear();
  co_return true;
}

asio::awaitable<void> Worker::linger(Connection& connection) {
  boost::system::error_code error;
  connection.socket.shutdown(tcp::socket::shutdown_send, error);
  connection.timed_out = false;
  connection.deadline = Clock::now() + kLingerMax;
  for (std::size_t bytes = 0; !error && bytes < kLingerBytesMax && !connection.timed_out;) {
    bytes += connection.socket.read_some(asio::buffer(scratch_), error);
    if (error == asio::error::would_block) {
      co_await connection.socket.async_wait(tcp::socket::wait_read, into(error));
    }
  }
}

}  // namespace cartograph::api
