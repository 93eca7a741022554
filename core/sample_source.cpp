#include "core/sample_source.h"

#include <algorithm>

#include "core/device.h"
#include "core/error.h"

namespace fathom {

Size SampleSource::pictureSize(std::size_t index, const Progress& progress) const {
  return load(index, progress).size();
}

Thumbnail makeThumbnail(const at::Tensor& rgb, int maxWidth, int maxHeight) {
  if (!rgb.defined() || rgb.dim() != 3 || rgb.size(0) != 3 || rgb.numel() == 0 ||
      rgb.scalar_type() != at::kByte) {
    throw BadInput("a thumbnail is made of a 3×H×W uint8 image with at least one pixel");
  }
  const at::Tensor image = onCpu(rgb);
  const std::int64_t height = image.size(1), width = image.size(2), plane = height * width;
  const double shrink = std::max(
      {1.0, static_cast<double>(width) / maxWidth, static_cast<double>(height) / maxHeight});
  Thumbnail small;
  small.width = std::max(1, static_cast<int>(static_cast<double>(width) / shrink));
  small.height = std::max(1, static_cast<int>(static_cast<double>(height) / shrink));
  small.rgb.resize(static_cast<std::size_t>(small.width) * small.height * 3);
  const auto* pixels = image.const_data_ptr<std::uint8_t>();
  std::uint8_t* out = small.rgb.data();
  for (int row = 0; row < small.height; ++row) {
    const std::int64_t top = row * height / small.height;
    const std::int64_t bottom = std::max(top + 1, (row + 1) * height / small.height);
    for (int column = 0; column < small.width; ++column) {
      const std::int64_t left = column * width / small.width;
      const std::int64_t right = std::max(left + 1, (column + 1) * width / small.width);
      for (int channel = 0; channel < 3; ++channel) {
        std::int64_t sum = 0;
        for (std::int64_t y = top; y < bottom; ++y) {
          const std::uint8_t* line = pixels + channel * plane + y * width;
          for (std::int64_t x = left; x < right; ++x) sum += line[x];
        }
        *out++ = static_cast<std::uint8_t>(sum / ((bottom - top) * (right - left)));
      }
    }
  }
  return small;
}

std::vector<std::size_t> SampleSource::framesAround(std::size_t, FramesWanted) const { return {}; }

std::vector<std::size_t> framesOfSpan(std::size_t index, std::size_t first, std::size_t count,
                                      FramesWanted wanted) {
  std::vector<std::size_t> frames;
  const auto stride = static_cast<std::size_t>(std::max(wanted.stride, 1));
  const std::size_t before = index - first, behind = first + count - 1 - index;
  for (std::size_t i = 1; i <= static_cast<std::size_t>(std::max(wanted.eachSide, 0)); ++i) {
    if (i * stride <= before) frames.push_back(index - i * stride);
    if (i * stride <= behind) frames.push_back(index + i * stride);
  }
  return frames;
}

}  // namespace fathom
