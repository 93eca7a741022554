#pragma once

#include <ATen/core/Tensor.h>

namespace fathom {

/// N×(C·f²)×H×W to N×C×(f·H)×(f·W): channel c·f² + y·f + x becomes pixel (y, x) of each cell of
/// channel c.
at::Tensor pixelShuffle(const at::Tensor& x, std::int64_t factor);

/// Every pixel a weighted mean of the 3×3 cells around its own, zeros beyond the rim.
/// @param x        N×1×H×W
/// @param weights  N×(9·f²)×H×W before the softmax over the nine cells, row by row; then the
///                 pixel in the cell
/// @return N×1×(f·H)×(f·W)
at::Tensor convexUpsampled(const at::Tensor& x, const at::Tensor& weights, std::int64_t factor);

}  // namespace fathom
