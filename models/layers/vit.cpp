#include "models/layers/vit.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/addcmul.h>
#include <ATen/ops/cat.h>
#include <fmt/format.h>

#include "core/error.h"
#include "models/layers/attention.h"
#include "models/layers/resize.h"
#include "models/layers/windows.h"

namespace fathom {
namespace {

constexpr double kEpsilon = 1e-6;
constexpr std::int64_t kTable = 37;  // the position table's side: 518 / 14

}  // namespace

VitBlock::VitBlock(std::int64_t width, std::int64_t heads)
    : heads_(heads),
      norm1_(part<LayerNorm>("norm1", width, kEpsilon)),
      qkv_(part<Linear>("attn.qkv", width, 3 * width)),
      proj_(part<Linear>("attn.proj", width, width)),
      scale1_(part<LayerScale>("ls1", width).gamma),
      norm2_(part<LayerNorm>("norm2", width, kEpsilon)),
      mlp_(part<Mlp>("mlp", width, 4 * width)),
      scale2_(part<LayerScale>("ls2", width).gamma) {}

void VitBlock::prepare() {
  if (scaled_) return;
  proj_.scaleOutputs(scale1_.value);
  mlp_.scaleOutputs(scale2_.value);
  scaled_ = true;
}

at::Tensor VitBlock::attended(const at::Tensor& x) const {
  const std::int64_t n = x.size(0), tokens = x.size(1), width = x.size(2);
  const at::Tensor qkv = qkv_(x).view({n, tokens, 3, heads_, width / heads_});
  const auto heads = [&](std::int64_t which) { return qkv.select(2, which).transpose(1, 2); };
  return attention(heads(0), heads(1), heads(2)).transpose(1, 2).reshape({n, tokens, width});
}

at::Tensor VitBlock::operator()(const at::Tensor& x) const {
  if (scaled_) {
    const at::Tensor y = proj_.plus(attended(norm1_(x)), x);
    return mlp_.plus(norm2_(y), y);
  }
  const at::Tensor y = at::addcmul(x, proj_(attended(norm1_(x))), scale1_.value);
  return at::addcmul(y, mlp_(norm2_(y)), scale2_.value);
}

Vit::Vit(VitSize size)
    : size_(size),
      class_(parameter("cls_token", {1, 1, size.width})),
      positions_(parameter("pos_embed", {1, kTable * kTable + 1, size.width})),
      mask_(parameter("mask_token", {1, size.width})),
      patches_(part<Conv2d>("patch_embed.proj", 3, size.width, kPatch,
                            ConvOptions{.stride = kPatch, .padding = 0})),
      blocks_(parts<VitBlock>("blocks", size.depth, size.width, size.heads)),
      norm_(part<LayerNorm>("norm", size.width, kEpsilon)) {}

at::Tensor Vit::positions(const at::Tensor& image) const {
  const Size grid{image.size(2) / kPatch, image.size(3) / kPatch};
  const at::Tensor& table = positions_.value;
  if (grid == Size{kTable, kTable} && image.size(2) == image.size(3)) return table;
  const at::Tensor map = tokensToMap(table, {kTable, kTable});
  // The offset is the reference's: it keeps floor(37·factor) from falling short, and moves the
  // places where the table is read.
  const at::Tensor resized = bicubic(map.contiguous(), grid, (double(grid.height) + 0.1) / kTable,
                                     (double(grid.width) + 0.1) / kTable);
  return at::cat({table.slice(1, 0, 1), resized.flatten(2).transpose(1, 2)}, 1);
}

at::Tensor Vit::embed(const at::Tensor& image) const {
  if (image.size(2) % kPatch != 0 || image.size(3) % kPatch != 0) {
    throw BadInput(fmt::format("the image is {}×{}, its sides must be multiples of {}",
                               image.size(2), image.size(3), kPatch));
  }
  const at::Tensor patches = patches_(image).flatten(2).transpose(1, 2);
  const at::Tensor first = class_.value.expand({image.size(0), 1, size_.width});
  return at::cat({first, patches}, 1).add_(positions(image));
}

std::vector<at::Tensor> Vit::run(at::Tensor tokens, const std::vector<std::int64_t>& wanted,
                                 const Progress& progress) const {
  std::vector<at::Tensor> outputs;
  for (std::size_t i = 0; i < blocks_.size() && outputs.size() < wanted.size(); ++i) {
    progress.at(double(i) / double(blocks_.size()), "transformer");
    tokens = (*blocks_[i])(tokens);
    if (wanted[outputs.size()] == std::int64_t(i)) outputs.push_back(tokens);
  }
  return outputs;
}

at::Tensor tokensToMap(const at::Tensor& tokens, Size grid) {
  return mapOf(tokens.slice(1, 1), grid);
}

}  // namespace fathom
