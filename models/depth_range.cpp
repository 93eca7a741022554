#include "models/depth_range.h"

#include <fmt/format.h>

#include "core/error.h"

namespace fathom {

DepthRange depthRangeOf(const Values& values) {
  const DepthRange range{real(values, "min_depth"), real(values, "max_depth")};
  if (range.least >= 0 && range.greatest > range.least) return range;
  throw BadInput(fmt::format("the depth range {} … {} m is empty", range.least, range.greatest), "",
                 "Set max_depth above min_depth.");
}

}  // namespace fathom
