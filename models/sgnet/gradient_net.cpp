#include "models/sgnet/gradient_net.h"

#include <ATen/ops/cat.h>

namespace fathom::sgnet {

GradientNet::GradientNet(std::int64_t n, std::int64_t scale)
    : up_(part<DenseProjection>("upBlock", 1, 1, scale, Direction::kUp)),
      down_(part<DenseProjection>("downBlock", n, n, scale, Direction::kDown)),
      ofRgb_(part<Conv2d>("c_rgb", 3, n, 3)),
      ofDepth_(part<Conv2d>("c_d", 1, n, 3)),
      fuse_(part<Conv2d>("c_fuse", n, n, 3)),
      depthGroup_(part<ResidualGroup>("rg_d", n, 16, 4)),
      rgbBlock_(part<ResBlock>("rb_rgbd", n)),
      join_(part<Conv2d>("fuse_process.0", 2 * n, n, 1)),
      joined1_(part<ResidualGroup>("fuse_process.1", n, 8, 4)),
      joined2_(part<ResidualGroup>("fuse_process.2", n, 8, 4)),
      toGradient_(part<Conv2d>("re_g", n, 1, 3)),
      toDepth_(part<Conv2d>("re_d", n, 1, 3)),
      sab_(part<Conv2d>("c_sab", 1, n, 3)),
      depthIn_(part<Conv2d>("d1.0", 1, n, 3)),
      depthFeatures_(part<ResidualGroup>("d1.1", n, 8, 8)),
      attention_(part<ChannelAttention>("CA", n, 4)),
      gradient1_(part<Conv2d>("grad_conv.0", 1, n, 3)),
      gradient2_(part<Conv2d>("grad_conv.2", n, n, 3)),
      last1_(part<ResidualGroup>("grad_rg.0", n, 8, 4)),
      last2_(part<ResidualGroup>("grad_rg.1", n, 8, 4)) {}

at::Tensor GradientNet::gradientOf(const at::Tensor& high, const at::Tensor& rgb,
                                   const Progress& progress) const {
  const at::Tensor ofRgb = rgbBlock_(ofRgb_(gradientMagnitude(rgb)));
  const at::Tensor ofDepth = ofDepth_(gradientMagnitude(high));
  at::Tensor joined = join_(at::cat({ofRgb, depthGroup_(ofDepth, progress.part(0, 0.15))}, 1));
  joined = joined1_(joined, progress.part(0.15, 0.3));
  joined = joined2_(joined, progress.part(0.3, 0.45));
  return toGradient_(fuse_(attention_(joined).add_(ofDepth)));
}

GradientNet::Output GradientNet::operator()(const at::Tensor& depth, const at::Tensor& rgb,
                                            const Progress& progress) const {
  const at::Tensor high = up_(depth, progress);
  const at::Tensor gradient = gradientOf(high, rgb, progress);
  at::Tensor features = depthFeatures_(depthIn_(high), progress.part(0.45, 0.7))
                            .add_(gradient2_(gradient1_(gradient, leakyRelu(0.2))));
  features = last1_(features, progress.part(0.7, 0.85));
  features = last2_(features, progress.part(0.85, 1));
  return {gradient, down_(features, progress)};
}

}  // namespace fathom::sgnet
