// JSON, a line a record: a beginning, a failure or a withdrawal. A file a
// warehouse, named by a hash of the warehouse's description, since two warehouses may share a data
// folder; the description itself is in each line for who reads it.
#include "runs/journal.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/json.hpp>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

#include "base/descriptor.hpp"
#include "base/error.hpp"
#include "base/utf8.hpp"

namespace cartograph::runs {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

[[noreturn]] void throw_unwritable(const fs::path& file) {
  throw Error(fmt::format(
      "cannot write {}: {}; make the data folder writable and make room in it, or name another "
      "with --data",
      file.string(), std::strerror(errno)));
}

void sync_folder(const fs::path& folder, const fs::path& file) {
  const Descriptor descriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (descriptor.get() < 0 || ::fsync(descriptor.get()) != 0) throw_unwritable(file);
}

std::string text_at(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  const json::string* text = value == nullptr ? nullptr : value->if_string();
  return text == nullptr ? std::string() : std::string(text->data(), text->size());
}

}  // namespace

Journal::Journal(const fs::path& data, std::string_view warehouse)
    : file_(data / "journal" /
            fmt::format("{:016x}.jsonl", XXH3_64bits(warehouse.data(), warehouse.size()))),
      warehouse_(warehouse) {}

std::vector<JournalEntry> Journal::entries() const {
  std::vector<JournalEntry> entries;
  std::ifstream file(file_);
  for (std::string line; std::getline(file, line);) {
    boost::system::error_code bad;
    const json::value value = json::parse(line, bad);
    if (bad || !value.is_object()) continue;
    const json::object& object = value.get_object();
    const std::string run_id = text_at(object, "run");
    const auto known = std::find_if(entries.begin(), entries.end(),
                                    [&](const auto& entry) { return entry.mark.run_id == run_id; });
    const json::value* begins = object.if_contains("begins_micros");
    if (begins != nullptr && begins->is_int64() && known == entries.end()) {
      entries.push_back({{run_id, text_at(object, "command"), Instant{begins->get_int64()}}, {}});
    } else if (known != entries.end() && object.contains("failed_micros")) {
      known->error = text_at(object, "error");
    } else if (known != entries.end() && object.contains("withdrawn_micros")) {
      entries.erase(known);
    }
  }
  return entries;
}

void Journal::begin(const RunMark& mark) {
  append(json::serialize(json::object{{"run", mark.run_id},
                                      {"command", mark.command},
                                      {"begins_micros", mark.started_at.micros},
                                      {"warehouse", printable(warehouse_)}}));
}

void Journal::fail(const RunMark& mark, std::string_view error) {
  append(json::serialize(json::object{
      {"run", mark.run_id}, {"failed_micros", now().micros}, {"error", printable(error)}}));
}

void Journal::withdraw(const RunMark& mark) {
  append(json::serialize(json::object{{"run", mark.run_id}, {"withdrawn_micros", now().micros}}));
}

void Journal::append(const std::string& line) {
  std::error_code error;
  fs::create_directories(file_.parent_path(), error);
  const bool is_new = !fs::exists(file_, error);
  const Descriptor file(::open(file_.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666));
  if (file.get() < 0) throw_unwritable(file_);
  // A line that was cut short ends here, not in the middle of the next one.
  struct stat status {};
  char last = '\n';
  if (::fstat(file.get(), &status) == 0 && status.st_size > 0 &&
      ::pread(file.get(), &last, 1, status.st_size - 1) != 1) {
    throw_unwritable(file_);
  }
  const std::string text = (last == '\n' ? "" : "\n") + line + "\n";
  for (std::string_view rest = text; !rest.empty();) {
    const ssize_t written = ::write(file.get(), rest.data(), rest.size());
    if (written < 0 && errno != EINTR) throw_unwritable(file_);
    if (written > 0) rest.remove_prefix(static_cast<std::size_t>(written));
  }
  if (::fsync(file.get()) != 0) throw_unwritable(file_);
  if (is_new) sync_folder(file_.parent_path(), file_);
}

void Journal::clear() {
  if (::truncate(file_.c_str(), 0) != 0) return;
}

}  // namespace cartograph::runs
