// One published run as the server holds it: which one it is, sessions that read it, and the answers
// that were computed from it. It goes, with all of that, when the last request that uses it ends.
// Thread-safe.
#pragma once

#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "answers/ask.hpp"

namespace cartograph::api {

/// An answer as it is sent, apart from what differs between two requests for it.
struct KeptAnswer {
  std::string content_type;
  std::string etag_suffix;                                // tells its forms and contents apart
  std::string file_name;                                  // of CSV
  std::string next_query;                                 // of the next page; empty for none
  std::vector<std::pair<std::string, std::string>> meta;  // of CSV, as headers
  std::shared_ptr<const std::string> body;
  std::shared_ptr<const std::string> gzipped;  // none where it is not worth it
};

/// What holds for all answers of a run.
struct StoreFacts {
  std::string currency;
  std::string timezone;
  std::optional<Day> first_day;  // of the daily figures
  int week_begins = 0;           // days before Monday: 1 for Sunday
  int year_begins = 0;           // months after January
};

class Snapshot {
 public:
  Snapshot(warehouse::Published published, StoreFacts facts)
      : published_(std::move(published)), facts_(std::move(facts)) {}

  const warehouse::Published& published() const { return published_; }
  const StoreFacts& facts() const { return facts_; }

  std::shared_ptr<const KeptAnswer> find(const std::string& key) const;
  /// Keeps an answer for others; the oldest ones give way to it, but not those that are `pinned`.
  void keep(const std::string& key, std::shared_ptr<const KeptAnswer> answer, bool pinned);

  /// A session that reads this run and is free; nothing where there is none.
  std::unique_ptr<warehouse::Reader> borrow();
  void give_back(std::unique_ptr<warehouse::Reader> reader);
  /// Closes the sessions that are free: as long as they read, a server keeps what was replaced.
  void close_readers();
  /// Closes them, and those that are given back later.
  void retire();

 private:
  struct Entry {
    std::shared_ptr<const KeptAnswer> answer;
    std::optional<std::list<std::string>::iterator> place;  // none where it is pinned
  };

  const warehouse::Published published_;
  const StoreFacts facts_;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, Entry> kept_;
  std::list<std::string> oldest_first_;
  std::size_t bytes_ = 0;
  std::vector<std::unique_ptr<warehouse::Reader>> readers_;
  bool is_retired_ = false;
};

}  // namespace cartograph::api
