#include "models/registry.h"

#include "models/interpolation/interpolators.h"
#include "models/network.h"

namespace fathom {

void registerModels(UpsamplerRegistry& registry) {
  registerInterpolators(registry);
  registry.addAlias("default", "bicubic");
}

void registerArchitectures(Architectures& architectures) {
  (void)architectures;
}

}  // namespace fathom
