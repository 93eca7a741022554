#pragma once

#include "core/upsampler.h"

namespace fathom {

/// nearest, bilinear, bicubic, bicubic_raw, lanczos: the colour image is used for its size only.
void registerInterpolators(UpsamplerRegistry& registry);

}  // namespace fathom
