// A line is cut at a length: a process may write without ever ending one.
#include "orchestration/kept_output.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/utf8.hpp"

namespace cartograph::orchestration {
namespace {

constexpr std::size_t kLineBytesMax = 2'000;

}  // namespace

KeptOutput::KeptOutput(const std::filesystem::path& file, std::size_t lines)
    : path_(file), lines_max_(lines) {
  if (file.empty()) return;
  std::error_code ignored;  // opening the file says it
  std::filesystem::create_directories(file.parent_path(), ignored);
  file_ = Descriptor(::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
  if (!file_) fail(errno);
}

void KeptOutput::add(std::string_view bytes) {
  write(bytes);
  while (!bytes.empty()) {
    if (lines_.empty() || lines_.back().ends_with('\n')) {
      lines_.emplace_back();
      if (lines_.size() > lines_max_) lines_.pop_front();
    }
    const std::size_t end = bytes.find('\n');
    const std::string_view part = bytes.substr(0, end);
    std::string& line = lines_.back();
    line += part.substr(0, kLineBytesMax - std::min(kLineBytesMax, line.size()));
    if (end == std::string_view::npos) return;
    line += '\n';
    bytes.remove_prefix(end + 1);
  }
}

std::string KeptOutput::last_lines() const {
  std::string text;
  for (const std::string& line : lines_) text += line;
  while (text.ends_with('\n')) text.pop_back();
  return printable(text);
}

void KeptOutput::write(std::string_view bytes) {
  if (!file_) return;
  if (written_ + bytes.size() > kOutputBytesMax) {
    problem_ = fmt::format("{} has the first {} MB of the output", path_.string(),
                           kOutputBytesMax / (1024 * 1024));
    file_ = Descriptor();
    return;
  }
  while (!bytes.empty()) {
    const ssize_t count = ::write(file_.get(), bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return fail(errno);
    written_ += static_cast<std::uint64_t>(count);
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

void KeptOutput::fail(int error) {
  problem_ = fmt::format("cannot write the output to {}: {}", path_.string(), std::strerror(error));
  file_ = Descriptor();
}

}  // namespace cartograph::orchestration
