#pragma once

#include <string>

#include "core/upsampler.h"

namespace fathom::cli {

/// docs/methods.md: every method from its own description, with what it costs at 640×480 beside
/// what the report says.
std::string methodsPage(const UpsamplerRegistry& registry);

}  // namespace fathom::cli
