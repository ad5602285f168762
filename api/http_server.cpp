// The socket that listens, and the threads. Connections are the workers' business.
#include "api/http_server.hpp"

#include <fmt/format.h>

#include <boost/asio.hpp>

#include <atomic>
#include <thread>
#include <vector>

#include "api/http_worker.hpp"
#include "base/error.hpp"
#include "base/log.hpp"

namespace cartograph::api {
namespace {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;

constexpr std::chrono::milliseconds kAcceptPause{100};

tcp::endpoint endpoint_of(const std::string& host, int port) {
  boost::system::error_code error;
  const auto address = asio::ip::make_address(host == "localhost" ? "127.0.0.1" : host, error);
  if (error) {
    throw UsageError(fmt::format(
        "'{}' is no address to listen on; give one such as 127.0.0.1, 0.0.0.0 or ::1", host));
  }
  return {address, static_cast<std::uint16_t>(port)};
}

bool is_exhausted(const boost::system::error_code& error) {
  return error == asio::error::no_descriptors || error.value() == ENFILE ||
         error == asio::error::no_memory || error == asio::error::no_buffer_space;
}

}  // namespace

class HttpServer::Impl {
 public:
  Impl(const ServerSettings& settings, RequestHandler& handler) : settings_(settings) {
    for (int i = 0; i < std::max(1, settings.threads); ++i) {
      workers_.push_back(std::make_unique<Worker>(settings_, handler));
    }
    acceptor_.emplace(workers_[0]->context());
    const auto endpoint = endpoint_of(settings_.host, settings_.port);
    try {
      acceptor_->open(endpoint.protocol());
      acceptor_->set_option(tcp::acceptor::reuse_address(true));
      acceptor_->bind(endpoint);
      acceptor_->listen();
      port_ = acceptor_->local_endpoint().port();
    } catch (const boost::system::system_error& error) {
      if (error.code() == asio::error::address_in_use) {
        throw Error(
            fmt::format("port {} of {} is taken; stop what listens there, or choose "
                        "another with --port",
                        settings_.port, settings_.host));
      }
      throw UsageError(fmt::format("cannot listen on {}, port {}: {}", settings_.host,
                                   settings_.port, error.code().message()));
    }
  }

  int port() const { return port_; }

  void run(std::stop_token stop) {
    asio::co_spawn(workers_[0]->context(), accept(), asio::detached);
    const std::stop_callback on_stop(stop, [this] {
      asio::post(workers_[0]->context(), [this] {
        stopping_ = true;
        boost::system::error_code ignored;
        acceptor_->close(ignored);
      });
      for (const auto& worker : workers_) {
        asio::post(worker->context(), [&worker = *worker] { worker.stop(); });
      }
    });
    std::vector<std::jthread> threads;
    for (std::size_t i = 1; i < workers_.size(); ++i) {
      threads.emplace_back([&context = workers_[i]->context()] { context.run(); });
    }
    workers_[0]->context().run();
  }

  ServerFigures figures() const {
    ServerFigures figures;
    for (const auto& worker : workers_) figures.connections += worker->connections();
    figures.accepted = accepted_.load(std::memory_order_relaxed);
    return figures;
  }

 private:
  // Hands connections out in turn. Where descriptors have run out it waits for some to come back.
  asio::awaitable<void> accept() {
    asio::steady_timer pause(workers_[0]->context());
    bool warned = false;
    for (std::size_t next = 0; !stopping_; next = (next + 1) % workers_.size()) {
      Worker& worker = *workers_[next];
      tcp::socket socket(worker.context());
      boost::system::error_code error;
      const bool is_full = figures().connections >= settings_.connections_max;
      if (!is_full) {
        co_await acceptor_->async_accept(socket, asio::redirect_error(asio::use_awaitable, error));
      }
      if (is_full || is_exhausted(error)) {
        if (!warned) log::warning("no more connections can be taken: new ones wait");
        warned = true;
        pause.expires_after(kAcceptPause);
        co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, error));
      } else if (!error) {
        warned = false;
        accepted_.fetch_add(1, std::memory_order_relaxed);
        worker.give(std::move(socket));
      }
    }
  }

  const ServerSettings settings_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::optional<tcp::acceptor> acceptor_;
  std::atomic<std::uint64_t> accepted_{0};
  int port_ = 0;
  bool stopping_ = false;
};

HttpServer::HttpServer(const ServerSettings& settings, RequestHandler& handler)
    : impl_(std::make_unique<Impl>(settings, handler)) {}
HttpServer::~HttpServer() = default;
int HttpServer::port() const { return impl_->port(); }
void HttpServer::run(std::stop_token stop) { impl_->run(std::move(stop)); }
ServerFigures HttpServer::figures() const { return impl_->figures(); }

bool is_loopback(const std::string& host) { return endpoint_of(host, 0).address().is_loopback(); }

}  // namespace cartograph::api
