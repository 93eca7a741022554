#pragma once

#include "core/upsampler.h"

namespace fathom {

/// Adds every method of this folder, one line each, and the alias "default": what a fresh install
/// runs first.
void registerModels(UpsamplerRegistry& registry);

class Architectures;
/// Adds every network of this folder, one line each.
void registerArchitectures(Architectures& architectures);

}  // namespace fathom
