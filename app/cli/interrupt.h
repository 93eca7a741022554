#pragma once

#include <stop_token>
#include <thread>

namespace fathom::cli {

/// Turns Ctrl-C (SIGINT) and SIGTERM into a request to stop; the second one ends the program at
/// once. To be made first in main: the signals are blocked for every thread that starts later.
class Interrupt {
 public:
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  std::stop_token token() const { return stop_.get_token(); }

 private:
  void wait();

  std::stop_source stop_;
  std::thread thread_;
};

}  // namespace fathom::cli
