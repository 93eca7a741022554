#include "models/runtime/picture.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/replication_pad2d.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/where.h>

#include <cmath>

#include "models/layers/resize.h"

namespace fathom {

at::Tensor unitPicture(const at::Tensor& rgb) {
  return (rgb.to(at::kFloat) / 255.0).unsqueeze(0);
}

at::Tensor imagenetNormalised(const at::Tensor& unit) {
  const auto channels = [&](std::initializer_list<double> values) {
    return at::tensor(at::ArrayRef<double>(values), at::kDouble)
        .view({1, 3, 1, 1})
        .to(unit.device(), unit.scalar_type());
  };
  return (unit - channels({0.485, 0.456, 0.406})) / channels({0.229, 0.224, 0.225});
}

at::Tensor plane(const at::Tensor& x) {
  return x.squeeze(0).squeeze(0);
}

at::Tensor batch(const at::Tensor& map) {
  return map.unsqueeze(0).unsqueeze(0);
}

at::Tensor lowLevels(const LowDepth& low) {
  return batch(low.levels);
}

at::Tensor lowMetres(const LowDepth& low) {
  return lowLevels(low) * low.metresPerLevel;
}

LowGrid onGrid(const at::Tensor& map, const LowDepth& low, Size picture, std::int64_t factor) {
  const Size size = roundedUp(picture, factor);
  const Size cells{size.height / factor, size.width / factor};
  const bool same = low.factorX == double(factor) && low.factorY == double(factor) &&
                    map.size(2) <= cells.height && map.size(3) <= cells.width;
  if (same) return {extended(map, cells), false};
  return {bilinear(map, cells, false), true};
}

at::Tensor extended(const at::Tensor& x, Size size) {
  const std::int64_t below = size.height - x.size(2), right = size.width - x.size(3);
  if (below == 0 && right == 0) return x;
  return at::replication_pad2d(x, {0, right, 0, below});
}

Size roundedUp(Size size, std::int64_t multiple) {
  const auto up = [multiple](std::int64_t side) {
    return (side + multiple - 1) / multiple * multiple;
  };
  return {up(size.height), up(size.width)};
}

MinMax minMax(const at::Tensor& x) {
  const at::Tensor least = x.min();
  return {least, x.max() - least};
}

at::Tensor MinMax::normalised(const at::Tensor& x) const {
  const at::Tensor safe = at::where(range > 0, range, range + 1);
  return (x - least) / safe;
}

at::Tensor MinMax::restored(const at::Tensor& x) const {
  return x * range + least;
}

}  // namespace fathom
