#pragma once

#include "core/upsampler.h"

namespace fathom {

/// Adds dinov2_controlnet.
void registerDinoControlNet(UpsamplerRegistry& registry);

}  // namespace fathom
