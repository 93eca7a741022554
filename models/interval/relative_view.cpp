#include "models/interval/relative_view.h"

#include <cmath>

namespace fathom {
namespace {

/// Which NED axis is a picture's x, y and z: right, down, forward.
constexpr std::array<std::size_t, 3> kNed{1, 2, 0};

/// Columns: the world's axes of the camera's x, y and z.
std::optional<std::array<double, 9>> axesOf(const Pose& pose) {
  const auto [qx, qy, qz, qw] = pose.rotation;
  const double norm = qx * qx + qy * qy + qz * qz + qw * qw;
  if (!std::isfinite(norm) || norm < 1e-12) return {};
  for (const double each : pose.translation) {
    if (!std::isfinite(each)) return {};
  }
  const double s = 2 / norm;
  const std::array<double, 9> ned{
      1 - s * (qy * qy + qz * qz), s * (qx * qy - qz * qw),     s * (qx * qz + qy * qw),
      s * (qx * qy + qz * qw),     1 - s * (qx * qx + qz * qz), s * (qy * qz - qx * qw),
      s * (qx * qz - qy * qw),     s * (qy * qz + qx * qw),     1 - s * (qx * qx + qy * qy)};
  std::array<double, 9> axes{};
  for (std::size_t row = 0; row < 3; ++row) {
    for (std::size_t column = 0; column < 3; ++column) {
      axes[3 * row + column] = ned[3 * row + kNed[column]];
    }
  }
  return axes;
}

}  // namespace

std::optional<RelativeView> relativeView(const Pose& from, const Pose& to) {
  const auto one = axesOf(from), other = axesOf(to);
  if (!one || !other) return {};
  RelativeView view{};
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t k = 0; k < 3; ++k) {
      view.translation[i] += (*other)[3 * k + i] * (from.translation[k] - to.translation[k]);
      for (std::size_t j = 0; j < 3; ++j) {
        view.rotation[3 * i + j] += (*other)[3 * k + i] * (*one)[3 * k + j];
      }
    }
  }
  return view;
}

}  // namespace fathom
