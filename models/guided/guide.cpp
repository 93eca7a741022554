#include "models/guided/guide.h"

namespace fathom {

std::vector<float> luminance(const at::Tensor& rgb) {
  const std::int64_t count = rgb.size(1) * rgb.size(2);
  const std::uint8_t* red = rgb.const_data_ptr<std::uint8_t>();
  std::vector<float> result(static_cast<std::size_t>(count));
  for (std::int64_t i = 0; i < count; ++i) {
    const auto level = [&](int channel) { return static_cast<float>(red[i + channel * count]); };
    result[static_cast<std::size_t>(i)] =
        (0.299F * level(0) + 0.587F * level(1) + 0.114F * level(2)) / 255;
  }
  return result;
}

}  // namespace fathom
