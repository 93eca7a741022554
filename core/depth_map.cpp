#include "core/depth_map.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/isfinite.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "core/error.h"

namespace fathom {
namespace {

void checkMetres(const at::Tensor& metres) {
  if (!metres.defined() || metres.dim() != 2 || metres.scalar_type() != at::kFloat) {
    throw BadInput("a depth map is a two-dimensional float32 tensor of metres");
  }
}

DepthMap missingWhere(at::Tensor metres, const at::Tensor& missing) {
  at::Tensor reason = missing.to(at::kByte).mul(static_cast<int>(Reason::kMissing));
  return {metres.contiguous(), reason.contiguous()};
}

/// On the CPU one pass on the caller's thread: as tensor operations it would wake a team of threads
/// five times, which costs many times the work where samples are already loaded in parallel.
template <typename IsMissing>
DepthMap missingWhere(const at::Tensor& metres, IsMissing isMissing) {
  const at::Tensor values = metres.contiguous();
  at::Tensor reason = at::empty(values.sizes(), values.options().dtype(at::kByte));
  std::transform(
      values.const_data_ptr<float>(), values.const_data_ptr<float>() + values.numel(),
      reason.mutable_data_ptr<std::uint8_t>(), [&](float value) {
        return static_cast<std::uint8_t>(isMissing(value) ? Reason::kMissing : Reason::kValid);
      });
  return {values, std::move(reason)};
}

}  // namespace

DepthMap makeDepthMap(at::Tensor metres) {
  checkMetres(metres);
  if (metres.is_cpu()) {
    return missingWhere(metres, [](float value) { return !(std::isfinite(value) && value > 0); });
  }
  const at::Tensor missing = at::isfinite(metres).logical_not().logical_or(metres.le(0));
  return missingWhere(std::move(metres), missing);
}

DepthMap makePrediction(at::Tensor metres) {
  checkMetres(metres);
  if (metres.is_cpu()) {
    return missingWhere(metres, [](float value) { return !std::isfinite(value); });
  }
  const at::Tensor missing = at::isfinite(metres).logical_not();
  return missingWhere(std::move(metres), missing);
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
