#pragma once

#include <ATen/core/Tensor.h>

#include <functional>
#include <opencv2/core.hpp>

namespace fathom {

/// A view of an H×W float32 tensor on the CPU: no copy, valid while the tensor is.
cv::Mat viewOf(const at::Tensor& map);

/// 3×H×W uint8 as OpenCV has colours side by side: 8UC3, in the order red, green, blue.
cv::Mat interleaved(const at::Tensor& rgb);

/// Runs an operator of OpenCV; its exceptions come out as ours.
/// @param name  of the operator, for the message
void runOpenCv(const char* name, const std::function<void()>& operation);

}  // namespace fathom
