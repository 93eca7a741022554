#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "app/pipeline/choices.h"
#include "core/degradation.h"
#include "core/low_depth.h"
#include "core/progress.h"
#include "core/sample.h"

namespace fathom {

/// The transmitted map of one sample and what is known of how it came about.
struct LowRecord {
  LowDepth low;
  std::string preset;                 ///< of the degradation; "real" for the data's own map
  std::optional<NoiseSigmas> sigmas;  ///< as drawn; unknown for a real map
  std::optional<std::uint64_t> seed;
};

/// The sample's own map, or one made from its truth on the truth's device.
/// Throws BadInput where the sample has neither, Cancelled.
LowRecord makeLow(const Sample& sample, LowChoice choice, const Degradation& degradation,
                  const Progress& progress);

/// A JSON object with the keys preset, sigma_r, sigma_a, seed, metres_per_level, factor and phase;
/// null where unknown. Factor and phase are [x, y] where the two directions differ.
std::string lowJson(const LowRecord& record);

}  // namespace fathom
