#pragma once

#include "core/setting.h"

namespace fathom {

/// The metres that a network can give.
struct DepthRange {
  double least = 0, greatest = 0;
};

/// The settings `min_depth` and `max_depth`. Throws BadInput where nothing lies between them.
DepthRange depthRangeOf(const Values& values);

}  // namespace fathom
