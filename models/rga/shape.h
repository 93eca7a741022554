#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "core/setting.h"

namespace fathom {

/// The sizes of a U-Net of NAFNet blocks with four resolutions below the picture's.
struct NafShape {
  static constexpr std::size_t kStages = 4;
  /// The deepest map is smaller by this factor, and the sides are padded to multiples of it.
  static constexpr std::int64_t kMultiple = 1 << kStages;

  std::int64_t width;  ///< channels at full resolution; each step down doubles them
  std::array<std::int64_t, kStages> encoder;  ///< blocks, full resolution first
  std::int64_t middle;
  std::array<std::int64_t, kStages> decoder;  ///< blocks, deepest first
};

/// `width`, `enc0` … `enc3`, `middle`, `dec0` … `dec3` with these initial values.
std::vector<Setting> nafSettings(const NafShape& initial);
NafShape nafShapeOf(const Values& values);

}  // namespace fathom
