#pragma once

#include "core/upsampler.h"

namespace fathom {

/// Adds umit (Swin-L) and umit_lite (Swin-B).
void registerUmItMethods(UpsamplerRegistry& registry);

}  // namespace fathom
