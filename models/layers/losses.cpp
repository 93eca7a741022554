#include "models/layers/losses.h"

#include <ATen/ops/convolution.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/where.h>
#include <ATen/ops/zeros_like.h>

#include <algorithm>
#include <array>

#include "core/error.h"

namespace fathom {
namespace {

/// Below this a root's argument is rounding; its slope there would be infinite.
constexpr double kLeastSquare = 1e-12;

void checkSame(const at::Tensor& prediction, const at::Tensor& truth, const at::Tensor& valid) {
  const auto same = [&](const at::Tensor& other) {
    return other.sizes() == prediction.sizes() && other.device() == prediction.device();
  };
  if (!same(truth) || (valid.defined() && !same(valid))) {
    throw BadInput("prediction, truth and mask of a loss differ in shape or device");
  }
  if (valid.defined() && valid.scalar_type() != at::kBool) {
    throw BadInput("the mask of a loss is a bool tensor");
  }
}

at::Tensor chosen(const at::Tensor& values, const at::Tensor& valid) {
  return valid.defined() ? values.masked_select(valid) : values.flatten();
}

/// 0 that hangs on the prediction, so that backward() finds its way.
at::Tensor nothing(const at::Tensor& prediction) {
  return at::where(prediction.isfinite(), prediction, at::zeros_like(prediction)).sum().mul(0);
}

at::Tensor root(const at::Tensor& square) {
  return square.clamp_min(kLeastSquare).sqrt();
}

at::Tensor logRatio(const at::Tensor& prediction, const at::Tensor& truth, double added) {
  return prediction.add(added).log().sub(truth.add(added).log());
}

/// mean e² − share · mean² e.
at::Tensor spread(const at::Tensor& e, double share) {
  return e.square().mean().sub(e.mean().square().mul(share));
}

/// N×2×H×W responses: across columns and across rows.
at::Tensor sobel(const at::Tensor& image) {
  at::Tensor kernels = at::empty({2, 1, 3, 3}, at::TensorOptions(at::kFloat));
  constexpr std::array<float, 18> kValues{-1, 0,  1,  -2, 0, 2, -1, 0, 1,
                                          -1, -2, -1, 0,  0, 0, 1,  2, 1};
  std::ranges::copy(kValues, kernels.mutable_data_ptr<float>());
  return at::convolution(image, kernels.to(image.options()), {}, {1, 1}, {1, 1}, {1, 1}, false,
                         {0, 0}, 1);
}

/// N×1×H×W: where the 3×3 pixels hold no invalid one.
at::Tensor whole(const at::Tensor& valid) {
  const at::Tensor missing = valid.logical_not().to(at::kFloat);
  return at::convolution(missing, at::ones({1, 1, 3, 3}, missing.options()), {}, {1, 1}, {1, 1},
                         {1, 1}, false, {0, 0}, 1)
      .lt(0.5);
}

}  // namespace

at::Tensor l1Loss(const at::Tensor& prediction, const at::Tensor& truth, const at::Tensor& valid) {
  checkSame(prediction, truth, valid);
  const at::Tensor error = chosen(prediction, valid).sub(chosen(truth, valid));
  return error.numel() == 0 ? nothing(prediction) : error.abs().mean();
}

at::Tensor rmseLoss(const at::Tensor& prediction, const at::Tensor& truth,
                    const at::Tensor& valid) {
  checkSame(prediction, truth, valid);
  const at::Tensor error = chosen(prediction, valid).sub(chosen(truth, valid));
  return error.numel() == 0 ? nothing(prediction) : root(error.square().mean());
}

at::Tensor siLogLoss(SiLog which, const at::Tensor& prediction, const at::Tensor& truth,
                     const at::Tensor& valid) {
  checkSame(prediction, truth, valid);
  const at::Tensor e = logRatio(chosen(prediction, valid), chosen(truth, valid),
                                which == SiLog::kZoeDepth ? 1e-7 : 0);
  // An unbiased variance needs two.
  if (e.numel() < (which == SiLog::kZoeDepth ? 2 : 1)) return nothing(prediction);
  switch (which) {
    case SiLog::kUmIt:
      return root(spread(e, 0.85)).mul(10);
    case SiLog::kZoeDepth:
      return root(e.var(true).add(e.mean().square().mul(0.15))).mul(10);
    case SiLog::kDepthAnything:
      return root(spread(e, 0.5));
    case SiLog::kIclSnu:
      break;
  }
  return spread(e, 0.5);
}

at::Tensor sobelLoss(const at::Tensor& prediction, const at::Tensor& truth,
                     const at::Tensor& valid) {
  checkSame(prediction, truth, valid);
  if (prediction.dim() != 4 || prediction.size(1) != 1) {
    throw BadInput("the Sobel loss takes N×1×H×W");
  }
  at::Tensor error = prediction.sub(truth);
  // The responses are linear: that of the difference is the difference of the two.
  if (valid.defined()) error = at::where(valid, error, at::zeros_like(error));
  at::Tensor responses = sobel(error).abs();
  if (!valid.defined()) return responses.mean().mul(2);
  responses = responses.sum(1, true).masked_select(whole(valid));
  return responses.numel() == 0 ? nothing(prediction) : responses.mean();
}

}  // namespace fathom
