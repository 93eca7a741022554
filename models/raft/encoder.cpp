#include "models/raft/encoder.h"

#include <ATen/TensorOperators.h>

namespace fathom::raft {
namespace {

at::Tensor applied(const std::array<const ResidualBlock*, 2>& layer, const at::Tensor& x) {
  return (*layer[1])((*layer[0])(x));
}

}  // namespace

ResidualBlock::ResidualBlock(std::int64_t in, std::int64_t out, Norm norm, std::int64_t stride)
    : first_(part<Conv2d>("conv1", in, out, 3, ConvOptions{.stride = stride})),
      second_(part<Conv2d>("conv2", out, out, 3)) {
  const bool resizes = stride != 1 || in != out;
  BatchNorm2d* norm3 = nullptr;
  if (norm == Norm::kBatch) {
    first_.normBy(part<BatchNorm2d>("norm1", out));
    second_.normBy(part<BatchNorm2d>("norm2", out));
    if (resizes) norm3 = &part<BatchNorm2d>("norm3", out);
  }
  if (!resizes) return;
  resize_.emplace(part<Conv2d>("downsample.0", in, out, 1, ConvOptions{.stride = stride}));
  if (norm3) {
    resize_->normBy(*norm3);
    alias("downsample.1", *norm3);
  }
}

void ResidualBlock::prepare() {
  first_.fold();
  second_.fold();
  if (resize_) resize_->fold();
}

at::Tensor ResidualBlock::operator()(const at::Tensor& x) const {
  const at::Tensor y = second_(first_(x, kRelu), kRelu);
  return y.add(resize_ ? (*resize_)(x) : x).relu_();
}

Trunk::Trunk(std::int64_t channels, Norm norm, std::int64_t downsample)
    : norm_(norm),
      in_([&] {
        BatchNorm2d* normIn = norm == Norm::kBatch ? &part<BatchNorm2d>("norm1", 64) : nullptr;
        NormedConv in(
            part<Conv2d>("conv1", channels, 64, 7, ConvOptions{.stride = downsample > 2 ? 2 : 1}));
        if (normIn) in.normBy(*normIn);
        return in;
      }()),
      layers_{layer("layer1", 64, 64, 1), layer("layer2", 64, 96, downsample > 1 ? 2 : 1),
              layer("layer3", 96, 128, downsample > 0 ? 2 : 1)} {}

void Trunk::prepare() {
  in_.fold();
}

std::array<const ResidualBlock*, 2> Trunk::layer(const std::string& name, std::int64_t in,
                                                 std::int64_t out, std::int64_t stride) {
  const ResidualBlock* first = &part<ResidualBlock>(name + ".0", in, out, norm_, stride);
  return {first, &part<ResidualBlock>(name + ".1", out, out, norm_)};
}

at::Tensor Trunk::trunk(const at::Tensor& x, const Progress& progress) const {
  at::Tensor y = in_(x, kRelu);
  for (const auto& layer : layers_) {
    for (const ResidualBlock* block : layer) {
      progress.checkpoint();
      y = (*block)(y);
    }
  }
  return y;
}

FeatureEncoder::FeatureEncoder(std::int64_t channels, std::int64_t downsample)
    : Trunk(channels, Norm::kInstance, downsample), out_(part<Conv2d>("conv2", 128, 256, 1)) {}

at::Tensor FeatureEncoder::operator()(const at::Tensor& x, const Progress& progress) const {
  return out_(trunk(x, progress));
}

class ContextEncoder::Output : public Module {
 public:
  Output()
      : block_(part<ResidualBlock>("0", 128, 128, Norm::kBatch)),
        out_(part<Conv2d>("1", 128, 128, 3)) {}
  at::Tensor operator()(const at::Tensor& x, const Activation& after) const {
    return out_(block_(x), after);
  }

 private:
  const ResidualBlock& block_;
  const Conv2d& out_;
};

ContextEncoder::ContextEncoder(std::int64_t downsample)
    : Trunk(3, Norm::kBatch, downsample),
      layer4_(layer("layer4", 128, 128, 2)),
      layer5_(layer("layer5", 128, 128, 2)),
      finest_{&part<Output>("outputs08.0"), &part<Output>("outputs08.1")},
      middle_{&part<Output>("outputs16.0"), &part<Output>("outputs16.1")},
      coarsest_{&part<Conv2d>("outputs32.0", 128, 128, 3),
                &part<Conv2d>("outputs32.1", 128, 128, 3)} {}

std::array<ContextEncoder::Level, 3> ContextEncoder::operator()(const at::Tensor& image,
                                                                const Progress& progress) const {
  const auto both = [](const auto& outputs, const at::Tensor& x) {
    return Level{(*outputs[0])(x, kTanh), (*outputs[1])(x, kRelu)};
  };
  const at::Tensor fine = trunk(image, progress);
  progress.checkpoint();
  const at::Tensor middle = applied(layer4_, fine);
  const at::Tensor coarse = applied(layer5_, middle);
  return {both(finest_, fine), both(middle_, middle), both(coarsest_, coarse)};
}

}  // namespace fathom::raft
