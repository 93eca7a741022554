#pragma once

#include <array>

namespace fathom {

/// Where a 3D view is looked at from: metres, x right, y down, z forward.
struct CameraState {
  std::array<double, 3> position{0, 0, 0};
  std::array<double, 3> focalPoint{0, 0, 1};
  std::array<double, 3> viewUp{0, -1, 0};
  double viewAngle = 60;  ///< vertical, degrees

  bool operator==(const CameraState&) const = default;
};

/// What the taking camera saw, as far as the points tell.
struct CloudExtent {
  double tangentX = 1, tangentY = 0.75;  ///< half the field of view: largest |x|/z, |y|/z
  double distance = 1;                   ///< median z, metres
};

/// The taking camera, pulled back by a tenth of the median depth, its field of view wide enough
/// for all points at that depth.
/// @param aspect  width / height of the view
CameraState takingCamera(const CloudExtent& extent, double aspect);

}  // namespace fathom
