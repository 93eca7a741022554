#pragma once

#include <ATen/core/Tensor.h>

namespace fathom {

/// Losses between a prediction and a truth: of one shape, positive depth in any unit for the
/// logarithmic ones, on any device. Scalars on that device, with gradients where the prediction
/// has them. Where no pixel is valid they are 0 (with gradient 0), so that a batch without truth
/// changes nothing; roots have no infinite slope at a perfect prediction.
/// @param valid  bool, of the same shape; every pixel where undefined. Pixels that are not valid
///               may hold anything.
/// All throw BadInput on shapes or devices that differ.

/// mean |p − g|.
at::Tensor l1Loss(const at::Tensor& prediction, const at::Tensor& truth,
                  const at::Tensor& valid = {});
/// √ mean (p − g)².
at::Tensor rmseLoss(const at::Tensor& prediction, const at::Tensor& truth,
                    const at::Tensor& valid = {});

/// Which of the scale-invariant logarithmic losses in use, e = ln p − ln g.
enum class SiLog {
  kUmIt,      ///< 10 √(mean e² − 0.85 mean² e), as PixelFormer
  kZoeDepth,  ///< 10 √(unbiased variance e + 0.15 mean² e), 1e-7 added inside both logarithms
  kDepthAnything,  ///< √(mean e² − 0.5 mean² e), of the metric Depth Anything V2
  kIclSnu,         ///< mean e² − 0.5 mean² e, of DINOv2 + ControlNet
};
at::Tensor siLogLoss(SiLog which, const at::Tensor& prediction, const at::Tensor& truth,
                     const at::Tensor& valid = {});

/// Mean absolute difference of the responses to the horizontal 3×3 Sobel kernel, plus the same for
/// the vertical one; N×1×H×W, zeros outside. A response counts where all nine pixels are valid
/// (those outside the image are).
at::Tensor sobelLoss(const at::Tensor& prediction, const at::Tensor& truth,
                     const at::Tensor& valid = {});

}  // namespace fathom
