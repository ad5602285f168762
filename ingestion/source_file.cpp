// Mapping, checksums and gzip.
#include "ingestion/source_file.hpp"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <vector>

#include "base/error.hpp"
#include "base/stopping.hpp"
#include "ingestion/mapped_file.hpp"
#include "ingestion/temporary_files.hpp"

namespace cartograph::ingestion {
namespace {

constexpr std::size_t kReadBytes = 1 << 20;

int open_for_reading(const std::filesystem::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) {
    throw Error(
        fmt::format("cannot read {}: {}; mend its permissions or take it out of the "
                    "landing folder, then run again",
                    path.string(), std::strerror(errno)));
  }
  return descriptor;
}

struct stat status_of(int descriptor, const std::filesystem::path& path) {
  struct stat status {};
  if (::fstat(descriptor, &status) != 0) {
    throw Error(fmt::format("cannot read {}: {}", path.string(), std::strerror(errno)));
  }
  return status;
}

std::size_t read_some(int descriptor, char* buffer, const std::filesystem::path& path) {
  while (true) {
    const ssize_t count = ::read(descriptor, buffer, kReadBytes);
    if (count >= 0) return static_cast<std::size_t>(count);
    if (errno != EINTR) {
      throw Error(fmt::format("cannot read {}: {}", path.string(), std::strerror(errno)));
    }
  }
}

// What a file that is no gzip is instead.
std::string_view kind_of(std::string_view head) {
  if (head.starts_with("PK\x03\x04")) {
    return "it is a ZIP archive, not gzip: unpack it and land what is in it";
  }
  const bool is_text = std::ranges::all_of(head, [](char c) {
    return static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\r' || c == '\t';
  });
  return is_text ? "it is not packed at all: take .gz off its name" : "it is not gzip, or damaged";
}

[[noreturn]] void throw_bad_gzip(const std::filesystem::path& path, std::string_view why) {
  throw Error(
      fmt::format("cannot unpack {}: {}; nothing was loaded. Land the file again whole, "
                  "or take it out of the landing folder",
                  path.string(), why));
}

// Unpacks all members of `from` into `to`; anything else in the file is an error.
void inflate(int from, int to, const std::filesystem::path& path, const std::stop_token& stop) {
  z_stream stream{};
  constexpr int kGzipOnly = 15 + 16;
  if (::inflateInit2(&stream, kGzipOnly) != Z_OK) throw_bad_gzip(path, "out of memory");
  const auto end = [](z_stream* s) { ::inflateEnd(s); };
  const std::unique_ptr<z_stream, decltype(end)> guard(&stream, end);

  std::vector<char> input(kReadBytes);
  std::vector<char> output(kReadBytes);
  std::string head;  // what the file begins with
  bool inside_member = false;
  std::int64_t members = 0;
  while (const std::size_t count = read_some(from, input.data(), path)) {
    expect_not_stopped(stop);
    stream.next_in = reinterpret_cast<Bytef*>(input.data());
    stream.avail_in = static_cast<uInt>(count);
    if (head.empty()) head.assign(input.data(), std::min<std::size_t>(count, 256));
    do {
      stream.next_out = reinterpret_cast<Bytef*>(output.data());
      stream.avail_out = static_cast<uInt>(output.size());
      const int result = ::inflate(&stream, Z_NO_FLUSH);
      if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR) {
        throw_bad_gzip(path, members > 0 && stream.total_out == 0
                                 ? "there is something else after its last gzip member"
                             : stream.total_out == 0 ? kind_of(head)
                                                     : "it is not gzip, or damaged");
      }
      write_unnamed(to, {output.data(), output.size() - stream.avail_out}, path);
      inside_member = result != Z_STREAM_END;
      if (!inside_member) {
        ++members;
        ::inflateReset(&stream);
      }
    } while (stream.avail_in > 0 || (inside_member && stream.avail_out == 0));
  }
  if (inside_member) throw_bad_gzip(path, "it ends in the middle");
  if (members == 0) throw_bad_gzip(path, "it is empty");
}

}  // namespace

FileIdentity identity_of(const struct ::stat& status) {
  return {status.st_dev, status.st_ino, status.st_size,
          status.st_mtim.tv_sec * 1'000'000'000LL + status.st_mtim.tv_nsec};
}

Fingerprint fingerprint(const std::filesystem::path& path, const std::stop_token& stop) {
  const Descriptor file(open_for_reading(path));
  ::posix_fadvise(file.get(), 0, 0, POSIX_FADV_SEQUENTIAL);
  XXH3_state_t* state = XXH3_createState();
  const std::unique_ptr<XXH3_state_t, decltype(&XXH3_freeState)> guard(state, &XXH3_freeState);
  XXH3_128bits_reset(state);
  std::vector<char> buffer(kReadBytes);
  Fingerprint print;
  print.identity = identity_of(status_of(file.get(), path));
  while (const std::size_t count = read_some(file.get(), buffer.data(), path)) {
    expect_not_stopped(stop);
    XXH3_128bits_update(state, buffer.data(), count);
    print.bytes += static_cast<std::int64_t>(count);
  }
  const XXH128_hash_t hash = XXH3_128bits_digest(state);
  print.checksum = fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
  return print;
}

SourceFile::SourceFile(const std::filesystem::path& path, bool gzipped,
                       const std::filesystem::path& temporary_folder, const std::stop_token& stop)
    : path_(path) {
  const Descriptor file(open_for_reading(path));
  identity_ = identity_of(status_of(file.get(), path));
  if (!gzipped) {
    content_ = MappedFile(file.get(), path);
    return;
  }
  const Descriptor unpacked(open_unnamed_file(temporary_folder));
  inflate(file.get(), unpacked.get(), path, stop);
  content_ = MappedFile(unpacked.get(), path);
}

void SourceFile::expect_unchanged_since(const FileIdentity& identity) const {
  struct stat status {};
  if (identity_ == identity && ::stat(path_.c_str(), &status) == 0 &&
      identity_of(status) == identity) {
    return;
  }
  throw Error(
      fmt::format("{} was changed while it was read; nothing was loaded. Write files under "
                  "a name that ends in .part and rename them when they are whole",
                  path_.string()));
}

}  // namespace cartograph::ingestion
