#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

#include "core/depth_map.h"

/// Numbers and maps for tests: the same on every machine, with no generator that could drift.
namespace fathom::test {

/// Element j of the tensor called `key`: uniform in [0, 1), a hash of the two.
double unit(std::string_view key, std::uint64_t j);

/// float32 of this shape, element j being lo + (hi − lo)·unit(key, j).
at::Tensor filled(std::string_view key, std::vector<std::int64_t> shape, double lo, double hi);

/// A truth with values in [0.5, farthest], denser nearby, some pixels beyond every code, and a
/// share of missing, sky and outside pixels.
DepthMap someTruth(std::string_view key, Size size, double farthest = 2000, double holes = 0.1);

/// A map whose pixels all have this value and count.
DepthMap flatMap(Size size, double metres);

/// The same shape, type and bytes (so NaN equals NaN, and 0 is not −0).
bool sameBytes(const at::Tensor& a, const at::Tensor& b);

/// Greatest |a − b|, divided by the greatest |b|; infinite where only one of two is finite.
double worstDifference(const at::Tensor& a, const at::Tensor& b);

/// Sets LibTorch's threads and puts the old number back at the end of the scope.
class Threads {
 public:
  explicit Threads(int count);
  ~Threads();
  Threads(const Threads&) = delete;
  Threads& operator=(const Threads&) = delete;

 private:
  int before_;
};

/// What an exception of this type said; empty where nothing, or something else, was thrown.
template <class Exception, class Function>
std::string messageOf(Function&& function) {
  try {
    function();
  } catch (const Exception& error) {
    return error.what();
  } catch (...) {
  }
  return {};
}

inline bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

}  // namespace fathom::test
