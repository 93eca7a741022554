#include "core/information.h"

#include <ATen/ops/where.h>
#include <ATen/ops/full_like.h>

#include <limits>

namespace fathom {

Information informationOf(const LowDepth& low) {
  check(low);
  const at::Tensor& levels = low.levels;
  // A received value below one half most likely was level 0; the additive noise stays below 0.05.
  const at::Tensor informative = levels.ge(0.5);
  const at::Tensor clipped = levels.eq(0);
  at::Tensor cells = at::full_like(levels, static_cast<int>(CellInformation::kNoiseOnly))
                         .masked_fill(informative, static_cast<int>(CellInformation::kInformative))
                         .masked_fill(clipped, static_cast<int>(CellInformation::kClipped))
                         .to(at::kByte);
  const auto share = [&](const at::Tensor& mask) {
    return static_cast<double>(mask.sum().item<std::int64_t>()) /
           static_cast<double>(mask.numel());
  };
  Information result{std::move(cells), low.metresPerLevel, share(informative), 0, share(clipped)};
  result.noiseOnlyShare = 1.0 - result.informativeShare;
  return result;
}

double shareBelowOneLevel(const DepthMap& truth, double metresPerLevel) {
  const at::Tensor counting = counts(truth);
  const auto pixels = counting.sum().item<std::int64_t>();
  if (pixels == 0) return std::numeric_limits<double>::quiet_NaN();
  const at::Tensor near = truth.metres.lt(metresPerLevel).logical_and(counting);
  return static_cast<double>(near.sum().item<std::int64_t>()) / static_cast<double>(pixels);
}

}  // namespace fathom
