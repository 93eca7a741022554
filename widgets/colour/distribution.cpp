#include "widgets/colour/distribution.h"

#include <algorithm>
#include <cmath>

namespace fathom {

std::optional<Limits> Distribution::extent() const {
  if (quantiles.empty()) return std::nullopt;
  return Limits{quantiles.front(), quantiles.back()};
}

Distribution distributionOf(std::span<const float> values, int points) {
  std::vector<float> sorted;
  sorted.reserve(values.size());
  std::ranges::copy_if(values, std::back_inserter(sorted),
                       [](float value) { return std::isfinite(value); });
  std::ranges::sort(sorted);
  const std::size_t wanted = static_cast<std::size_t>(std::max(points, 2));
  if (sorted.size() <= wanted) return {std::move(sorted)};
  Distribution result;
  result.quantiles.reserve(wanted);
  for (std::size_t i = 0; i < wanted; ++i) {
    result.quantiles.push_back(sorted[i * (sorted.size() - 1) / (wanted - 1)]);
  }
  return result;
}

Limits padded(const Scale& scale, double part, const Limits& extent) {
  const Limits inner = usable({scale.low, scale.high}, scale.kind);
  const auto forward = [&](double value) {
    if (scale.kind == ScaleKind::kLinear) return value;
    return scale.kind == ScaleKind::kLog ? std::log(value) : -1.0 / value;
  };
  const auto backward = [&](double scaled) {
    if (scale.kind == ScaleKind::kLinear) return scaled;
    if (scale.kind == ScaleKind::kLog) return std::exp(scaled);
    return scaled < 0 ? -1.0 / scaled : HUGE_VAL;  // beyond infinity
  };
  const double margin = part * (forward(inner.high) - forward(inner.low));
  const double low = std::max(backward(forward(inner.low) - margin), extent.low);
  const double high = std::min(backward(forward(inner.high) + margin), extent.high);
  return usable({std::min(low, inner.low), std::max(high, inner.high)}, scale.kind);
}

}  // namespace fathom
