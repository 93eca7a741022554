#include "core/depth_map.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/isfinite.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "core/error.h"
#include "core/host_device.h"
#include "core/parallel.h"

namespace fathom {
namespace {

void checkMetres(const at::Tensor& metres) {
  if (!metres.defined() || metres.dim() != 2 || metres.scalar_type() != at::kFloat) {
    throw BadInput("a depth map is a two-dimensional float32 tensor of metres");
  }
}

/// One pass on the CPU: a prediction is made for every move of a slider.
FATHOM_CLONES void markMissing(const float* metres, std::uint8_t* reason, std::int64_t begin,
                               std::int64_t end, float above) {
  constexpr float kLargest = std::numeric_limits<float>::max();
  for (std::int64_t i = begin; i < end; ++i) {
    const bool valid = (metres[i] > above) & (metres[i] <= kLargest) & (metres[i] >= -kLargest);
    reason[i] = static_cast<std::uint8_t>(!valid);
  }
}
static_assert(static_cast<int>(Reason::kMissing) == 1);

/// Missing where the metres are not finite or not above a bound.
DepthMap withMissing(const at::Tensor& given, float above) {
  checkMetres(given);
  const at::Tensor metres = given.contiguous();
  if (!metres.is_cpu()) {
    const at::Tensor missing = at::isfinite(metres).logical_and(metres.gt(above)).logical_not();
    return {metres, missing.to(at::kByte)};
  }
  at::Tensor reason = at::empty(metres.sizes(), metres.options().dtype(at::kByte));
  const auto* from = metres.const_data_ptr<float>();
  auto* to = reason.mutable_data_ptr<std::uint8_t>();
  parallelFor(metres.numel(), 1 << 20, {}, [&](std::int64_t begin, std::int64_t end) {
    markMissing(from, to, begin, end, above);
  });
  return {metres, std::move(reason)};
}

}  // namespace

DepthMap makeDepthMap(at::Tensor metres) {
  return withMissing(metres, 0);
}

DepthMap makePrediction(at::Tensor metres) {
  return withMissing(metres, -std::numeric_limits<float>::infinity());
}

void check(const DepthMap& depth) {
  checkMetres(depth.metres);
  const at::Tensor& reason = depth.reason;
  if (!reason.defined() || reason.scalar_type() != at::kByte ||
      reason.sizes() != depth.metres.sizes() || reason.device() != depth.metres.device()) {
    throw BadInput("a depth map's reasons are uint8 of the same size and device as its metres");
  }
}

at::Tensor counts(const DepthMap& depth) {
  return depth.reason.ne(static_cast<int>(Reason::kMissing))
      .logical_and(depth.reason.ne(static_cast<int>(Reason::kOutside)));
}

Range range(const DepthMap& depth) {
  const at::Tensor values = depth.metres.masked_select(counts(depth));
  if (values.numel() == 0) {
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    return {nan, nan};
  }
  return {values.min().item<double>(), values.max().item<double>()};
}

}  // namespace fathom
