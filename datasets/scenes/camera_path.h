#pragma once

#include "core/sample.h"
#include "datasets/scenes/vec.h"

namespace fathom::scenes {

/// Where the camera is and where its three axes point (orthonormal), in the scene's z-up axes.
struct View {
  Vec3 origin;
  Vec3 forward{1, 0, 0}, right{0, 1, 0}, down{0, 0, -1};
};

/// The pose of a view as TartanAir writes it (NED, camera-to-world).
Pose poseOf(const View& view);

/// A smooth, closed path: to and fro along an arc, with a slight sway, so that a scene is a
/// sequence of any length and never leaves the space its builder kept free.
struct CameraPath {
  Vec3 start;                           ///< at the middle of the sway, before any travel
  float heading = 0;                    ///< of the travel at its start, radians from x towards y
  float curvature = 0;                  ///< of the travel, 1/m
  float travel = 1;                     ///< length of the way, metres
  float period = 200;                   ///< frames there and back
  float phase = 0.3f;                   ///< where on the way frame 0 is
  float sway = 0.2f;                    ///< sideways, metres
  float bob = 0.05f;                    ///< up and down, metres
  float yaw = 0, yawSwing = 0.1f;       ///< of the view against the travel, radians
  float pitch = 0, pitchSwing = 0.02f;  ///< upwards positive, radians
  float rollSwing = 0.006f;

  View at(int frame) const;
  /// The way's point `s` metres along, `offset` metres to the right of it.
  Vec3 along(float s, float offset) const;
};

}  // namespace fathom::scenes
