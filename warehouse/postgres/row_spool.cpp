// A row is the number of its cells, and each cell its length and its text; null has no length.
#include "warehouse/postgres/row_spool.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdint>
#include <cstring>

#include "base/error.hpp"

namespace cartograph::warehouse::postgres {
namespace {

constexpr std::int64_t kNull = -1;

void put(std::string& bytes, std::int64_t number) {
  bytes.append(reinterpret_cast<const char*>(&number), sizeof(number));
}

[[noreturn]] void throw_not_kept() {
  throw Error(
      fmt::format("cannot keep the rows that were read in a temporary file: {}; make room in /tmp, "
                  "or ask for fewer at a time",
                  std::strerror(errno)));
}

void take(std::FILE* file, void* place, std::size_t size) {
  if (std::fread(place, 1, size, file) != size) throw_not_kept();
}

}  // namespace

void RowSpool::append(const Row& row) {
  put(bytes_, std::ssize(row));
  for (const Cell& cell : row) {
    put(bytes_, cell ? std::ssize(*cell) : kNull);
    if (cell) bytes_ += *cell;
  }
  if (bytes_.size() > kMemoryBytes) move_to_file();
}

void RowSpool::move_to_file() {
  if (!file_) file_.reset(std::tmpfile());
  if (!file_ || std::fwrite(bytes_.data(), 1, bytes_.size(), file_.get()) != bytes_.size()) {
    throw_not_kept();
  }
  bytes_.clear();
}

void RowSpool::for_each(const std::function<void(const Row&)>& visit) {
  if (file_) {
    move_to_file();
    if (std::fflush(file_.get()) != 0) throw_not_kept();
    std::rewind(file_.get());
  } else if (!bytes_.empty()) {
    file_.reset(::fmemopen(bytes_.data(), bytes_.size(), "r"));
    if (!file_) throw_not_kept();
  } else {
    return;
  }
  Row row;
  std::int64_t number = 0;
  while (std::fread(&number, sizeof(number), 1, file_.get()) == 1) {
    row.resize(static_cast<std::size_t>(number));
    for (Cell& cell : row) {
      take(file_.get(), &number, sizeof(number));
      cell.reset();
      if (number == kNull) continue;
      cell.emplace(static_cast<std::size_t>(number), '\0');
      take(file_.get(), cell->data(), cell->size());
    }
    visit(row);
  }
  if (std::ferror(file_.get()) != 0) throw_not_kept();
}

}  // namespace cartograph::warehouse::postgres
