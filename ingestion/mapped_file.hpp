// A file's bytes in memory, mapped so that files larger than memory can be read.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string_view>

namespace cartograph::ingestion {

/// Closes a file descriptor when it goes.
class Descriptor {
 public:
  explicit Descriptor(int value) : value_(value) {}
  ~Descriptor();
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return value_; }

 private:
  int value_;
};

class MappedFile {
 public:
  MappedFile() = default;
  /// Maps all of `descriptor`, which may be closed afterwards. Throws Error, naming `path`, where
  /// that is refused.
  MappedFile(int descriptor, const std::filesystem::path& path);
  ~MappedFile();
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;

  /// Valid as long as this object, or the one that it is moved to.
  std::string_view bytes() const { return {data_, size_}; }

  /// Lets the system begin to read the first megabytes; returns at once.
  void read_ahead() const;

 private:
  const char* data_ = "";
  std::size_t size_ = 0;
};

}  // namespace cartograph::ingestion
