#pragma once

#include <cstdint>

namespace fathom {

/// Images and depth maps with more pixels are refused by their header, before memory is asked for.
inline constexpr std::int64_t kMostPixels = 64'000'000;

}  // namespace fathom
