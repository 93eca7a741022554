#pragma once

#include <ATen/core/Tensor.h>

#include "core/depth_map.h"
#include "core/sample.h"

namespace fathom {

/// The points of a depth map: one per pixel that counts and is not farther than `farthest`.
struct PointCloud {
  at::Tensor points;  ///< N×3 float32, metres: x right, y down, z forward
  at::Tensor pixels;  ///< N int64: row·W + column of each point
};

/// Unprojects planar depth: x = (u − cx)·z/fx, y = (v − cy)·z/fy. Runs on the map's device.
PointCloud pointCloud(const DepthMap& depth, const Intrinsics& intrinsics, double farthest);

}  // namespace fathom
