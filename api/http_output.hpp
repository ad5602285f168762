// Answers that wait to be written to a connection, in order: small ones joined, large ones sent
// from where they lie.
#pragma once

#include <boost/asio/buffer.hpp>

#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "api/message.hpp"

namespace cartograph::api {

class Output {
 public:
  void add(const Response& response, std::string_view date, bool keep_alive) {
    if (pieces_.empty() || pieces_.back().body) pieces_.emplace_back();
    Piece& piece = pieces_.back();
    piece.text += head_of(response, date, keep_alive);
    if (response.without_body || response.size() == 0) return;
    bytes_ += response.size();
    if (response.size() <= kJoinedMax) {
      piece.text += *response.body;
    } else {
      piece.body = response.body;
    }
  }

  std::vector<boost::asio::const_buffer> buffers() const {
    std::vector<boost::asio::const_buffer> list;
    for (const Piece& piece : pieces_) {
      list.push_back(boost::asio::buffer(piece.text));
      if (piece.body) list.push_back(boost::asio::buffer(*piece.body));
    }
    return list;
  }

  bool empty() const { return pieces_.empty(); }
  std::size_t bytes() const { return bytes_; }
  void clear() {
    pieces_.clear();
    bytes_ = 0;
  }

 private:
  static constexpr std::size_t kJoinedMax = 8 * 1024;

  struct Piece {
    std::string text;
    std::shared_ptr<const std::string> body;
  };
  std::list<Piece> pieces_;  // stays in place while it is written
  std::size_t bytes_ = 0;
};

}  // namespace cartograph::api
