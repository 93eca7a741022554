#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace fathom {

/// What a pixel of a depth map is. Sky and clipped pixels keep their metres and count in every
/// protocol that does not exclude them; missing and outside never count.
enum class Reason : std::uint8_t { kValid = 0, kMissing = 1, kSky = 2, kClipped = 3, kOutside = 4 };

/// Height and width of an image in pixels.
struct Size {
  std::int64_t height = 0;
  std::int64_t width = 0;
  bool operator==(const Size&) const = default;
};

/// Planar depth (z, not ray length) of one view.
struct DepthMap {
  at::Tensor metres;  ///< H×W float32; meaningless only where missing or outside
  at::Tensor reason;  ///< H×W uint8, values of Reason

  Size size() const { return {metres.size(0), metres.size(1)}; }
};

/// A depth map whose pixels are missing where `metres` is not finite or not above 0, else valid.
/// @param metres  H×W float32, contiguous, on any device. Throws BadInput otherwise.
DepthMap makeDepthMap(at::Tensor metres);

/// A prediction: values may be 0 or negative (a bicubic overshoot is real); only what is not
/// finite is missing.
DepthMap makePrediction(at::Tensor metres);

/// Throws BadInput unless metres is H×W float32 and reason H×W uint8 on the same device.
void check(const DepthMap& depth);

/// H×W bool: true where a pixel counts, that is where it is neither missing nor outside.
at::Tensor counts(const DepthMap& depth);

/// The least and greatest metres of the pixels that count, or {NaN, NaN} where none does.
struct Range {
  double least, greatest;
};
Range range(const DepthMap& depth);

}  // namespace fathom
