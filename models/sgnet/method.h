#pragma once

#include "core/upsampler.h"

namespace fathom {

/// Adds sgnet.
void registerSgnetMethod(UpsamplerRegistry& registry);

}  // namespace fathom
