#include "core/point_cloud.h"

#include <ATen/ops/arange.h>
#include <ATen/ops/stack.h>

namespace fathom {

PointCloud pointCloud(const DepthMap& depth, const Intrinsics& intrinsics, double farthest) {
  const at::Tensor wanted = counts(depth).logical_and(depth.metres.le(farthest)).logical_and(
      depth.metres.gt(0));
  const at::Tensor pixels = wanted.flatten().nonzero().squeeze(1);
  const at::Tensor z = depth.metres.flatten().index_select(0, pixels);
  const std::int64_t width = depth.metres.size(1);
  const at::Tensor column = pixels.remainder(width).to(at::kFloat);
  const at::Tensor row = pixels.floor_divide(width).to(at::kFloat);
  const at::Tensor x = column.sub(intrinsics.cx).mul(z).div(intrinsics.fx);
  const at::Tensor y = row.sub(intrinsics.cy).mul(z).div(intrinsics.fy);
  return {at::stack({x, y, z}, 1).contiguous(), pixels};
}

}  // namespace fathom
