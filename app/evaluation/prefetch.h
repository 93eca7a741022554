#pragma once

#include <condition_variable>
#include <cstddef>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <variant>
#include <vector>

#include "core/sample_source.h"

namespace fathom {

/// Loads samples in a fixed order on a thread of its own, one ahead of whoever takes them.
class Prefetch {
 public:
  Prefetch(SampleSourcePtr source, std::vector<std::size_t> order, std::stop_token stop);
  Prefetch(const Prefetch&) = delete;
  Prefetch& operator=(const Prefetch&) = delete;

  /// The next sample of the order, to be called once for each. Waits for it; rethrows what its
  /// loading threw, after which the one behind it can be taken. Throws Cancelled.
  Sample next();

 private:
  using Loaded = std::variant<Sample, std::exception_ptr>;
  void run(const std::stop_token& stop);

  SampleSourcePtr source_;
  std::vector<std::size_t> order_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::optional<Loaded> ready_;
  std::jthread thread_;  // after what it uses: stopped and joined first
  std::stop_callback<std::function<void()>> stopped_;
};

}  // namespace fathom
