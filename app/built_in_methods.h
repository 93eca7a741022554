#pragma once

#include "core/upsampler.h"

namespace fathom {

/// The methods that both programs bring, in the order in which they are listed.
UpsamplerRegistry builtInMethods();

}  // namespace fathom
