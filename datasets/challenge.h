#pragma once

#include <filesystem>

#include "core/progress.h"
#include "core/sample_source.h"

namespace fathom {

/// Opens the folder of the AIS/AIM 2024 challenge: RGB_{train,valid,test}_HR with colour images,
/// AI4S_{train,val,test}_gt with true depth, AI4S_{train,val,test}_inp with transmitted maps. The
/// folder may also be one that holds such folders, or one of the inner ones (then only its split is
/// opened). Files belong together by the number in their names; a sample needs its colour image,
/// the rest may be missing. Depth files without a colour image are logged and left out.
/// Ids: "train-0000", "valid-0000", "test-0000".
/// Returns null where the folder is nothing of that kind; throws FileError where it is but holds no
/// colour image, Cancelled.
SampleSourcePtr openChallenge(const std::filesystem::path& folder, const Progress& progress = {});

}  // namespace fathom
