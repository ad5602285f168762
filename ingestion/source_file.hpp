// A landed file's bytes, mapped into memory so that files larger than memory can be read, with the
// checksum of the bytes as they lie. A gzipped file is unpacked into a temporary file first.
#pragma once

#include <cstdint>
#include <filesystem>
#include <stop_token>
#include <string>
#include <string_view>

#include "ingestion/landing.hpp"
#include "ingestion/mapped_file.hpp"

struct stat;

namespace cartograph::ingestion {

FileIdentity identity_of(const struct ::stat& status);

/// XXH3-128 of a file's bytes, as 32 hexadecimal digits, their number, and whose they are.
struct Fingerprint {
  std::string checksum;
  std::int64_t bytes = 0;
  FileIdentity identity;
};

/// Throws Error naming `path` where it cannot be read, and Stopped.
Fingerprint fingerprint(const std::filesystem::path& path, const std::stop_token& stop = {});

class SourceFile {
 public:
  /// Maps `path`; a gzipped one is unpacked into `temporary_folder`, into a file that vanishes with
  /// this object or the process. Throws Error, naming the file, where it cannot be read or holds
  /// anything but gzip members, and Stopped.
  SourceFile(const std::filesystem::path& path, bool gzipped,
             const std::filesystem::path& temporary_folder, const std::stop_token& stop = {});

  /// The content (unpacked), valid as long as this object.
  std::string_view bytes() const { return content_.bytes(); }

  /// Lets the system begin to read the content; returns at once.
  void read_ahead() const { content_.read_ahead(); }

  /// Throws Error where what was mapped is not `identity`, or is not what lies at the path any
  /// more: the file was written to, or another was put in its place.
  void expect_unchanged_since(const FileIdentity& identity) const;

 private:
  std::filesystem::path path_;
  MappedFile content_;
  FileIdentity identity_;
};

}  // namespace cartograph::ingestion
