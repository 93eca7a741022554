#pragma once

#include <functional>
#include <stop_token>
#include <string_view>

namespace fathom {

/// How long work tells how far it is and learns that it is no longer wanted. Nothing in core owns
/// a thread: the window, the command line and the tests bring their own and pass a Progress.
struct Progress {
  std::stop_token stop;
  /// Part done in [0, 1] and what is being done. May be empty; called on the working thread.
  std::function<void(double part, std::string_view doing)> report;

  /// Throws Cancelled if the work is no longer wanted. Call between rows, tiles, samples, layers.
  void checkpoint() const;
  /// checkpoint(), then reports.
  void at(double part, std::string_view doing = {}) const;
  /// The Progress of a part [from, to] of this work.
  Progress part(double from, double to) const;
};

}  // namespace fathom
