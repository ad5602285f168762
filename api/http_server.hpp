// HTTP/1.1 on sockets: connections, limits, deadlines, pipelining, stopping. What is answered is
// the handler's business. Every connection belongs to one thread for all of its life.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "api/message.hpp"

namespace cartograph::api {

struct ServerSettings {
  std::string host = "127.0.0.1";  // an address, or "localhost"
  int port = 8080;                 // 0: any that is free
  int threads = 1;

  std::uint32_t header_bytes_max = 16 * 1024;
  std::size_t target_bytes_max = 4 * 1024;
  std::size_t fields_max = 100;
  std::size_t connections_max = 16'000;

  std::chrono::milliseconds idle_max{75'000};            // between requests
  std::chrono::milliseconds header_max{10'000};          // from a head's first byte to its last
  std::chrono::milliseconds write_progress_max{20'000};  // for the next 16 KiB of an answer
  std::chrono::milliseconds stop_max{10'000};            // for what is being answered when it stops
};

/// What becomes of a request: a response at once, or work that ends with one.
struct Outcome {
  using Answer = std::function<void(Response)>;

  std::optional<Response> response;
  /// Where there is no response yet: to be called once. It sees to it that the answer is called,
  /// once, from any thread, or destroyed; all are before the server is.
  std::function<void(Answer)> later;
};

/// What answers. Its functions are called from all threads of the server at once, and do not wait.
class RequestHandler {
 public:
  virtual ~RequestHandler() = default;

  virtual Outcome handle(const Request& request) = 0;
  /// The response to what is no request, or one that the server does not read; `request` has what
  /// was understood of it.
  virtual Response refuse(const Request& request, const Refusal& refusal) = 0;
};

struct ServerFigures {
  std::size_t connections = 0;
  std::uint64_t accepted = 0;
};

class HttpServer {
 public:
  /// Listens. Throws UsageError where the address is none or is not this machine's, and Error where
  /// the port is taken. `handler` must outlive the server.
  HttpServer(const ServerSettings& settings, RequestHandler& handler);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  /// The port that it listens on.
  int port() const;

  /// Serves until `stop` is requested. Then what was read is answered, with `Connection: close`,
  /// and the connections end.
  void run(std::stop_token stop);

  /// From any thread.
  ServerFigures figures() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

/// Whether a server that listens on `host` is reached from this machine only. Throws UsageError
/// where it is no address.
bool is_loopback(const std::string& host);

}  // namespace cartograph::api
