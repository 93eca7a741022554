#include "models/umit/decoder.h"

#include <ATen/OpMathType.h>
#include <ATen/ops/adaptive_avg_pool2d.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/constant_pad_nd.h>
#include <ATen/ops/softmax.h>
#include <fmt/format.h>

#include "models/layers/resize.h"

namespace fathom {
namespace {

constexpr double kEpsilon = 1e-5;
constexpr std::int64_t kWindow = 7, kMlpRatio = 4;
constexpr std::array<std::int64_t, 4> kPoolSides{1, 2, 3, 6};
constexpr std::int64_t kGroups = 256;

}  // namespace

PyramidPooling::PyramidPooling(std::int64_t in)
    : levels_([this, in] {
        std::vector<Level> levels;
        for (std::size_t i = 0; i < kPoolSides.size(); ++i) {
          const std::string key = fmt::format("psp_modules.{}.1.", i);
          const Conv2d& conv =
              part<Conv2d>(key + "conv", in, kChannels, 1, ConvOptions{.bias = false});
          levels.push_back({kPoolSides[i], conv, part<GroupNorm>(key + "gn", kGroups, kChannels)});
        }
        return levels;
      }()),
      bottleneck_([this, in] {
        const std::int64_t all = in + std::int64_t(kPoolSides.size()) * kChannels;
        Conv2d& conv =
            part<Conv2d>("bottleneck.conv", all, kChannels, 3, ConvOptions{.bias = false});
        return NormedConv(conv, part<BatchNorm2d>("bottleneck.bn", kChannels));
      }()) {}

void PyramidPooling::prepare() {
  bottleneck_.fold();
}

at::Tensor PyramidPooling::operator()(const at::Tensor& map) const {
  std::vector<at::Tensor> all{map};
  for (const Level& level : levels_) {
    const at::Tensor pooled = at::adaptive_avg_pool2d(map, {level.side, level.side});
    // The coarsest groups are two values, often nearly equal. In channels-last memory LibTorch
    // takes their variance as a difference of squares, and the norm magnifies what that loses.
    const at::Tensor planes = level.conv(pooled).clone(at::MemoryFormat::Contiguous);
    all.push_back(bilinear(activated(level.norm(planes), kRelu), sizeOf(map), false));
  }
  return bottleneck_(at::cat(all, 1), kRelu);
}

CrossBlock::CrossBlock(std::int64_t width, std::int64_t heads)
    : norm1_(part<LayerNorm>("norm1", width, kEpsilon)),
      normValue_(part<LayerNorm>("normv", width, kEpsilon)),
      attention_(part<WindowCrossAttention>("attn", width, heads, kWindow)),
      norm2_(part<LayerNorm>("norm2", width, kEpsilon)),
      mlp_(part<Mlp>("mlp", width, kMlpRatio * width)) {}

at::Tensor CrossBlock::operator()(const at::Tensor& asking, const at::Tensor& asked,
                                  const Windows& windows) const {
  const at::Tensor found =
      attention_(windows.split(norm1_(asking)), windows.split(normValue_(asked)));
  const at::Tensor x = windows.join(found).add_(asking);
  return mlp_(norm2_(x)).add(x);
}

SkipAttention::SkipAttention(const Shape& shape)
    : projectEncoder_(shape.encoder == shape.width
                          ? nullptr
                          : &part<Conv2d>("proj_e", shape.encoder, shape.width, 3)),
      projectQuery_(part<Conv2d>("proj_q", shape.query, shape.width, 3)),
      unused_(part<Conv2d>("proj", shape.width, shape.width, 3)),
      block_(part<CrossBlock>("sam_block", shape.width, shape.heads)),
      norm_(part<LayerNorm>("norm_sam", shape.width, kEpsilon)) {}

at::Tensor SkipAttention::operator()(const at::Tensor& encoder, const at::Tensor& query) const {
  const Size size = sizeOf(query);
  const at::Tensor asking = tokensOf(projectQuery_(query));
  const at::Tensor asked = tokensOf(projectEncoder_ ? (*projectEncoder_)(encoder) : encoder);
  const Windows windows(size, kWindow, 0, asking);
  const at::Tensor found = norm_(block_(asking, asked, windows));
  return mapOf(found.add(asked).add_(asking), size);
}

BinCentres::BinCentres() : Mlp(PyramidPooling::kChannels, 2048, kBins) {}

at::Tensor BinCentres::operator()(const at::Tensor& map, double minDepth, double maxDepth) const {
  const at::Tensor logits = Mlp::operator()(map.mean({2, 3}));
  // 256 widths are added up: half precision would leave steps of 1/16 m in the far half.
  at::Tensor widths = at::softmax(logits.to(at::toOpMathType(logits.scalar_type())), 1);
  widths = widths.div(widths.sum(1, true)).mul_(maxDepth - minDepth);
  const at::Tensor edges = at::constant_pad_nd(widths, {1, 0}, minDepth).cumsum(1);
  return edges.slice(1, 0, kBins).add(edges.slice(1, 1)).mul_(0.5);
}

}  // namespace fathom
