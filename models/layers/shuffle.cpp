#include "models/layers/shuffle.h"

#include <ATen/ops/im2col.h>
#include <ATen/ops/pixel_shuffle.h>
#include <ATen/ops/softmax.h>

namespace fathom {

at::Tensor pixelShuffle(const at::Tensor& x, std::int64_t factor) {
  return at::pixel_shuffle(x, factor);
}

at::Tensor convexUpsampled(const at::Tensor& x, const at::Tensor& weights, std::int64_t factor) {
  const std::int64_t n = x.size(0), height = x.size(2), width = x.size(3);
  const at::Tensor shares = at::softmax(weights.reshape({n, 9, factor * factor, height, width}), 1);
  const at::Tensor cells =
      at::im2col(x, {3, 3}, {1, 1}, {1, 1}, {1, 1}).view({n, 9, 1, height, width});
  return pixelShuffle(shares.mul(cells).sum(1), factor);
}

}  // namespace fathom
