#pragma once

#include "core/upsampler.h"

namespace fathom {

/// Adds scale_adjustment.
void registerScaleAdjustmentMethod(UpsamplerRegistry& registry);

}  // namespace fathom
