#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/progress.h"
#include "core/sample_source.h"

namespace fathom {

/// A kind of data set that can be opened. A new one is one file pair and one row in open.cpp.
struct Format {
  std::string name;   ///< "AIS/AIM 2024 challenge"
  std::string looks;  ///< what tells it: "folders RGB_train_HR, AI4S_train_gt, …"
  /// Null where the folder is not of this kind; FileError where it is, but broken; Cancelled.
  SampleSourcePtr (*open)(const std::filesystem::path& folder, const Progress& progress);
};

/// The known formats, in the order in which they are tried.
const std::vector<Format>& formats();

/// Opens whatever lies there, told by content. A folder that holds data of several formats becomes
/// one source. Throws FileError that says what was looked for and what to do: nothing there, no
/// permission, a file, an empty folder, no known layout. Throws Cancelled.
SampleSourcePtr openPath(const std::filesystem::path& path, const Progress& progress = {});

}  // namespace fathom
