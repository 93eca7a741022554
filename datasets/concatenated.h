#pragma once

#include <vector>

#include "core/sample_source.h"

namespace fathom {

/// Several sources as one, in their order. Where an id occurs more than once, every sample of the
/// sources concerned gets its source's title in front ("hospital-train-0000"), and a number where
/// the titles are the same too, so ids stay unique. One source comes back as it is.
/// Throws BadInput where there is none.
SampleSourcePtr concatenate(std::vector<SampleSourcePtr> sources);

}  // namespace fathom
