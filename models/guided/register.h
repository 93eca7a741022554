#pragma once

#include "core/upsampler.h"

namespace fathom {

/// Adds the guided methods that need no weights: joint_bilateral, guided_filter,
/// fast_global_smoother, weighted_least_squares, anisotropic_tgv, guided_diffusion.
void registerGuided(UpsamplerRegistry& registry);

}  // namespace fathom
