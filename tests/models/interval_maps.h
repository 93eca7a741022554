#pragma once

#include <ATen/core/Tensor.h>
#include <ATen/ops/empty.h>

#include <cmath>
#include <functional>
#include <numbers>
#include <string>
#include <vector>

#include "core/upsampler.h"
#include "models/interval/cues.h"
#include "tests/support/maps.h"

/// Made-up transmitted maps and pictures for the tests of the interval method.
namespace fathom::test {

inline constexpr double kMetresPerLevel = 65535.0 / 4095;

/// Draw j of a standard normal distribution.
inline double normal(const std::string& key, std::uint64_t j) {
  const double u = 1 - unit(key, 2 * j), v = unit(key, 2 * j + 1);
  return std::sqrt(-2 * std::log(u)) * std::cos(2 * std::numbers::pi * v);
}

/// What is received of true levels: noise, then nothing below 0.
inline std::vector<float> received(const std::vector<double>& truth, double additive,
                                   double relative, const std::string& key) {
  std::vector<float> levels;
  for (std::size_t i = 0; i < truth.size(); ++i) {
    const double x = truth[i] * (1 + relative * normal(key + "r", i)) + additive * normal(key, i);
    levels.push_back(static_cast<float>(std::max(x, 0.0)));
  }
  return levels;
}

inline at::Tensor tensorOf(const std::vector<float>& values, Size size) {
  at::Tensor map = at::empty({size.height, size.width}, at::TensorOptions(at::kFloat));
  std::copy(values.begin(), values.end(), map.mutable_data_ptr<float>());
  return map;
}

inline at::Tensor paintedMap(Size size,
                             const std::function<double(std::int64_t, std::int64_t)>& at) {
  std::vector<float> values;
  for (std::int64_t y = 0; y < size.height; ++y) {
    for (std::int64_t x = 0; x < size.width; ++x) values.push_back(static_cast<float>(at(y, x)));
  }
  return tensorOf(values, size);
}

/// A picture whose three bytes of a pixel come from a function.
inline at::Tensor paintedPicture(Size size,
                                 const std::function<int(int, std::int64_t, std::int64_t)>& at) {
  at::Tensor rgb = at::empty({3, size.height, size.width}, at::TensorOptions(at::kByte));
  auto* out = rgb.mutable_data_ptr<unsigned char>();
  for (int c = 0; c < 3; ++c) {
    for (std::int64_t y = 0; y < size.height; ++y) {
      for (std::int64_t x = 0; x < size.width; ++x) {
        *out++ = static_cast<unsigned char>(at(c, y, x));
      }
    }
  }
  return rgb;
}

/// A street as a camera 1.7 m above the ground sees it: ground up to the horizon in the middle, a
/// wall 7 m to the right, sky above; depths in m.
inline double streetDepth(Size size, std::int64_t y, std::int64_t x) {
  const double focal = static_cast<double>(size.width) / 2;
  const double down = (static_cast<double>(y) - static_cast<double>(size.height) / 2) / focal;
  const double right = (static_cast<double>(x) - static_cast<double>(size.width) / 2) / focal;
  const double ground = down > 0 ? 1.7 / down : 1e5, wall = right > 0 ? 7 / right : 1e5;
  return std::min({ground, wall, 5000.0});
}

/// The street, transmitted with these factors and sampled at ⌊factor/2⌋.
inline UpsamplerInput street(Size size, double factor = 8, double additive = 0.03,
                             double relative = 0.008) {
  UpsamplerInput input;
  const auto texture = [](std::int64_t y, std::int64_t x) {
    return int(24 * unit("street", static_cast<std::uint64_t>(y * 4096 + x)));
  };
  input.rgb = paintedPicture(size, [&](int c, std::int64_t y, std::int64_t x) {
    const double depth = streetDepth(size, y, x);
    const bool wall = depth < 4000 && x > size.width / 2 && y <= size.height / 2;
    return (depth >= 4000 ? (c == 2 ? 220 : 150) : wall ? (c == 0 ? 150 : 90) : 70) + texture(y, x);
  });
  const Size cells{static_cast<std::int64_t>(double(size.height) / factor),
                   static_cast<std::int64_t>(double(size.width) / factor)};
  const double phase = std::floor(factor / 2);
  std::vector<double> truth;
  for (std::int64_t i = 0; i < cells.height; ++i) {
    for (std::int64_t j = 0; j < cells.width; ++j) {
      truth.push_back(std::floor(streetDepth(size, std::int64_t(factor * double(i) + phase),
                                             std::int64_t(factor * double(j) + phase)) /
                                 kMetresPerLevel));
    }
  }
  input.low = {tensorOf(received(truth, additive, relative, "street"), cells),
               kMetresPerLevel,
               factor,
               factor,
               phase,
               phase};
  return input;
}

/// The street's depth as a map.
inline at::Tensor streetTruth(Size size) {
  return paintedMap(size, [&](std::int64_t y, std::int64_t x) { return streetDepth(size, y, x); });
}

inline IntervalCells made(const std::vector<float>& levels, Size size,
                          LevelNoise noise = {0.03, 0.005, 0}) {
  return cellsOf(levels, size, noise);
}

/// A scene that is neither near nor far.
inline SceneCues neutral() {
  SceneCues cues;
  cues.detail = 1;
  return cues;
}

}  // namespace fathom::test
