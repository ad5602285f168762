// A rename is durable once the folder is synchronised, too.
#include "orchestration/durable_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "base/descriptor.hpp"
#include "base/error.hpp"

namespace cartograph::orchestration {
namespace {

[[noreturn]] void refuse(const std::filesystem::path& file) {
  throw Error(fmt::format("cannot write {}: {}", file.string(), std::strerror(errno)));
}

Descriptor open_file(const std::filesystem::path& file, int flags) {
  Descriptor descriptor(::open(file.c_str(), flags | O_CLOEXEC, 0666));
  if (!descriptor) refuse(file);
  return descriptor;
}

void write_all(int descriptor, std::string_view text, const std::filesystem::path& file) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) refuse(file);
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

std::filesystem::path folder_of(const std::filesystem::path& file) {
  return file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
}

}  // namespace

void replace_file(const std::filesystem::path& file, std::string_view text) {
  std::filesystem::path unfinished = file;
  unfinished += ".part";
  {
    const Descriptor out = open_file(unfinished, O_WRONLY | O_CREAT | O_TRUNC);
    write_all(out.get(), text, unfinished);
    if (::fsync(out.get()) != 0) refuse(unfinished);
  }
  if (::rename(unfinished.c_str(), file.c_str()) != 0) refuse(file);
  const Descriptor folder = open_file(folder_of(file), O_RDONLY | O_DIRECTORY);
  ::fsync(folder.get());
}

void append_line(const std::filesystem::path& file, std::string_view line) {
  const Descriptor out = open_file(file, O_RDWR | O_CREAT | O_APPEND);
  const off_t size = ::lseek(out.get(), 0, SEEK_END);
  char last = '\n';
  if (size > 0 && ::pread(out.get(), &last, 1, size - 1) != 1) refuse(file);
  std::string text = last == '\n' ? "" : "\n";
  text.append(line) += '\n';
  write_all(out.get(), text, file);
  // A pipe has no disk.
  if (::fsync(out.get()) != 0 && errno != EINVAL) refuse(file);
}

}  // namespace cartograph::orchestration
