#pragma once

// The degradation written a second time, from its documentation alone: plain loops in double, the
// mathematics library's functions, nothing shared with core but the struct of parameters.
#include <cmath>
#include <cstdint>
#include <string_view>
#include <vector>

#include "core/degradation.h"

namespace fathom::test {

struct ReferenceCell {
  double noiseless, received;
};

inline std::vector<std::uint32_t> referencePhilox(std::vector<std::uint32_t> c, std::uint32_t k0,
                                                  std::uint32_t k1) {
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t left = 0xD2511F53ull * c[0], right = 0xCD9E8D57ull * c[2];
    c = {std::uint32_t(right >> 32) ^ c[1] ^ k0, std::uint32_t(right),
         std::uint32_t(left >> 32) ^ c[3] ^ k1, std::uint32_t(left)};
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
  return c;
}

inline std::uint32_t referenceHash(std::string_view text) {
  std::uint32_t hash = 2166136261u;
  for (const unsigned char c : text) hash = (hash ^ c) * 16777619u;
  return hash;
}

/// The quantised pixel at a clamped place; false where it is missing or outside.
inline bool referencePixel(const DepthMap& truth, const Degradation& how, std::int64_t y,
                           std::int64_t x, double* code) {
  y = std::clamp<std::int64_t>(y, 0, truth.metres.size(0) - 1);
  x = std::clamp<std::int64_t>(x, 0, truth.metres.size(1) - 1);
  const auto at = static_cast<std::size_t>(y * truth.metres.size(1) + x);
  const auto reason = static_cast<Reason>(truth.reason.const_data_ptr<std::uint8_t>()[at]);
  if (reason == Reason::kMissing || reason == Reason::kOutside) return false;
  const double metres = truth.metres.const_data_ptr<float>()[at];
  const double top = std::pow(2.0, how.targetBits) - 1, source = std::pow(2.0, how.sourceBits) - 1;
  *code = metres * top / (source * how.metresPerCode);
  if (how.rounding == Rounding::kRound) *code += 0.5;
  *code = std::clamp(std::floor(*code), 0.0, top);
  return true;
}

inline double referenceKernel(Sampling sampling, double t) {
  t = std::abs(t);
  if (sampling == Sampling::kBilinear) return std::max(0.0, 1 - t);
  const double a = -0.75;
  if (t <= 1) return (a + 2) * t * t * t - (a + 3) * t * t + 1;
  return t < 2 ? a * t * t * t - 5 * a * t * t + 8 * a * t - 4 * a : 0;
}

inline double referenceNoiseless(const DepthMap& truth, const Degradation& how, std::int64_t row,
                                 std::int64_t column) {
  const int factor = how.factor;
  const bool centre = how.phase < 0;
  double code = 0;
  if (how.sampling == Sampling::kNearestExact) {
    const int phase = centre ? factor / 2 : how.phase;
    return referencePixel(truth, how, factor * row + phase, factor * column + phase, &code) ? code
                                                                                            : 0;
  }
  double sum = 0, weights = 0, least = 1e300, greatest = -1e300;
  bool all = true;
  const auto add = [&](std::int64_t y, std::int64_t x, double weight) {
    if (!referencePixel(truth, how, y, x, &code)) {
      all = false;
      return;
    }
    sum += weight * code;
    weights += weight;
    least = std::min(least, code);
    greatest = std::max(greatest, code);
  };
  if (how.sampling == Sampling::kArea) {
    for (int i = 0; i < factor; ++i) {
      for (int k = 0; k < factor; ++k) add(factor * row + i, factor * column + k, 1);
    }
  } else {
    const double phase = centre ? (factor - 1) / 2.0 : how.phase;
    const double y = double(factor * row) + phase, x = double(factor * column) + phase;
    const int reach = how.sampling == Sampling::kBicubic ? 2 : 1;
    for (int i = 1 - reach; i <= reach; ++i) {
      for (int k = 1 - reach; k <= reach; ++k) {
        const double top = std::floor(y) + i, left = std::floor(x) + k;
        add(std::int64_t(top), std::int64_t(left),
            referenceKernel(how.sampling, top - y) * referenceKernel(how.sampling, left - x));
      }
    }
  }
  if (weights <= 1e-3) return 0;
  return all ? sum / weights : std::clamp(sum / weights, least, greatest);
}

/// All cells of the transmitted map, row by row.
inline std::vector<ReferenceCell> referenceDegrade(const DepthMap& truth, const Degradation& how,
                                                   std::string_view id, NoiseSigmas sigmas) {
  const std::int64_t rows = truth.metres.size(0) / how.factor;
  const std::int64_t columns = truth.metres.size(1) / how.factor;
  const auto key0 = std::uint32_t(how.seed), key1 = std::uint32_t(how.seed >> 32);
  std::vector<ReferenceCell> cells;
  for (std::int64_t row = 0; row < rows; ++row) {
    for (std::int64_t column = 0; column < columns; ++column) {
      const auto words = referencePhilox(
          {referenceHash(id), std::uint32_t(row * columns + column), 1, 0}, key0, key1);
      const double u = (words[0] + 0.5) / 4294967296.0, v = (words[1] + 0.5) / 4294967296.0;
      const double radius = std::sqrt(-2 * std::log(u)), angle = 2 * M_PI * v;
      const double d = referenceNoiseless(truth, how, row, column);
      const double received = d + d * sigmas.relative * radius * std::cos(angle) +
                              sigmas.additive * radius * std::sin(angle);
      cells.push_back({d, how.clipBelowZero ? std::max(0.0, received) : received});
    }
  }
  return cells;
}

}  // namespace fathom::test
