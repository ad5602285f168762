// An empty file cannot be mapped, and need not be.
#include "ingestion/mapped_file.hpp"

#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/error.hpp"

namespace cartograph::ingestion {

Descriptor::~Descriptor() {
  if (value_ >= 0) ::close(value_);
}

MappedFile::MappedFile(int descriptor, const std::filesystem::path& path) {
  struct stat status {};
  if (::fstat(descriptor, &status) != 0) {
    throw Error(fmt::format("cannot read {}: {}", path.string(), std::strerror(errno)));
  }
  const auto size = static_cast<std::size_t>(status.st_size);
  if (size == 0) return;
  void* place = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, descriptor, 0);
  if (place == MAP_FAILED) {
    throw Error(fmt::format("cannot map {}: {}", path.string(), std::strerror(errno)));
  }
  ::madvise(place, size, MADV_SEQUENTIAL);
  data_ = static_cast<const char*>(place);
  size_ = size;
}

MappedFile::~MappedFile() {
  if (size_ > 0) ::munmap(const_cast<char*>(data_), size_);
}

void MappedFile::read_ahead() const {
  // Of a large file the rest comes soon enough while it is read in order.
  constexpr std::size_t kBytesAhead = 4 << 20;
  if (size_ > 0) ::madvise(const_cast<char*>(data_), std::min(size_, kBytesAhead), MADV_WILLNEED);
}

MappedFile::MappedFile(MappedFile&& other) noexcept { *this = std::move(other); }

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

}  // namespace cartograph::ingestion
