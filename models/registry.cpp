#include "models/registry.h"

#include "models/depth_anything/depth_anything.h"
#include "models/dinov2/dinov2.h"
#include "models/interpolation/interpolators.h"
#include "models/network.h"
#include "models/zoedepth/zoedepth.h"

namespace fathom {

void registerModels(UpsamplerRegistry& registry) {
  registerInterpolators(registry);
  registry.addAlias("default", "bicubic");
}

void registerArchitectures(Architectures& architectures) {
  registerDepthAnything(architectures);
  registerDinov2(architectures);
  registerZoeDepth(architectures);
}

}  // namespace fathom
