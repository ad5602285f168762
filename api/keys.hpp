// API keys: a file of its own in the data folder (a run replaces the warehouse's), readable by its
// owner only, with a salted hash of each key and never a key.
#pragma once

#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cartograph::api {

struct Key {
  std::string id;    // part of the key: finds its entry
  std::string name;  // what people call it
  std::string salt;  // hexadecimal, as is the hash: HMAC-SHA256 of the key
  std::string hash;
  std::string created_at;
  std::string export_path;  // the one path that it reads, as CSV; empty for a key of everything
};

/// The keys of a data folder, for the commands. Several processes may change them at once.
class KeyFile {
 public:
  explicit KeyFile(const std::filesystem::path& data) : folder_(data), path_(data / "keys.json") {}

  const std::filesystem::path& path() const { return path_; }
  /// None where there is no file. Throws Error where it cannot be read or is no file of keys.
  std::vector<Key> list() const;
  /// Makes a key and returns its text, which cannot be had again. Throws UsageError where the name
  /// is taken, or is not made of 1 to 64 letters, digits and . _ -
  std::string add(const std::string& name, const std::string& export_path);
  /// Throws NotFound where there is no such key.
  void revoke(const std::string& name);

 private:
  void write(const std::vector<Key>& keys) const;

  std::filesystem::path folder_;
  std::filesystem::path path_;
};

/// The keys for a server: follows the file, so that a key can be added or revoked while it runs. A
/// copy of what the file has, also where it is const. Thread-safe.
class KeyRing {
 public:
  explicit KeyRing(KeyFile file);

  /// The key that `text` is; nothing where it is none. One that is not known may have just been
  /// added: the file is looked at again.
  std::optional<Key> find(std::string_view text) const;
  bool is_empty() const;
  /// Reads the file again if it was changed: to be called now and then. Where it cannot be read the
  /// keys stay as they are, and Error is thrown.
  void refresh() const;

 private:
  std::optional<Key> known(std::string_view text) const;

  KeyFile file_;
  mutable std::mutex mutex_;
  mutable std::vector<Key> keys_;
  mutable std::string version_;  // of the file: identity, size and time
};

}  // namespace cartograph::api
