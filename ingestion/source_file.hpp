// A landed file's bytes, mapped into memory so that files larger than memory can be read, with the
// checksum of the bytes as they lie. A gzipped file is unpacked into a temporary file first.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace cartograph::ingestion {

/// XXH3-128 of a file's bytes, as 32 hexadecimal digits, and their number.
struct Fingerprint {
  std::string checksum;
  std::int64_t bytes = 0;
};

/// Throws Error naming `path` where it cannot be read.
Fingerprint fingerprint(const std::filesystem::path& path);

class SourceFile {
 public:
  /// Maps `path`; a gzipped one is unpacked into `temporary_folder`, into a file that vanishes with
  /// this object or the process. Throws Error, naming the file, where it cannot be read or holds
  /// anything but gzip members.
  SourceFile(const std::filesystem::path& path, bool gzipped,
             const std::filesystem::path& temporary_folder);
  ~SourceFile();
  SourceFile(const SourceFile&) = delete;
  SourceFile& operator=(const SourceFile&) = delete;

  /// The content (unpacked), valid as long as this object.
  std::string_view bytes() const { return {data_, size_}; }

  /// Throws Error where the file was changed since it was mapped: it is being written in place.
  void expect_unchanged() const;

 private:
  void map(int descriptor);

  std::filesystem::path path_;
  const char* data_ = nullptr;
  std::size_t size_ = 0;
  std::int64_t file_size_ = 0;
  std::int64_t modified_ns_ = 0;
};

}  // namespace cartograph::ingestion
