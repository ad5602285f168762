// OpenSSL's base64 takes whole groups of four and says nothing of padding.
#include "orchestration/webhook_signature.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>

#include "base/error.hpp"

namespace cartograph::orchestration {
namespace {

constexpr std::string_view kPrefix = "whsec_";
constexpr std::size_t kKeyBytesMin = 24;
constexpr std::size_t kKeyBytesMax = 64;

// Empty where `text` is no base64.
std::string from_base64(std::string_view text) {
  if (text.empty() || text.size() % 4 != 0) return {};
  std::string bytes(text.size() / 4 * 3, '\0');
  const int decoded = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                      reinterpret_cast<const unsigned char*>(text.data()),
                                      static_cast<int>(text.size()));
  if (decoded < 0) return {};
  const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
  bytes.resize(static_cast<std::size_t>(decoded) - padding);
  return bytes;
}

std::string to_base64(const unsigned char* bytes, unsigned size) {
  std::string text((size + 2) / 3 * 4 + 1, '\0');
  const int length =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes, static_cast<int>(size));
  text.resize(static_cast<std::size_t>(length));
  return text;
}

// Empty where the secret is none.
std::string key_of(std::string_view secret) {
  constexpr std::size_t kTextMax = kPrefix.size() + (kKeyBytesMax + 2) / 3 * 4;
  if (!secret.starts_with(kPrefix) || secret.size() > kTextMax) return {};
  std::string key = from_base64(secret.substr(kPrefix.size()));
  if (key.size() < kKeyBytesMin || key.size() > kKeyBytesMax) return {};
  return key;
}

}  // namespace

bool is_webhook_secret(std::string_view secret) { return !key_of(secret).empty(); }

std::vector<std::string> webhook_headers(std::string_view secret, std::string_view id,
                                         std::int64_t unix_seconds, std::string_view body) {
  const std::string key = key_of(secret);
  if (key.empty()) throw UsageError("the secret of the webhook is not whsec_ and base64");
  const std::string text = fmt::format("{}.{}.{}", id, unix_seconds, body);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
           reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(),
           &length) == nullptr) {
    throw Error("the machine's OpenSSL makes no HMAC");
  }
  return {fmt::format("webhook-id: {}", id), fmt::format("webhook-timestamp: {}", unix_seconds),
          fmt::format("webhook-signature: v1,{}", to_base64(digest.data(), length))};
}

}  // namespace cartograph::orchestration
