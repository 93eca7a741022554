#include "models/layers/windows.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/constant_pad_nd.h>
#include <ATen/ops/roll.h>

#include "models/layers/attention.h"

namespace fathom {
namespace {

constexpr double kApart = -100;  // Swin's stand-in for −∞

/// Hp×Wp, multiples of side, to windows×side².
at::Tensor dealt(const at::Tensor& map, std::int64_t side) {
  return map.view({map.size(0) / side, side, map.size(1) / side, side})
      .permute({0, 2, 1, 3})
      .reshape({-1, side * side});
}

std::int64_t filledSide(std::int64_t length, std::int64_t side) {
  return (length + side - 1) / side * side;
}

/// Which of the three parts each row (or column) of the rolled map comes from.
at::Tensor partsOf(std::int64_t length, std::int64_t side, std::int64_t shift,
                   const at::TensorOptions& indices) {
  const at::Tensor place = at::arange(length, indices);
  return place.ge(length - side).to(at::kLong) + place.ge(length - shift).to(at::kLong);
}

at::Tensor maskOf(Size filled, std::int64_t side, std::int64_t shift,
                  const at::TensorOptions& indices) {
  const at::Tensor rows = partsOf(filled.height, side, shift, indices);
  const at::Tensor columns = partsOf(filled.width, side, shift, indices);
  const at::Tensor parts = dealt(rows.unsqueeze(1) * 3 + columns, side);
  return parts.unsqueeze(1).ne(parts.unsqueeze(2));
}

/// (dy + side − 1)·(2·side − 1) + dx + side − 1, for the place of the query minus that of the key.
at::Tensor offsetIndices(std::int64_t side) {
  const at::Tensor place = at::arange(side * side, at::kLong);
  const at::Tensor code = place.div(side, "floor") * (2 * side - 1) + place.remainder(side);
  return code.unsqueeze(1) - code + (side - 1) * 2 * side;
}

}  // namespace

at::Tensor tokensOf(const at::Tensor& map) {
  return map.permute({0, 2, 3, 1}).reshape({map.size(0), -1, map.size(1)});
}

at::Tensor mapOf(const at::Tensor& tokens, Size size) {
  return tokens.reshape({tokens.size(0), size.height, size.width, tokens.size(2)})
      .permute({0, 3, 1, 2});
}

Windows::Windows(Size map, std::int64_t side, std::int64_t shift, const at::Tensor& like)
    : tokens_(map.height * map.width), perWindow_(side * side) {
  const at::TensorOptions indices = like.options().dtype(at::kLong);
  const Size filled{filledSide(map.height, side), filledSide(map.width, side)};
  filled_ = !(filled == map);
  at::Tensor sources = at::arange(tokens_, indices).view({map.height, map.width});
  sources = at::constant_pad_nd(
      sources, {0, filled.width - map.width, 0, filled.height - map.height}, tokens_);
  sources_ = dealt(at::roll(sources, {-shift, -shift}, {0, 1}), side).flatten();
  const at::Tensor places = at::arange(filled.height * filled.width, indices)
                                .view({filled.height / side, filled.width / side, side, side})
                                .permute({0, 2, 1, 3})
                                .reshape({filled.height, filled.width});
  destinations_ = at::roll(places, {shift, shift}, {0, 1})
                      .slice(0, 0, map.height)
                      .slice(1, 0, map.width)
                      .flatten();
  if (shift > 0) mask_ = maskOf(filled, side, shift, indices).to(like.scalar_type()) * kApart;
}

at::Tensor Windows::split(const at::Tensor& tokens) const {
  at::Tensor all = tokens;
  if (filled_) {
    all = at::cat({tokens, tokens.new_zeros({tokens.size(0), 1, tokens.size(2)})}, 1);
  }
  return all.index_select(1, sources_).view({-1, perWindow_, tokens.size(2)});
}

at::Tensor Windows::join(const at::Tensor& windows) const {
  const std::int64_t width = windows.size(2);
  return windows.reshape({-1, sources_.size(0), width}).index_select(1, destinations_);
}

WindowBias::WindowBias(std::int64_t heads, std::int64_t side)
    : heads_(heads),
      places_(side * side),
      table_(parameter("relative_position_bias_table", {(2 * side - 1) * (2 * side - 1), heads})),
      index_(constant("relative_position_index", offsetIndices(side))) {}

at::Tensor WindowBias::bias(const at::Tensor& mask, std::int64_t batch) const {
  const at::Tensor bias = table_.value.index_select(0, index_.value.flatten())
                              .t()
                              .reshape({1, heads_, places_, places_});
  if (!mask.defined()) return bias;
  const at::Tensor masked = bias + mask.unsqueeze(1);
  return masked.expand({batch / mask.size(0), -1, -1, -1, -1}).flatten(0, 1);
}

at::Tensor WindowBias::attended(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v,
                                const at::Tensor& mask) const {
  const auto byHeads = [this](const at::Tensor& x) {
    return x.view({x.size(0), places_, heads_, -1}).transpose(1, 2);
  };
  const at::Tensor found = attention(byHeads(q), byHeads(k), byHeads(v), bias(mask, q.size(0)));
  return found.transpose(1, 2).reshape(q.sizes());
}

WindowAttention::WindowAttention(std::int64_t width, std::int64_t heads, std::int64_t side)
    : WindowBias(heads, side),
      qkv_(part<Linear>("qkv", width, 3 * width)),
      proj_(part<Linear>("proj", width, width)) {}

at::Tensor WindowAttention::operator()(const at::Tensor& windows, const at::Tensor& mask) const {
  const auto parts = qkv_(windows).chunk(3, -1);
  return proj_(attended(parts[0], parts[1], parts[2], mask));
}

WindowCrossAttention::WindowCrossAttention(std::int64_t width, std::int64_t heads,
                                           std::int64_t side)
    : WindowBias(heads, side),
      kv_(part<Linear>("kv", width, 2 * width)),
      q_(part<Linear>("q", width, width)),
      proj_(part<Linear>("proj", width, width)) {}

at::Tensor WindowCrossAttention::operator()(const at::Tensor& asking,
                                            const at::Tensor& asked) const {
  const auto parts = kv_(asked).chunk(2, -1);
  return proj_(attended(q_(asking), parts[0], parts[1], {}));
}

}  // namespace fathom
