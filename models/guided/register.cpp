#include "models/guided/register.h"

#include "models/guided/methods.h"

namespace fathom {

void registerGuided(UpsamplerRegistry& registry) {
  registerJointBilateral(registry);
  registerGuidedFilter(registry);
  registerFastGlobalSmoother(registry);
  registerWeightedLeastSquares(registry);
  registerAnisotropicTgv(registry);
  registerGuidedDiffusion(registry);
}

}  // namespace fathom
