#include "models/umit/depth_branch.h"

#include <ATen/ops/adaptive_avg_pool2d.h>
#include <ATen/ops/max_pool2d.h>
#include <fmt/format.h>

#include "models/layers/resize.h"

namespace fathom {
namespace {

struct Stage {
  std::int64_t channels, blocks;
};
constexpr Stage kStages[] = {{96, 3}, {96, 3}, {128, 3}, {256, 1}};
constexpr std::int64_t kStem = 96, kOut = 512;
constexpr double kFarthest = 20;  // metres: what the branch sees as 1, whatever the bins' range
constexpr ConvOptions kNoBias{.bias = false};

}  // namespace

ResidualBlock::ResidualBlock(std::int64_t in, std::int64_t out)
    : first_([&] {
        Conv2d& conv = part<Conv2d>("conv1", in, out, 3, kNoBias);
        return NormedConv(conv, part<BatchNorm2d>("bn1", out));
      }()),
      second_([&] {
        Conv2d& conv = part<Conv2d>("conv2", out, out, 3, kNoBias);
        return NormedConv(conv, part<BatchNorm2d>("bn2", out));
      }()) {
  if (in == out) return;
  Conv2d& conv = part<Conv2d>("downsample.0", in, out, 1, kNoBias);
  shortcut_.emplace(conv, part<BatchNorm2d>("downsample.1", out));
}

void ResidualBlock::prepare() {
  first_.fold();
  second_.fold();
  if (shortcut_) shortcut_->fold();
}

at::Tensor ResidualBlock::operator()(const at::Tensor& x, const Progress& progress) const {
  const at::Tensor t = first_(x, kRelu);
  progress.checkpoint();
  const at::Tensor before = shortcut_ ? (*shortcut_)(x) : x;
  progress.checkpoint();
  return activated(second_.plus(t, before), kRelu);
}

DepthBranch::DepthBranch()
    : stem_([this] {
        Conv2d& conv = part<Conv2d>("stem.0", 1, kStem, 3, kNoBias);
        return NormedConv(conv, part<BatchNorm2d>("stem.1", kStem));
      }()) {
  std::int64_t channels = kStem;
  for (std::size_t s = 0; s < std::size(kStages); ++s) {
    auto& blocks = stages_.emplace_back();
    for (std::int64_t b = 0; b < kStages[s].blocks; ++b) {
      blocks.push_back(
          &part<ResidualBlock>(fmt::format("stages.{}.{}", s, b), channels, kStages[s].channels));
      channels = kStages[s].channels;
    }
  }
  project_ = &part<Conv2d>("proj", channels, kOut, 1);
}

void DepthBranch::prepare() {
  stem_.fold();
}

at::Tensor DepthBranch::operator()(const at::Tensor& depth, Size picture, Size deepest,
                                   const Progress& progress) const {
  constexpr double kBegin[] = {0, 0.75, 0.93, 0.99, 1};
  at::Tensor x = bilinear(depth, picture, false).div(kFarthest);
  x = stem_(x.contiguous(at::MemoryFormat::ChannelsLast), kRelu);
  for (std::size_t s = 0; s < stages_.size(); ++s) {
    const Progress stage = progress.part(kBegin[s], kBegin[s + 1]);
    if (s > 0) x = at::max_pool2d(x, {2, 2});
    for (std::size_t b = 0; b < stages_[s].size(); ++b) {
      stage.at(double(b) / double(stages_[s].size()));
      x = (*stages_[s][b])(x, stage);
    }
  }
  return at::adaptive_avg_pool2d((*project_)(x), {deepest.height, deepest.width});
}

}  // namespace fathom
