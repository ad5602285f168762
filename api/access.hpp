// Who may ask: keys, how often each may be used, and how often an address may be wrong. Times are
// given, so that all of it is tested without waiting. Thread-safe.
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/keys.hpp"
#include "api/message.hpp"
#include "api/target.hpp"

namespace cartograph::api {

using Moment = std::chrono::steady_clock::time_point;

/// The key of a request, wherever it stands.
struct Credential {
  std::string text;
  bool is_in_url = false;
};

/// `Authorization: Bearer KEY`, the password of HTTP Basic, or `?key=`; nothing where none stands.
std::optional<Credential> credential_of(const Request& request, const Target& target);

/// So many requests a minute for each name, saved up for a minute at most.
class RateLimit {
 public:
  explicit RateLimit(int per_minute) : per_minute_(per_minute) {}

  struct Left {
    bool is_allowed;
    int requests;  // that may follow at once
    int seconds;   // until all of them, or where nothing is allowed, until the next one
  };
  Left take(const std::string& name, Moment now);
  int per_minute() const { return per_minute_; }

 private:
  struct Bucket {
    double requests;
    Moment at;
  };
  int per_minute_;
  std::mutex mutex_;
  std::map<std::string, Bucket, std::less<>> buckets_;
};

/// Counts the wrong keys of each address, and says when it has to wait.
class WrongKeys {
 public:
  /// How many seconds this wrong key costs the address; 0 for the first few.
  int count(const std::string& address, Moment now);

 private:
  struct Record {
    int wrong = 0;
    Moment last;
  };
  std::mutex mutex_;
  std::map<std::string, Record, std::less<>> records_;
};

class Access {
 public:
  Access(const KeyRing& keys, bool is_key_required, int requests_per_minute)
      : keys_(keys), is_key_required_(is_key_required), limit_(requests_per_minute) {}

  struct Grant {
    std::string name;             // of the key; empty without one
    bool is_export = false;       // reads CSV, whatever was asked for
    std::vector<Header> headers;  // how much of the key's rate is left
  };
  /// Admits a request for `path` (decoded, without /v1). Throws Problem: 401 where a key is missing
  /// or wrong, 403 where it is an export key of another path, 429 where there is too much of it.
  Grant admit(const Request& request, const Target& target, const std::string& path, Moment now);

 private:
  const KeyRing& keys_;
  const bool is_key_required_;
  RateLimit limit_;
  WrongKeys wrong_;
};

}  // namespace cartograph::api
