#include "core/depth_map.h"

#include <ATen/ops/full_like.h>
#include <ATen/ops/isfinite.h>
#include <ATen/ops/zeros_like.h>

#include <limits>

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

}  // namespace

DepthMap makeDepthMap(at::Tensor metres) {
  checkMetres(metres);
  const at::Tensor missing = at::isfinite(metres).logical_not().logical_or(metres.le(0));
  return missingWhere(std::move(metres), missing);
}

DepthMap makePrediction(at::Tensor metres) {
  checkMetres(metres);
  const at::Tensor missing = at::isfinite(metres).logical_not();
  return missingWhere(std::move(metres), missing);
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
