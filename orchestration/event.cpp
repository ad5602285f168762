// An id is a hash of what the event is about, so whoever makes the event a second time, after a
// crash say, gives it the id that it had.
#include "orchestration/event.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>

#include "base/error.hpp"
#include "base/utf8.hpp"

namespace cartograph::orchestration {

std::string_view name(EventKind kind) {
  switch (kind) {
    case EventKind::publish: return "publish";
    case EventKind::failure: return "failure";
    case EventKind::failed_check: return "failed_check";
    case EventKind::alert_opened: return "alert_opened";
    case EventKind::overdue: return "overdue";
  }
  return "";
}

std::string uuid_of(std::string_view words) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
  if (EVP_Digest(words.data(), words.size(), hash.data(), nullptr, EVP_sha256(), nullptr) != 1) {
    throw Error("the machine's OpenSSL makes no SHA-256");
  }
  // RFC 9562: version 8 is for what an application makes by its own rule.
  hash[6] = static_cast<unsigned char>((hash[6] & 0x0F) | 0x80);
  hash[8] = static_cast<unsigned char>((hash[8] & 0x3F) | 0x80);
  std::string text;
  for (std::size_t i = 0; i < 16; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text += fmt::format("{:02x}", hash[i]);
  }
  return text;
}

std::string event_id(const Event& event, std::string_view warehouse) {
  return uuid_of(fmt::format("{}\n{}\n{}", name(event.kind), warehouse, event.subject));
}

std::string to_json(const Event& event, std::string_view warehouse) {
  boost::json::object object;
  object["id"] = event_id(event, warehouse);
  object["type"] = name(event.kind);
  object["timestamp"] = to_string(event.at);
  object["warehouse"] = warehouse;
  object["text"] = printable(event.text);
  object["data"] = event.data;
  return boost::json::serialize(object);
}

}  // namespace cartograph::orchestration
