// A key is "cg_", eight hexadecimal digits that find its entry, and 256 random bits: nothing that
// could be guessed, so a fast hash is enough.
#include "api/keys.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include "base/error.hpp"
#include "base/instant.hpp"
#include "base/nearest.hpp"

namespace cartograph::api {
namespace {

namespace json = boost::json;

constexpr std::string_view kPrefix = "cg_";
constexpr std::size_t kIdDigits = 8;
constexpr std::size_t kSecretBytes = 32;
constexpr std::size_t kKeyLength = kPrefix.size() + kIdDigits + 1 + 2 * kSecretBytes;

std::string random_digits(std::size_t bytes) {
  std::string raw(bytes, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(raw.data()), static_cast<int>(bytes)) != 1) {
    throw Error("the machine gives no random numbers");
  }
  std::string digits;
  for (const char c : raw) digits += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return digits;
}

std::string hash_of(std::string_view salt, std::string_view key) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  HMAC(EVP_sha256(), salt.data(), static_cast<int>(salt.size()),
       reinterpret_cast<const unsigned char*>(key.data()), key.size(), digest.data(), &length);
  std::string digits;
  for (unsigned i = 0; i < length; ++i) digits += fmt::format("{:02x}", digest[i]);
  return digits;
}

std::string failed(std::string_view action, const std::filesystem::path& path) {
  return fmt::format("cannot {} {}: {}; make the data folder writable and make room in it", action,
                     path.string(), std::strerror(errno));
}

// Keeps other commands off while a file is read, changed and replaced.
class FolderLock {
 public:
  explicit FolderLock(const std::filesystem::path& folder) {
    std::filesystem::create_directories(folder);
    descriptor_ = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor_ < 0 || ::flock(descriptor_, LOCK_EX) != 0) throw Error(failed("lock", folder));
  }
  ~FolderLock() { ::close(descriptor_); }
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;
  void sync() const { ::fsync(descriptor_); }

 private:
  int descriptor_ = -1;
};

void write_whole(const std::filesystem::path& path, std::string_view text) {
  ::unlink(path.c_str());
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0) throw Error(failed("write", path));
  bool is_written = true;
  for (std::string_view rest = text; !rest.empty() && is_written;) {
    const auto bytes = ::write(file, rest.data(), rest.size());
    is_written = bytes > 0;
    if (is_written) rest.remove_prefix(static_cast<std::size_t>(bytes));
  }
  is_written = is_written && ::fsync(file) == 0;
  const std::string message = failed("write", path);
  ::close(file);
  if (!is_written) throw Error(message);
}

bool is_name(std::string_view name) {
  return !name.empty() && name.size() <= 64 && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  });
}

std::string version_of(const std::filesystem::path& path) {
  struct stat file {};
  if (::stat(path.c_str(), &file) != 0) return errno == ENOENT ? "none" : "unreadable";
  return fmt::format("{}-{}-{}-{}", file.st_ino, file.st_size, file.st_mtim.tv_sec,
                     file.st_mtim.tv_nsec);
}

}  // namespace

std::vector<Key> KeyFile::list() const {
  std::ifstream file(path_, std::ios::binary);
  if (!file) {
    if (!std::filesystem::exists(path_)) return {};
    throw Error(failed("read", path_));
  }
  std::ostringstream text;
  text << file.rdbuf();
  std::vector<Key> keys;
  try {
    const json::value document = json::parse(text.str());
    for (const json::value& entry : document.at("keys").as_array()) {
      const auto member = [&](const char* name) { return std::string(entry.at(name).as_string()); };
      keys.push_back({member("id"), member("name"), member("salt"), member("hash"),
                      member("created_at"), member("export_path")});
    }
  } catch (const std::exception& error) {
    throw Error(
        fmt::format("{} is no file of keys ({}); restore it, or move it away and add the "
                    "keys anew",
                    path_.string(), error.what()));
  }
  return keys;
}

void KeyFile::write(const std::vector<Key>& keys) const {
  json::array entries;
  for (const Key& key : keys) {
    entries.push_back(json::object{{"id", key.id},
                                   {"name", key.name},
                                   {"salt", key.salt},
                                   {"hash", key.hash},
                                   {"created_at", key.created_at},
                                   {"export_path", key.export_path}});
  }
  auto next = path_;
  next += ".next";
  write_whole(next, json::serialize(json::object{{"keys", std::move(entries)}}) + "\n");
  if (::rename(next.c_str(), path_.c_str()) != 0) throw Error(failed("replace", path_));
}

std::string KeyFile::add(const std::string& name, const std::string& export_path) {
  if (!is_name(name)) {
    throw UsageError(
        fmt::format("'{}' is no name of a key; it takes 1 to 64 letters, digits and . _ -", name));
  }
  const FolderLock lock(folder_);
  std::vector<Key> keys = list();
  if (std::ranges::find(keys, name, &Key::name) != keys.end()) {
    throw UsageError(fmt::format(
        "there is a key {} already; revoke it first (cartograph key revoke {}), or choose another "
        "name",
        name, name));
  }
  Key key{.name = name, .salt = random_digits(16), .export_path = export_path};
  do {
    key.id = random_digits(kIdDigits / 2);
  } while (std::ranges::find(keys, key.id, &Key::id) != keys.end());
  const std::string text = fmt::format("{}{}_{}", kPrefix, key.id, random_digits(kSecretBytes));
  key.hash = hash_of(key.salt, text);
  key.created_at = to_string(now());
  keys.push_back(std::move(key));
  write(keys);
  lock.sync();
  return text;
}

void KeyFile::revoke(const std::string& name) {
  const FolderLock lock(folder_);
  std::vector<Key> keys = list();
  const auto found = std::ranges::find(keys, name, &Key::name);
  if (found == keys.end()) {
    std::vector<std::string> known;
    for (const Key& key : keys) known.push_back(key.name);
    throw NotFound(known.empty() ? fmt::format("there is no key {}; there are none", name)
                                 : fmt::format("there is no key {}; the nearest one is {}", name,
                                               nearest(name, known)));
  }
  keys.erase(found);
  write(keys);
  lock.sync();
}

KeyRing::KeyRing(KeyFile file) : file_(std::move(file)) { refresh(); }

std::optional<Key> KeyRing::find(std::string_view text) const {
  auto key = known(text);
  if (key) return key;
  try {
    refresh();
  } catch (const Error&) {
    // Whoever refreshes now and then is told.
    return std::nullopt;
  }
  return known(text);
}

// Takes as long whether there is such a key or not.
std::optional<Key> KeyRing::known(std::string_view text) const {
  const std::string_view id =
      text.size() == kKeyLength ? text.substr(kPrefix.size(), kIdDigits) : std::string_view();
  Key candidate{.salt = std::string(32, '0'), .hash = std::string(64, '0')};
  {
    const std::lock_guard lock(mutex_);
    const auto found = std::ranges::find(keys_, id, &Key::id);
    if (found != keys_.end()) candidate = *found;
  }
  const std::string hash = hash_of(candidate.salt, text);
  const bool is_equal = hash.size() == candidate.hash.size() &&
                        CRYPTO_memcmp(hash.data(), candidate.hash.data(), hash.size()) == 0;
  if (!is_equal || candidate.id.empty()) return std::nullopt;
  return candidate;
}

bool KeyRing::is_empty() const {
  const std::lock_guard lock(mutex_);
  return keys_.empty();
}

void KeyRing::refresh() const {
  std::string version = version_of(file_.path());
  const std::lock_guard lock(mutex_);
  if (version == version_) return;
  keys_ = file_.list();
  version_ = std::move(version);
}

}  // namespace cartograph::api
