#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/sample_source.h"
#include "core/upsampler.h"

namespace fathom {

/// Frames around a sample, as a method wants them.
struct Neighbours {
  std::vector<NeighbourFrame> frames;  ///< nearest first
  std::string leftOut;                 ///< which of the wanted samples are missing: "12,16"
};

/// Loads the frames of the sample's trajectory that a method wants. One that cannot be loaded, has
/// no pose or camera, or has no transmitted map of the kind that is looked at, is left out and
/// logged.
/// @param frameAt  a sample of the source as a neighbour; nothing where it cannot be one
/// Throws Cancelled.
Neighbours neighboursOf(const SampleSource& source, std::size_t index, FramesWanted wanted,
                        const std::function<std::optional<NeighbourFrame>(std::size_t)>& frameAt);

}  // namespace fathom
