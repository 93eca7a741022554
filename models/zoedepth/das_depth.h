#pragma once

#include "core/upsampler.h"

namespace fathom {

/// DAS-Depth: ZoeDepth's bins on Depth Anything V2 Large, its scale adjusted to the transmitted
/// map.
void registerDasDepth(UpsamplerRegistry& registry);

}  // namespace fathom
