// Preloaded into the program by tests: a landing folder on a slow disk or a distant machine. Every
// open() and read() of a file below SLOW_FOLDER takes SLOW_MS milliseconds longer.
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <thread>

namespace {

constexpr int kDescriptorsMax = 4096;
std::atomic<bool> is_slow[kDescriptorsMax];

template <class Function>
Function next(const char* name) {
  return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}

void wait() {
  static const int milliseconds = [] {
    const char* given = std::getenv("SLOW_MS");
    return given == nullptr ? 0 : std::atoi(given);
  }();
  std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
}

bool is_there(const char* path) {
  static const char* const folder = std::getenv("SLOW_FOLDER");
  return folder != nullptr && std::strncmp(path, folder, std::strlen(folder)) == 0;
}

}  // namespace

extern "C" {

int open(const char* path, int flags, ...) {
  mode_t mode = 0;
  if ((flags & O_CREAT) != 0) {
    va_list arguments;
    va_start(arguments, flags);
    mode = va_arg(arguments, mode_t);
    va_end(arguments);
  }
  static const auto real = next<int (*)(const char*, int, ...)>("open");
  const bool is_slow_file = (flags & O_DIRECTORY) == 0 && is_there(path);
  if (is_slow_file) wait();
  const int descriptor = real(path, flags, mode);
  if (descriptor >= 0 && descriptor < kDescriptorsMax) is_slow[descriptor] = is_slow_file;
  return descriptor;
}

ssize_t read(int descriptor, void* data, size_t size) {
  static const auto real = next<ssize_t (*)(int, void*, size_t)>("read");
  if (descriptor >= 0 && descriptor < kDescriptorsMax && is_slow[descriptor]) wait();
  return real(descriptor, data, size);
}

}  // extern "C"
