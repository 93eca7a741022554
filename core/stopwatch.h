#pragma once

#include <ATen/core/Tensor.h>

#include <chrono>

namespace fathom {

/// Times work on a device: waits for the device before both readings, so that queued kernels count.
class Stopwatch {
 public:
  explicit Stopwatch(at::Device device);
  double milliseconds() const;

 private:
  at::Device device_;
  std::chrono::steady_clock::time_point start_;
};

}  // namespace fathom
