#pragma once

#include <ATen/core/Tensor.h>

#include "core/depth_map.h"
#include "core/low_depth.h"

namespace fathom {

/// How methods turn what they are given into what networks take.

/// 3×H×W uint8 to 1×3×H×W float32 in [0, 1].
at::Tensor unitPicture(const at::Tensor& rgb);
/// 1×3×H×W in [0, 1] less ImageNet's mean, over its standard deviation.
at::Tensor imagenetNormalised(const at::Tensor& unit);

/// 1×1×H×W as H×W, a view.
at::Tensor plane(const at::Tensor& x);
/// H×W as 1×1×H×W, a view.
at::Tensor batch(const at::Tensor& map);

/// The transmitted map as 1×1×h×w float32 metres (level · metres per level).
at::Tensor lowMetres(const LowDepth& low);
/// The transmitted levels as 1×1×h×w float32.
at::Tensor lowLevels(const LowDepth& low);

/// A whole number of cells for each of `factor` pixels: a map enlarged by repeating its edge, or,
/// where the data's factor is another, resampled bilinearly. `resampled` says which.
struct LowGrid {
  at::Tensor map;  ///< 1×1×⌈H/factor⌉×⌈W/factor⌉
  bool resampled = false;
};
/// @param map  1×1×h×w, of `low`
LowGrid onGrid(const at::Tensor& map, const LowDepth& low, Size picture, std::int64_t factor);

/// The last row and column repeated, to the right and below, up to this size.
at::Tensor extended(const at::Tensor& x, Size size);
/// Both sides rounded up to multiples.
Size roundedUp(Size size, std::int64_t multiple);
/// (x − least) / (greatest − least) over all values, and the way back. A constant map becomes 0.
struct MinMax {
  at::Tensor least, range;  ///< of no dimension
  at::Tensor normalised(const at::Tensor& x) const;
  at::Tensor restored(const at::Tensor& x) const;
};
MinMax minMax(const at::Tensor& x);

}  // namespace fathom
