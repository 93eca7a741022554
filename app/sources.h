#pragma once

#include <string>
#include <vector>

#include "core/progress.h"
#include "core/sample_source.h"

namespace fathom {

/// What came of opening sources.
struct OpenedSources {
  SampleSourcePtr source;             ///< all that could be opened, in order; null where none
  std::vector<std::string> problems;  ///< one text for each that could not
};

/// Opens what a user names: a folder or file of samples, or embedded scenes ("scenes:A-B",
/// "scenes:A-B@N"). Throws FileError, BadInput on scenes that do not read as above, Cancelled.
SampleSourcePtr openSource(const std::string& name, const Progress& progress);

/// Opens several. Ids stay unique over all of them.
/// Throws BadInput on scenes that do not read as above and where nothing is named, Cancelled.
OpenedSources openSources(const std::vector<std::string>& names, const Progress& progress);

}  // namespace fathom
