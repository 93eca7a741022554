#pragma once

#include "core/upsampler.h"

namespace fathom {

/// Adds interval.
void registerIntervalMethod(UpsamplerRegistry& registry);

}  // namespace fathom
