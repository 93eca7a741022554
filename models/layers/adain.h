#pragma once

#include <ATen/core/Tensor.h>

namespace fathom {

/// Adaptive instance normalisation (Huang & Belongie 2017): each channel of each sample of the
/// content takes the mean and the deviation over space that the style's has. Both N×C×H×W, their
/// sizes may differ; 1e-5 is added to the unbiased variances. Throws BadInput where batch or
/// channels differ, or a map has a single pixel, whose variance does not exist.
at::Tensor adain(const at::Tensor& content, const at::Tensor& style);

}  // namespace fathom
