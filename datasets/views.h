#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "core/depth_map.h"
#include "core/low_depth.h"
#include "core/sample.h"

namespace fathom {

/// Metres per level of the challenge's transmitted maps: 16 bits became 12.
inline constexpr double kChallengeMetresPerLevel = 65535.0 / 4095.0;

/// The camera of every TartanAir V1 image, 640×480 with 90° from side to side; nothing for an
/// image of another size, whose camera is not known.
std::optional<Intrinsics> tartanAirCamera(Size size);

/// Reads the true depth of a view from NPY. Throws FileError that names both files where its size
/// is not `seen`, the size of the colour image.
DepthMap readTruth(const std::filesystem::path& depth, const std::filesystem::path& colour,
                   Size seen);

/// Reads a transmitted map from NPY, h×w levels, for a view of size `seen`. The factor is the whole
/// number that makes h×w of the view's size, or else the ratio of the sizes; the phase is half of
/// it: each cell was sampled at its centre. Throws FileError that names both files where the map is
/// larger than the view or its shape cannot come from it.
LowDepth readLow(const std::filesystem::path& levels, const std::filesystem::path& colour,
                 Size seen, double metresPerLevel);

}  // namespace fathom
