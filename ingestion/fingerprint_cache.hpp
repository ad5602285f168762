// Remembers the fingerprints of landed files, so that a night's run does not read the years behind
// it: a file whose device, inode, size and times of change are as they were is not read again. Only
// a cache: without its file, or with a damaged one, everything is read. Not thread-safe, but for
// look().
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <stop_token>
#include <string>

#include "base/instant.hpp"
#include "ingestion/source_file.hpp"

namespace cartograph::ingestion {

class FingerprintCache {
 public:
  /// Reads `file` if it is there. `clock` says what time it is.
  explicit FingerprintCache(std::filesystem::path file, std::function<Instant()> clock = now);

  /// The fingerprint of `path`, read anew where the cache cannot vouch for it. A file that was
  /// changed less than two seconds before it was read is not vouched for: the clock of file systems
  /// is coarse, and a second change could go unseen. Throws Error as fingerprint() does.
  Fingerprint of(const std::filesystem::path& path, const std::stop_token& stop = {});

  /// The same in two steps: look() may be called from any thread, keep() keeps what it has seen.
  struct Looked {
    Fingerprint fingerprint;
    std::string identity;  // empty where it cannot be vouched for
  };
  Looked look(const std::filesystem::path& path, const std::stop_token& stop = {}) const;
  void keep(const std::filesystem::path& path, const Looked& looked);

  /// Writes the entries that were kept, or asked of(). Failing to is no error: the next run reads
  /// more.
  void save() const;

 private:
  struct Entry {
    Fingerprint fingerprint;
    std::string identity;  // device, inode, size, modification and change times
  };
  std::filesystem::path file_;
  std::function<Instant()> clock_;
  std::map<std::string, Entry> entries_;  // by path, as the file had them
  std::map<std::string, Entry> kept_;
};

}  // namespace cartograph::ingestion
