#pragma once

#include "core/upsampler.h"

namespace fathom {

void registerJointBilateral(UpsamplerRegistry& registry);
void registerGuidedFilter(UpsamplerRegistry& registry);
void registerFastGlobalSmoother(UpsamplerRegistry& registry);
void registerWeightedLeastSquares(UpsamplerRegistry& registry);
void registerAnisotropicTgv(UpsamplerRegistry& registry);
void registerGuidedDiffusion(UpsamplerRegistry& registry);

}  // namespace fathom
