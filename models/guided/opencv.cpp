#include "models/guided/opencv.h"

#include <array>
#include <new>
#include <opencv2/imgproc.hpp>

#include "core/error.h"

namespace fathom {

cv::Mat viewOf(const at::Tensor& map) {
  // OpenCV has no view of constant data; sources are only read.
  auto* data = const_cast<float*>(map.const_data_ptr<float>());
  return {static_cast<int>(map.size(0)), static_cast<int>(map.size(1)), CV_32F, data};
}

cv::Mat interleaved(const at::Tensor& rgb) {
  const auto rows = static_cast<int>(rgb.size(1)), columns = static_cast<int>(rgb.size(2));
  auto* data = const_cast<std::uint8_t*>(rgb.const_data_ptr<std::uint8_t>());
  std::array<cv::Mat, 3> planes;
  for (std::size_t i = 0; i < planes.size(); ++i) {
    planes[i] =
        cv::Mat(rows, columns, CV_8U,
                data + i * static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns));
  }
  cv::Mat result;
  cv::merge(planes.data(), planes.size(), result);
  return result;
}

void runOpenCv(const char* name, const std::function<void()>& operation) {
  try {
    operation();
  } catch (const cv::Exception& error) {
    if (error.code == cv::Error::StsNoMem) throw OutOfMemory("the memory did not suffice", name);
    throw Error("OpenCV: " + error.err, name);
  }
}

}  // namespace fathom
