// One line a file: checksum, bytes, identity and path, which comes last since it may hold anything
// but a line end.
#include "ingestion/fingerprint_cache.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <fstream>
#include <sstream>
#include <system_error>

namespace cartograph::ingestion {
namespace {

constexpr std::string_view kFirstLine = "cartograph fingerprints 1";
constexpr std::int64_t kRacySeconds = 2;

struct Identity {
  std::string text;  // empty where the file cannot be looked at
  std::int64_t changed_seconds = 0;
  FileIdentity file;
};

Identity look_at(const std::filesystem::path& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return {};
  return {fmt::format("{}:{}:{}:{}.{:09}:{}.{:09}", status.st_dev, status.st_ino, status.st_size,
                      status.st_mtim.tv_sec, status.st_mtim.tv_nsec, status.st_ctim.tv_sec,
                      status.st_ctim.tv_nsec),
          status.st_ctim.tv_sec, identity_of(status)};
}

}  // namespace

FingerprintCache::FingerprintCache(std::filesystem::path file, std::function<Instant()> clock)
    : file_(std::move(file)), clock_(std::move(clock)) {
  std::ifstream in(file_);
  std::string line;
  if (!std::getline(in, line) || line != kFirstLine) return;
  while (std::getline(in, line)) {
    std::istringstream fields(line);
    Entry entry;
    std::string path;
    if (!(fields >> entry.fingerprint.checksum >> entry.fingerprint.bytes >> entry.identity) ||
        fields.get() != ' ' || !std::getline(fields, path) ||
        entry.fingerprint.checksum.size() != 32) {
      entries_.clear();
      return;
    }
    entries_[path] = std::move(entry);
  }
}

Fingerprint FingerprintCache::of(const std::filesystem::path& path, const std::stop_token& stop) {
  const Looked looked = look(path, stop);
  keep(path, looked);
  return looked.fingerprint;
}

FingerprintCache::Looked FingerprintCache::look(const std::filesystem::path& path,
                                                const std::stop_token& stop) const {
  const Identity identity = look_at(path);
  const auto known = entries_.find(path.string());
  if (!identity.text.empty() && known != entries_.end() &&
      known->second.identity == identity.text) {
    Looked looked{known->second.fingerprint, identity.text};
    looked.fingerprint.identity = identity.file;
    return looked;
  }
  const std::int64_t started = clock_().micros / kMicrosPerSecond;
  Looked looked{fingerprint(path, stop), {}};
  const bool settled =
      identity.changed_seconds + kRacySeconds < started && look_at(path).text == identity.text;
  if (settled) looked.identity = identity.text;
  return looked;
}

void FingerprintCache::keep(const std::filesystem::path& path, const Looked& looked) {
  if (!looked.identity.empty()) kept_[path.string()] = {looked.fingerprint, looked.identity};
}

void FingerprintCache::save() const {
  std::error_code error;
  std::filesystem::create_directories(file_.parent_path(), error);
  std::filesystem::path unfinished = file_;
  unfinished += ".part";
  {
    std::ofstream out(unfinished, std::ios::trunc);
    out << kFirstLine << '\n';
    for (const auto& [path, entry] : kept_) {
      if (path.find('\n') != std::string::npos) continue;
      out << entry.fingerprint.checksum << ' ' << entry.fingerprint.bytes << ' ' << entry.identity
          << ' ' << path << '\n';
    }
    if (!out.flush()) {
      std::filesystem::remove(unfinished, error);
      return;
    }
  }
  std::filesystem::rename(unfinished, file_, error);
}

}  // namespace cartograph::ingestion
