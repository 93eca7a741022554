#pragma once

#include <memory>

#include "models/depth_anything/depth_anything.h"

namespace fathom {

/// How a picture is brought to the network's size.
enum class PictureFit {
  kLowerBound,  ///< keeps the aspect, no side shorter than asked (as the reference does)
  kSquare,      ///< both sides as asked
};

/// Depth Anything on a picture of any size, prepared exactly as its reference does: in double, with
/// OpenCV's cubic resizing, to multiples of 14; the result back to the picture's size.
/// The last few results are kept: as long as a picture lives, another transmitted map for it costs
/// no second run.
/// @param rgb   3×H×W uint8, where the network's weights are
/// @param side  pixels
/// @return H×W float32
at::Tensor relativeDepth(const std::shared_ptr<const DepthAnything>& network, const at::Tensor& rgb,
                         PictureFit fit, std::int64_t side, at::ScalarType type,
                         const Progress& progress);

/// The size that the network gets for a picture.
Size networkSize(Size picture, PictureFit fit, std::int64_t side);

}  // namespace fathom
