#pragma once

#include <filesystem>

#include "core/progress.h"
#include "core/sample_source.h"

namespace fathom {

/// Opens TartanAir V1 trajectories: folders with image_left/000042_left.png and, where there,
/// depth_left/000042_left_depth.npy and pose_left.txt. They are searched for in the folder and up
/// to 8 levels below (links are followed, but no folder is visited twice); the folder may also be
/// a trajectory or its image_left. Frame numbers may have gaps; line N of the pose file belongs to
/// frame N. Depth and poses may be missing, or poses end early (logged once).
/// Ids: "ENV-Easy-P000-000042"; where no Easy or Hard folder is above the trajectory, its path
/// below `folder` stands in front, or its own name.
/// Returns null where no trajectory is found. Throws FileError, Cancelled.
SampleSourcePtr openTartanAir(const std::filesystem::path& folder, const Progress& progress = {});

}  // namespace fathom
