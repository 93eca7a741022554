#include "app/cli/interrupt.h"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include "app/cli/options.h"
#include "core/log.h"

namespace fathom::cli {
namespace {

/// SIGUSR1 is how the destructor wakes the waiting thread.
sigset_t watched() {
  sigset_t set;
  sigemptyset(&set);
  for (const int number : {SIGINT, SIGTERM, SIGUSR1}) sigaddset(&set, number);
  return set;
}

}  // namespace

Interrupt::Interrupt() {
  const sigset_t set = watched();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  thread_ = std::thread([this] { wait(); });
}

Interrupt::~Interrupt() {
  pthread_kill(thread_.native_handle(), SIGUSR1);
  thread_.join();
}

// An ordinary thread waits for the signals instead of a handler, which might do next to nothing.
void Interrupt::wait() {
  const sigset_t set = watched();
  for (int number = 0; sigwait(&set, &number) == 0 && number != SIGUSR1;) {
    if (stop_.stop_requested()) _exit(kCancelled);
    log().warn("stopping; what is finished is kept (once more ends at once)");
    stop_.request_stop();
  }
}

}  // namespace fathom::cli
