#pragma once

#include "core/upsampler.h"

namespace fathom {

/// Adds raft_du.
void registerRaftDuMethod(UpsamplerRegistry& registry);

}  // namespace fathom
