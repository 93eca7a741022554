#include "models/layers/resize.h"

#include <ATen/ops/constant_pad_nd.h>
#include <ATen/ops/upsample_bicubic2d.h>
#include <ATen/ops/upsample_bilinear2d.h>

namespace fathom {

at::Tensor bilinear(const at::Tensor& x, Size size, bool alignCorners) {
  if (size == sizeOf(x)) return x;
  return at::upsample_bilinear2d(x, {size.height, size.width}, alignCorners);
}

at::Tensor bicubic(const at::Tensor& x, Size size, double factorY, double factorX) {
  return at::upsample_bicubic2d(x, {size.height, size.width}, false, factorY, factorX);
}

Size sizeOf(const at::Tensor& x) {
  return {x.size(-2), x.size(-1)};
}

at::Tensor paddedToMultiple(const at::Tensor& x, std::int64_t multiple) {
  const auto missing = [multiple](std::int64_t side) {
    return (multiple - side % multiple) % multiple;
  };
  const std::int64_t below = missing(x.size(-2)), right = missing(x.size(-1));
  if (below == 0 && right == 0) return x;
  return at::constant_pad_nd(x, {0, right, 0, below});
}

at::Tensor cropped(const at::Tensor& x, Size size) {
  return x.slice(-2, 0, size.height).slice(-1, 0, size.width);
}

}  // namespace fathom
