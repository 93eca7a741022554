#include "models/registry.h"

#include "models/depth_anything/depth_anything.h"
#include "models/depth_anything/methods.h"
#include "models/dinov2/dinov2.h"
#include "models/dinov2/method.h"
#include "models/interpolation/interpolators.h"
#include "models/interval/method.h"
#include "models/network.h"
#include "models/raft/method.h"
#include "models/raft/raft_du.h"
#include "models/rga/nafnet.h"
#include "models/rga/rga.h"
#include "models/rga/u_net.h"
#include "models/scale_adjustment/method.h"
#include "models/scale_adjustment/scale_adjustment.h"
#include "models/sgnet/method.h"
#include "models/sgnet/sgnet.h"
#include "models/umit/method.h"
#include "models/umit/umit.h"
#include "models/zoedepth/das_depth.h"
#include "models/zoedepth/zoedepth.h"

namespace fathom {

void registerModels(UpsamplerRegistry& registry) {
  registerInterpolators(registry);
  registerIntervalMethod(registry);
  registerDepthAnythingMethods(registry);
  registerDinoControlNet(registry);
  registerUmItMethods(registry);
  registerDasDepth(registry);
  registerRgaMethod(registry);
  registerRaftDuMethod(registry);
  registerScaleAdjustmentMethod(registry);
  registerSgnetMethod(registry);
  registry.addAlias("default", "interval");
}

void registerArchitectures(Architectures& architectures) {
  registerDepthAnything(architectures);
  registerDinov2(architectures);
  registerZoeDepth(architectures);
  registerPixelFormer(architectures);
  registerUmIt(architectures);
  registerRgaUNet(architectures);
  registerRga(architectures);
  registerNafNet(architectures);
  registerNafBlock(architectures);
  registerAdain(architectures);
  registerRaft(architectures);
  registerScaleAdjustment(architectures);
  registerSgnet(architectures);
}

}  // namespace fathom
