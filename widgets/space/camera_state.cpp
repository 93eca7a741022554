#include "widgets/space/camera_state.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace fathom {
namespace {

constexpr double kPullBack = 0.1, kMargin = 1.03;
constexpr double kNarrowest = 10, kWidest = 110;  // degrees: outside them a picture is no help

}  // namespace

CameraState takingCamera(const CloudExtent& extent, double aspect) {
  const double back = kPullBack * extent.distance;
  const double nearer = extent.distance / (extent.distance + back);
  const double half = std::max(extent.tangentY, extent.tangentX / aspect) * nearer * kMargin;
  CameraState state;
  state.position = {0, 0, -back};
  state.focalPoint = {0, 0, extent.distance};
  state.viewAngle = std::clamp(2 * std::atan(half) * 180 / std::numbers::pi, kNarrowest, kWidest);
  return state;
}

}  // namespace fathom
