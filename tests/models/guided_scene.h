#pragma once

#include <ATen/core/Tensor.h>
#include <ATen/ops/empty.h>

#include <cmath>

#include "core/upsampler.h"
#include "models/guided/register.h"
#include "tests/support/maps.h"

/// Scenes with a known answer for the guided methods.
namespace fathom::test {

inline UpsamplerRegistry guidedMethods() {
  UpsamplerRegistry registry;
  registerGuided(registry);
  return registry;
}

inline const std::vector<std::string>& guidedIds() {
  static const std::vector<std::string> ids = [] {
    std::vector<std::string> result;
    for (const UpsamplerInfo& info : guidedMethods().list()) result.push_back(info.id);
    return result;
  }();
  return ids;
}

/// A transmitted map of this factor, sampled at the middle pixel of each cell.
inline LowDepth lowOf(at::Tensor levels, double factor) {
  LowDepth low;
  low.levels = std::move(levels);
  low.metresPerLevel = 16;
  low.factorX = low.factorY = factor;
  low.phaseX = low.phaseY = std::floor(factor / 2);
  return low;
}

/// Two surfaces that meet between two columns of the picture, dark on the left and light on the
/// right, with a little texture.
struct StepScene {
  UpsamplerInput input;
  std::int64_t edge = 0;  ///< first column of the far surface
  double nearMetres = 0, farMetres = 0;
};

inline StepScene stepScene(Size size, double factor, float nearLevel = 1, float farLevel = 4) {
  StepScene scene;
  scene.edge = size.width / 2 + 1;
  scene.nearMetres = 16 * (double(nearLevel) + 0.5);
  scene.farMetres = 16 * (double(farLevel) + 0.5);
  const auto cells = [&](std::int64_t side) {
    return std::int64_t(std::floor(double(side) / factor + 1e-6));
  };
  scene.input.low = lowOf(at::empty({cells(size.height), cells(size.width)}, at::kFloat), factor);
  float* level = scene.input.low.levels.mutable_data_ptr<float>();
  for (std::int64_t i = 0; i < cells(size.height); ++i) {
    for (std::int64_t j = 0; j < cells(size.width); ++j) {
      const auto column = std::int64_t(std::floor(double(j) * factor + std::floor(factor / 2)));
      *level++ = column < scene.edge ? nearLevel : farLevel;
    }
  }
  scene.input.rgb = at::empty({3, size.height, size.width}, at::kByte);
  auto* colour = scene.input.rgb.mutable_data_ptr<std::uint8_t>();
  for (std::int64_t i = 0; i < 3 * size.height * size.width; ++i) {
    const bool isFar = i % size.width >= scene.edge;
    colour[i] = std::uint8_t((isFar ? 190 : 50) + 8 * unit("texture", std::uint64_t(i)));
  }
  return scene;
}

/// Mean |metres − truth| within this many columns of the edge.
inline double errorBesideEdge(const StepScene& scene, const at::Tensor& metres,
                              std::int64_t within) {
  const float* value = metres.const_data_ptr<float>();
  double sum = 0;
  std::int64_t count = 0;
  for (std::int64_t row = 0; row < metres.size(0); ++row) {
    for (std::int64_t column = scene.edge - within; column < scene.edge + within; ++column) {
      const double truth = column < scene.edge ? scene.nearMetres : scene.farMetres;
      sum += std::abs(double(value[row * metres.size(1) + column]) - truth);
      ++count;
    }
  }
  return sum / double(count);
}

}  // namespace fathom::test
