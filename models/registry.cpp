#include "models/registry.h"

#include "models/interpolation/interpolators.h"

namespace fathom {

void registerModels(UpsamplerRegistry& registry) {
  registerInterpolators(registry);
  registry.addAlias("default", "bicubic");
}

}  // namespace fathom
