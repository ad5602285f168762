// A right key is never kept waiting by wrong ones: behind a proxy all of them may come from one
// address.
#include "api/access.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <cmath>

#include "api/problem.hpp"

namespace cartograph::api {
namespace {

constexpr int kWrongFree = 5;
constexpr int kWaitMax = 60;  // seconds
constexpr std::chrono::minutes kForgotten{10};
constexpr std::size_t kAddressesMax = 10'000;

std::optional<std::string> from_base64(std::string_view text) {
  if (text.empty() || text.size() % 4 != 0 || text.size() > 4096) return std::nullopt;
  std::string out(text.size() / 4 * 3, '\0');
  const int length = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                     reinterpret_cast<const unsigned char*>(text.data()),
                                     static_cast<int>(text.size()));
  if (length < 0) return std::nullopt;
  out.resize(static_cast<std::size_t>(length) -
             static_cast<std::size_t>(std::ranges::count(text.substr(text.size() - 2), '=')));
  return out;
}

// "Bearer x" → "x", for the scheme in any letter case.
std::optional<std::string_view> after_scheme(std::string_view header, std::string_view scheme) {
  const std::size_t space = header.find(' ');
  if (!equal_in_any_case(header.substr(0, space), scheme) || space == std::string_view::npos) {
    return std::nullopt;
  }
  header.remove_prefix(std::min(header.find_first_not_of(' ', space), header.size()));
  return header;
}

std::vector<Header> challenge() {
  return {{"WWW-Authenticate", "Basic realm=\"Cartograph\", charset=\"UTF-8\""},
          {"WWW-Authenticate", "Bearer realm=\"Cartograph\""}};
}

}  // namespace

std::optional<Credential> credential_of(const Request& request, const Target& target) {
  if (const std::string* header = request.header("authorization")) {
    if (const auto key = after_scheme(*header, "bearer")) return Credential{std::string(*key)};
    if (const auto encoded = after_scheme(*header, "basic")) {
      const std::string pair = from_base64(*encoded).value_or("");
      const std::size_t colon = pair.find(':');
      return Credential{colon == std::string::npos ? "" : pair.substr(colon + 1)};
    }
    return Credential{""};
  }
  for (const auto& [name, value] : target.query) {
    if (name == "key") return Credential{value, true};
  }
  return std::nullopt;
}

RateLimit::Left RateLimit::take(const std::string& name, Moment now) {
  const double per_second = per_minute_ / 60.0;
  const std::lock_guard lock(mutex_);
  Bucket& bucket = buckets_.try_emplace(name, Bucket{double(per_minute_), now}).first->second;
  const double passed = std::chrono::duration<double>(now - bucket.at).count();
  bucket.requests = std::min<double>(per_minute_, bucket.requests + passed * per_second);
  bucket.at = now;
  if (bucket.requests < 1) {
    const int wait = static_cast<int>(std::ceil((1 - bucket.requests) / per_second));
    return {false, 0, std::max(1, wait)};
  }
  bucket.requests -= 1;
  return {true, static_cast<int>(bucket.requests),
          static_cast<int>(std::ceil((per_minute_ - bucket.requests) / per_second))};
}

int WrongKeys::count(const std::string& address, Moment now) {
  const std::lock_guard lock(mutex_);
  if (records_.size() >= kAddressesMax) {
    std::erase_if(records_,
                  [&](const auto& entry) { return now - entry.second.last > kForgotten; });
    if (records_.size() >= kAddressesMax) records_.clear();
  }
  Record& record = records_[address];
  if (now - record.last > kForgotten) record.wrong = 0;
  record.last = now;
  ++record.wrong;
  if (record.wrong <= kWrongFree) return 0;
  return std::min(kWaitMax, 1 << std::min(record.wrong - kWrongFree, 6));
}

Access::Grant Access::admit(const Request& request, const Target& target, const std::string& path,
                            Moment now) {
  const auto credential = credential_of(request, target);
  if (!credential) {
    if (!is_key_required_) return {};
    throw Problem(401,
                  "A key is needed: Authorization: Bearer KEY, or KEY as the password of HTTP "
                  "Basic. `cartograph key add NAME` makes one.",
                  challenge());
  }
  const auto key = keys_.find(credential->text);
  if (!key || (credential->is_in_url && key->export_path.empty())) {
    if (const int wait = wrong_.count(request.peer, now)) {
      throw Problem(429, fmt::format("Too many wrong keys; wait {} seconds.", wait),
                    {{"Retry-After", std::to_string(wait)}});
    }
    throw Problem(401,
                  key ? "Only an export key may stand in the URL; send this one as "
                        "Authorization: Bearer KEY."
                      : "There is no such key; it may have been revoked.",
                  challenge());
  }
  if (!key->export_path.empty() && key->export_path != path) {
    throw Problem(403, fmt::format("This key reads {} as CSV and nothing else.", key->export_path));
  }
  const auto left = limit_.take(key->id, now);
  Grant grant{key->name, !key->export_path.empty(), {}};
  grant.headers = {{"RateLimit-Limit", std::to_string(limit_.per_minute())},
                   {"RateLimit-Remaining", std::to_string(left.requests)},
                   {"RateLimit-Reset", std::to_string(left.seconds)}};
  if (!left.is_allowed) {
    grant.headers.push_back({"Retry-After", std::to_string(left.seconds)});
    throw Problem(429,
                  fmt::format("This key may be used {} times a minute; wait {} seconds.",
                              limit_.per_minute(), left.seconds),
                  grant.headers);
  }
  return grant;
}

}  // namespace cartograph::api
