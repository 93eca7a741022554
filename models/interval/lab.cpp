#include "models/interval/lab.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/parallel.h"

namespace fathom {
namespace {

constexpr int kCurve = 4096;  ///< entries of the cube root's table

struct Tables {
  std::array<float, 256> linear{};       ///< sRGB byte to light
  std::array<float, kCurve + 1> root{};  ///< light, relative to white, to Lab's curve

  Tables() {
    for (std::size_t i = 0; i < linear.size(); ++i) {
      const double v = static_cast<double>(i) / 255;
      linear[i] = static_cast<float>(v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4));
    }
    for (std::size_t i = 0; i < root.size(); ++i) {
      const double t = static_cast<double>(i) / kCurve;
      root[i] = static_cast<float>(t > 0.008856 ? std::cbrt(t) : 7.787 * t + 16.0 / 116);
    }
  }
  float curve(float t) const {
    const float place = std::clamp(t, 0.0F, 1.0F) * kCurve;
    const int i = std::min(static_cast<int>(place), kCurve - 1);
    const float part = place - static_cast<float>(i);
    const auto at = static_cast<std::size_t>(i);
    return root[at] + part * (root[at + 1] - root[at]);
  }
};

std::uint8_t byte(float value) {
  return static_cast<std::uint8_t>(std::clamp(value, 0.0F, 255.0F) + 0.5F);
}

}  // namespace

LabPicture labOf(const PictureBytes& picture, const Progress& progress) {
  static const Tables tables;
  LabPicture lab{picture.size, {}, {}, {}};
  const std::int64_t width = picture.size.width;
  const auto count = static_cast<std::size_t>(picture.size.height * width);
  for (auto* plane : {&lab.l, &lab.a, &lab.b}) plane->resize(count);
  parallelFor(picture.size.height, 16, progress, [&](std::int64_t begin, std::int64_t end) {
    for (auto i = static_cast<std::size_t>(begin * width);
         i < static_cast<std::size_t>(end * width); ++i) {
      const float r = tables.linear[picture.red[i]], g = tables.linear[picture.green[i]],
                  b = tables.linear[picture.blue[i]];
      const float x = tables.curve(0.433953F * r + 0.376219F * g + 0.189828F * b);
      const float y = tables.curve(0.212671F * r + 0.715160F * g + 0.072169F * b);
      const float z = tables.curve(0.017758F * r + 0.109477F * g + 0.872766F * b);
      lab.l[i] = byte((116 * y - 16) * 2.55F);
      lab.a[i] = byte(500 * (x - y) + 128);
      lab.b[i] = byte(200 * (y - z) + 128);
    }
  });
  return lab;
}

}  // namespace fathom
