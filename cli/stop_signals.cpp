// One thread waits for the signals; in all others they are blocked, so that no call is interrupted
// where nobody expects it.
#include "cli/stop_signals.hpp"

#include <pthread.h>
#include <unistd.h>

namespace cartograph::cli {
namespace {

constexpr int kEnd = SIGUSR2;

}  // namespace

StopSignals::StopSignals() {
  sigemptyset(&signals_);
  for (const int number : {SIGTERM, SIGINT}) {
    // Whoever started the program may have said that it shall go on, as nohup does.
    struct sigaction before {};
    ::sigaction(number, nullptr, &before);
    if (before.sa_handler != SIG_IGN) sigaddset(&signals_, number);
  }
  awaited_ = signals_;
  sigaddset(&awaited_, kEnd);
  ::pthread_sigmask(SIG_BLOCK, &awaited_, &before_);
  waiter_ = std::thread([this] { wait(); });
}

StopSignals::~StopSignals() {
  is_ending_ = true;
  ::pthread_kill(waiter_.native_handle(), kEnd);
  waiter_.join();
  if (stopper_.joinable()) stopper_.join();
  ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

void StopSignals::wait() {
  while (true) {
    int number = 0;
    if (::sigwait(&awaited_, &number) != 0 || is_ending_) return;
    if (number == kEnd) continue;
    if (!stopper_.joinable()) {
      // To cancel a statement may take as long as the network does; the second signal does not wait
      // for that.
      stopper_ = std::thread([this] { source_.request_stop(); });
      continue;
    }
    std::signal(number, SIG_DFL);
    ::pthread_sigmask(SIG_UNBLOCK, &signals_, nullptr);
    ::raise(number);
  }
}

}  // namespace cartograph::cli
