// Reads the head of a request with Beast's parser, straight into a Request. Only for the source
// that has the sockets: Beast is slow to compile.
#pragma once

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

#include <optional>
#include <string>
#include <string_view>

#include "api/http_server.hpp"

namespace cartograph::api {

class HeadParser final : public boost::beast::http::basic_parser<true> {
 public:
  HeadParser(Request& request, const ServerSettings& settings)
      : request_(request), settings_(settings) {
    header_limit(settings.header_bytes_max);
    skip(true);  // its reading of bodies is never reached
  }

  /// Reads a whole head, up to its empty line; returns what is wrong with it, if anything.
  std::optional<Refusal> read(std::string_view head) {
    boost::beast::error_code error;
    put(boost::asio::buffer(head.data(), head.size()), error);
    if (refused_) return refused_;
    if (error) return Refusal{400, "This is no request of HTTP/1.1: " + error.message() + "."};
    request_.keep_alive = keep_alive();
    return refusal(request_, version_);
  }

 private:
  using Error = boost::beast::error_code;
  using Text = boost::beast::string_view;
  using Verb = boost::beast::http::verb;
  using Field = boost::beast::http::field;

  void refuse(int status, std::string detail, Error& error) {
    refused_ = Refusal{status, std::move(detail)};
    error = boost::beast::http::error::header_limit;
  }

  void on_request_impl(Verb, Text method, Text target, int version, Error& error) override {
    version_ = version;
    request_.method.assign(method.data(), method.size());
    if (target.size() > settings_.target_bytes_max) {
      refuse(414,
             "The URL is longer than " + std::to_string(settings_.target_bytes_max) + " bytes.",
             error);
      return;
    }
    request_.target.assign(target.data(), target.size());
  }

  void on_field_impl(Field, Text name, Text value, Error& error) override {
    if (request_.headers.size() == settings_.fields_max) {
      refuse(431, "The request has more than " + std::to_string(settings_.fields_max) + " headers.",
             error);
      return;
    }
    request_.headers.push_back({std::string(name), std::string(value)});
  }

  void on_response_impl(int, Text, int, Error&) override {}
  void on_header_impl(Error&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>&, Error&) override {}
  std::size_t on_body_impl(Text, Error&) override { return 0; }
  void on_chunk_header_impl(std::uint64_t, Text, Error&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, Text, Error&) override { return 0; }
  void on_finish_impl(Error&) override {}

  Request& request_;
  const ServerSettings& settings_;
  std::optional<Refusal> refused_;
  int version_ = 11;
};

}  // namespace cartograph::api
