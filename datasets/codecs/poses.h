#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "core/sample.h"

namespace fathom {

/// Reads a TartanAir pose file: one line per frame, `tx ty tz qx qy qz qw`. The entry of a line
/// that is not seven finite numbers with a unit quaternion is empty. Throws FileError.
std::vector<std::optional<Pose>> readPoses(const std::filesystem::path& path);

}  // namespace fathom
