#pragma once

#include <ATen/core/Tensor.h>

#include <array>
#include <optional>
#include <string>

#include "core/depth_map.h"
#include "core/low_depth.h"

namespace fathom {

/// Pinhole camera, in pixels; pixel centres at whole numbers.
struct Intrinsics {
  double fx = 320, fy = 320, cx = 320, cy = 240;
  bool operator==(const Intrinsics&) const = default;
};

/// Camera-to-world, as TartanAir writes it: metres and NED axes (x forward, y right, z down).
struct Pose {
  std::array<double, 3> translation{};           ///< tx ty tz
  std::array<double, 4> rotation{0., 0., 0., 1.};  ///< unit quaternion qx qy qz qw
};

/// Which other frames of a sample's trajectory a method wants to see.
struct FramesWanted {
  int eachSide = 0;  ///< how many before the sample's frame, and how many behind it; 0: none
  int stride = 1;    ///< how many frames lie from one to the next
  bool operator==(const FramesWanted&) const = default;
};

/// One view: what was seen, what is true, what was transmitted.
struct Sample {
  std::string id;                  ///< file-safe: "train-0000", "ENV-Easy-P000-000042", "scene-0007-000"
  at::Tensor rgb;                  ///< 3×H×W uint8
  std::optional<DepthMap> truth;   ///< same H×W as rgb; absent in validation data
  std::optional<LowDepth> low;     ///< the real transmitted map, where the data has one
  std::optional<Intrinsics> intrinsics;
  std::optional<Pose> pose;

  Size size() const { return {rgb.size(1), rgb.size(2)}; }
};

/// Throws BadInput, naming the sample, unless shapes, types and sizes are as above.
void check(const Sample& sample);

}  // namespace fathom
