#pragma once

#include <array>
#include <optional>

#include "core/sample.h"

namespace fathom {

/// How one camera sees the points of another: X' = rotation·X + translation, in the axes of
/// pictures (x right, y down, z forward), metres.
struct RelativeView {
  std::array<double, 9> rotation;  ///< row by row
  std::array<double, 3> translation;
};

/// From camera-to-world poses in NED axes; nothing where a pose is no pose: not finite, or a
/// rotation of no length.
std::optional<RelativeView> relativeView(const Pose& from, const Pose& to);

}  // namespace fathom
