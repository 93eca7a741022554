#include "datasets/scenes/camera_path.h"

namespace fathom::scenes {
namespace {

View looking(Vec3 origin, double yaw, double pitch, double roll) {
  const float cy = static_cast<float>(std::cos(yaw)), sy = static_cast<float>(std::sin(yaw));
  const float cp = static_cast<float>(std::cos(pitch)), sp = static_cast<float>(std::sin(pitch));
  const float cr = static_cast<float>(std::cos(roll)), sr = static_cast<float>(std::sin(roll));
  const Vec3 forward{cp * cy, cp * sy, sp}, level{-sy, cy, 0};
  const Vec3 lower{sp * cy, sp * sy, -cp};
  return {origin, forward, level * cr + lower * sr, lower * cr - level * sr};
}

}  // namespace

Vec3 CameraPath::along(float s, float offset) const {
  const double k = curvature, turn = k * s;
  const double x = std::fabs(turn) < 1e-6 ? s : std::sin(turn) / k;
  const double y = std::fabs(turn) < 1e-6 ? 0.5 * k * s * s : (1 - std::cos(turn)) / k;
  const Vec3 local{static_cast<float>(x - offset * std::sin(turn)),
                   static_cast<float>(y + offset * std::cos(turn)), 0};
  return start + turned(local, heading);
}

View CameraPath::at(int frame) const {
  const double turn = 2 * static_cast<double>(kPi) * frame / period;
  const double s = travel * 0.5 * (1 - std::cos(turn + phase));
  const double offset = sway * std::sin(1.7 * turn + 2.1 * phase);
  Vec3 origin = along(static_cast<float>(s), static_cast<float>(offset));
  origin.z += static_cast<float>(bob * std::sin(2.9 * turn + phase));
  const double gaze = heading + curvature * s + yaw + yawSwing * std::sin(turn + 3.3 * phase);
  const double tilt = pitch + pitchSwing * std::sin(2.3 * turn + phase);
  return looking(origin, gaze, tilt, rollSwing * std::sin(1.3 * turn));
}

Pose poseOf(const View& view) {
  // Columns: the camera's forward, right and down axes in the world's NED axes.
  const Vec3 columns[3] = {view.forward, view.right, view.down};
  double m[3][3];
  for (int c = 0; c < 3; ++c) {
    m[0][c] = columns[c].x, m[1][c] = columns[c].y, m[2][c] = -columns[c].z;
  }
  // Shepperd's method: the greatest of the four components is found first.
  double q[4] = {m[0][0] - m[1][1] - m[2][2], m[1][1] - m[0][0] - m[2][2],
                 m[2][2] - m[0][0] - m[1][1], m[0][0] + m[1][1] + m[2][2]};
  const int best = static_cast<int>(std::max_element(q, q + 4) - q);
  const double w = m[2][1] - m[1][2], x = m[0][2] - m[2][0], y = m[1][0] - m[0][1];
  const double xy = m[0][1] + m[1][0], xz = m[0][2] + m[2][0], yz = m[1][2] + m[2][1];
  const double rows[4][4] = {
      {1 + q[0], xy, xz, w}, {xy, 1 + q[1], yz, x}, {xz, yz, 1 + q[2], y}, {w, x, y, 1 + q[3]}};
  Pose pose{{view.origin.x, view.origin.y, -view.origin.z}, {}};
  double norm = 0;
  for (const double v : rows[best]) norm += v * v;
  for (std::size_t i = 0; i < 4; ++i) pose.rotation[i] = rows[best][i] / std::sqrt(norm);
  return pose;
}

}  // namespace fathom::scenes
