// Preloaded into the program by tests: kills it right before its Nth call that changes a file, lets
// the disk be full from there on, lets that call alone break where it syncs, or cuts a file short
// there, so that every moment of a run can be tried on a machine of any speed. FAULT_CALL=N,
// FAULT_KIND=kill|full|break|cut (then FAULT_FILE says which file); without them calls are only
// counted. FAULT_LOG=FILE gets a line for each call: its name, and for paths where it leads.
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <string>

namespace {

template <class Function>
Function next(const char* name) {
  return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}

// What a call needs: only what takes room fails on a full disk.
enum class Needs { room, nothing };

void note(const char* name, const char* path) {
  static const int log = [] {
    const char* file = std::getenv("FAULT_LOG");
    if (file == nullptr) return -1;
    return next<int (*)(const char*, int, ...)>("open")(
        file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  }();
  if (log < 0) return;
  std::string line = name;
  if (path != nullptr) line.append(" ").append(path);
  line += '\n';
  if (next<ssize_t (*)(int, const void*, size_t)>("write")(log, line.data(), line.size()) < 0) {
    std::abort();
  }
}

// Counts a call; false where it has to fail.
bool may_go_on(const char* name, Needs needs, const char* path = nullptr) {
  static const long wanted = [] {
    const char* number = std::getenv("FAULT_CALL");
    return number == nullptr ? 0 : std::atol(number);
  }();
  static const std::string kind = [] {
    const char* given = std::getenv("FAULT_KIND");
    return std::string(given == nullptr ? "" : given);
  }();
  static const char* const cut = std::getenv("FAULT_FILE");
  static std::atomic<long> calls = 0;
  note(name, path);
  const long number = ++calls;
  if (wanted == 0 || number < wanted) return true;
  if (kind == "kill") {
    ::kill(::getpid(), SIGKILL);
    ::pause();
  }
  if (kind == "break") {
    errno = EIO;
    return number != wanted;
  }
  if (kind == "cut") {
    if (number == wanted && ::truncate(cut, 0) != 0) std::abort();
    return true;
  }
  if (needs == Needs::nothing) return true;
  errno = ENOSPC;
  return false;
}

bool is_output(int descriptor) {
  return descriptor == STDOUT_FILENO || descriptor == STDERR_FILENO;
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
    const bool is_new = ::access(path, F_OK) != 0;
    if (!may_go_on("open", is_new ? Needs::room : Needs::nothing, path)) return -1;
  }
  static const auto real = next<int (*)(const char*, int, ...)>("open");
  return real(path, flags, mode);
}

int mkostemp(char* path, int flags) {
  static const auto real = next<int (*)(char*, int)>("mkostemp");
  return may_go_on("mkostemp", Needs::room) ? real(path, flags) : -1;
}

ssize_t write(int descriptor, const void* data, size_t size) {
  static const auto real = next<ssize_t (*)(int, const void*, size_t)>("write");
  if (is_output(descriptor)) return real(descriptor, data, size);
  return may_go_on("write", Needs::room) ? real(descriptor, data, size) : -1;
}

ssize_t writev(int descriptor, const struct iovec* parts, int count) {
  static const auto real = next<ssize_t (*)(int, const struct iovec*, int)>("writev");
  if (is_output(descriptor)) return real(descriptor, parts, count);
  return may_go_on("writev", Needs::room) ? real(descriptor, parts, count) : -1;
}

ssize_t pwrite(int descriptor, const void* data, size_t size, off_t place) {
  static const auto real = next<ssize_t (*)(int, const void*, size_t, off_t)>("pwrite");
  return may_go_on("pwrite", Needs::room) ? real(descriptor, data, size, place) : -1;
}

ssize_t copy_file_range(int from, off_t* from_place, int to, off_t* to_place, size_t size,
                        unsigned flags) {
  static const auto real =
      next<ssize_t (*)(int, off_t*, int, off_t*, size_t, unsigned)>("copy_file_range");
  if (!may_go_on("copy_file_range", Needs::room)) return -1;
  return real(from, from_place, to, to_place, size, flags);
}

int fallocate(int descriptor, int mode, off_t place, off_t size) {
  static const auto real = next<int (*)(int, int, off_t, off_t)>("fallocate");
  return may_go_on("fallocate", Needs::room) ? real(descriptor, mode, place, size) : -1;
}

int ftruncate(int descriptor, off_t size) {
  static const auto real = next<int (*)(int, off_t)>("ftruncate");
  may_go_on("ftruncate", Needs::nothing);
  return real(descriptor, size);
}

int fsync(int descriptor) {
  static const auto real = next<int (*)(int)>("fsync");
  return may_go_on("fsync", Needs::nothing) ? real(descriptor) : -1;
}

int syncfs(int descriptor) {
  static const auto real = next<int (*)(int)>("syncfs");
  return may_go_on("syncfs", Needs::nothing) ? real(descriptor) : -1;
}

int mkdir(const char* path, mode_t mode) {
  static const auto real = next<int (*)(const char*, mode_t)>("mkdir");
  return may_go_on("mkdir", Needs::room, path) ? real(path, mode) : -1;
}

int rename(const char* from, const char* to) {
  static const auto real = next<int (*)(const char*, const char*)>("rename");
  may_go_on("rename", Needs::nothing, to);
  return real(from, to);
}

int unlink(const char* path) {
  static const auto real = next<int (*)(const char*)>("unlink");
  may_go_on("unlink", Needs::nothing, path);
  return real(path);
}

int unlinkat(int folder, const char* path, int flags) {
  static const auto real = next<int (*)(int, const char*, int)>("unlinkat");
  may_go_on("unlinkat", Needs::nothing, path);
  return real(folder, path, flags);
}

int remove(const char* path) {
  static const auto real = next<int (*)(const char*)>("remove");
  may_go_on("remove", Needs::nothing, path);
  return real(path);
}

int rmdir(const char* path) {
  static const auto real = next<int (*)(const char*)>("rmdir");
  may_go_on("rmdir", Needs::nothing, path);
  return real(path);
}

}  // extern "C"
