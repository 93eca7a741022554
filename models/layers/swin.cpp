#include "models/layers/swin.h"

#include <ATen/ops/cat.h>
#include <ATen/ops/constant_pad_nd.h>
#include <fmt/format.h>

#include "models/layers/resize.h"

namespace fathom {
namespace {

constexpr double kEpsilon = 1e-5;
constexpr std::int64_t kPatch = 4, kMlpRatio = 4;

}  // namespace

SwinBlock::SwinBlock(std::int64_t width, std::int64_t heads, std::int64_t window)
    : norm1_(part<LayerNorm>("norm1", width, kEpsilon)),
      attention_(part<WindowAttention>("attn", width, heads, window)),
      norm2_(part<LayerNorm>("norm2", width, kEpsilon)),
      mlp_(part<Mlp>("mlp", width, kMlpRatio * width)) {}

at::Tensor SwinBlock::operator()(const at::Tensor& tokens, const Windows& windows) const {
  const at::Tensor attended = attention_(windows.split(norm1_(tokens)), windows.mask());
  const at::Tensor x = windows.join(attended).add_(tokens);
  return mlp_(norm2_(x)).add(x);
}

PatchMerging::PatchMerging(std::int64_t width)
    : reduction_(part<Linear>("reduction", 4 * width, 2 * width, false)),
      norm_(part<LayerNorm>("norm", 4 * width, kEpsilon)) {}

at::Tensor PatchMerging::operator()(const at::Tensor& tokens, Size size) const {
  at::Tensor map = tokens.view({tokens.size(0), size.height, size.width, tokens.size(2)});
  if (size.height % 2 != 0 || size.width % 2 != 0) {
    map = at::constant_pad_nd(map, {0, 0, 0, size.width % 2, 0, size.height % 2});
  }
  const auto every = [&map](std::int64_t row, std::int64_t column) {
    return map.slice(1, row, {}, 2).slice(2, column, {}, 2);
  };
  const at::Tensor four = at::cat({every(0, 0), every(1, 0), every(0, 1), every(1, 1)}, -1);
  return reduction_(norm_(four.flatten(1, 2)));
}

SwinStage::SwinStage(std::int64_t width, std::int64_t blocks, std::int64_t heads,
                     std::int64_t window, bool last)
    : window_(window) {
  for (std::int64_t b = 0; b < blocks; ++b) {
    blocks_.push_back(&part<SwinBlock>(fmt::format("blocks.{}", b), width, heads, window));
  }
  if (!last) downsample_ = &part<PatchMerging>("downsample", width);
}

at::Tensor SwinStage::operator()(at::Tensor tokens, Size size, const Progress& progress) const {
  const Windows plain(size, window_, 0, tokens), shifted(size, window_, window_ / 2, tokens);
  for (std::size_t b = 0; b < blocks_.size(); ++b) {
    progress.at(double(b) / double(blocks_.size()));
    tokens = (*blocks_[b])(tokens, b % 2 == 0 ? plain : shifted);
  }
  return tokens;
}

Swin::Swin(const SwinShape& shape)
    : embed_(part<Conv2d>("patch_embed.proj", 3, shape.width, kPatch, ConvOptions{kPatch, 0})),
      embedNorm_(part<LayerNorm>("patch_embed.norm", shape.width, kEpsilon)) {
  for (std::size_t s = 0; s < stages_.size(); ++s) {
    stages_[s] = &part<SwinStage>(fmt::format("layers.{}", s), shape.width << s, shape.blocks[s],
                                  shape.heads[s], shape.window, s + 1 == stages_.size());
  }
  for (std::size_t s = 0; s < norms_.size(); ++s) {
    norms_[s] = &part<LayerNorm>(fmt::format("norm{}", s), shape.width << s, kEpsilon);
  }
}

std::array<at::Tensor, 4> Swin::operator()(const at::Tensor& image,
                                           const Progress& progress) const {
  const at::Tensor patches =
      embed_(paddedToMultiple(image, kPatch).contiguous(at::MemoryFormat::ChannelsLast));
  Size size = sizeOf(patches);
  at::Tensor tokens = embedNorm_(tokensOf(patches));
  std::array<at::Tensor, 4> maps;
  for (std::size_t s = 0; s < stages_.size(); ++s) {
    // The third stage has most blocks; the others weigh about the same.
    constexpr double kBegin[] = {0, 0.1, 0.2, 0.9, 1};
    tokens = (*stages_[s])(tokens, size, progress.part(kBegin[s], kBegin[s + 1]));
    maps[s] = mapOf((*norms_[s])(tokens), size);
    if (const PatchMerging* merge = stages_[s]->downsample()) {
      tokens = (*merge)(tokens, size);
      size = {(size.height + 1) / 2, (size.width + 1) / 2};
    }
  }
  return maps;
}

}  // namespace fathom
