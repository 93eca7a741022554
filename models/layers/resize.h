#pragma once

#include <ATen/core/Tensor.h>

#include "core/depth_map.h"

namespace fathom {

/// Bilinear resizing of N×C×H×W, without antialias.
/// @param alignCorners  corner pixels map onto corner pixels; else the half-pixel grid
at::Tensor bilinear(const at::Tensor& x, Size size, bool alignCorners);
/// Cubic convolution (a = −0.75, half-pixel grid, no antialias) by whole or broken factors, which
/// also say where to sample: the size alone would give other source coordinates.
at::Tensor bicubic(const at::Tensor& x, Size size, double factorY, double factorX);
/// Height and width of N×C×H×W.
Size sizeOf(const at::Tensor& x);
/// Zeros to the right and below until both sides are multiples.
at::Tensor paddedToMultiple(const at::Tensor& x, std::int64_t multiple);
/// The upper left part of this size.
at::Tensor cropped(const at::Tensor& x, Size size);

}  // namespace fathom
