#include "core/low_depth.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/error.h"

namespace fathom {
namespace {

void checkAxis(std::string_view what, const char* axis, std::int64_t pixels, std::int64_t cells,
               double factor) {
  const double covered = static_cast<double>(cells) * factor, found = static_cast<double>(pixels);
  if (found > covered - factor && found <= covered + factor) return;
  throw BadInput(fmt::format("the {}'s {} is {} pixels, and {} cells of factor {:.6g} cover {:.6g}",
                             what, axis, pixels, cells, factor, covered),
                 "transmitted map",
                 fmt::format("Correct the factor, or give the {} that belongs to it", what));
}

}  // namespace

void check(const LowDepth& low) {
  if (!low.levels.defined() || low.levels.dim() != 2 || low.levels.scalar_type() != at::kFloat ||
      low.levels.numel() == 0) {
    throw BadInput("a transmitted map is a two-dimensional float32 tensor with at least one cell");
  }
  const auto positive = [](double value) { return std::isfinite(value) && value > 0; };
  if (!positive(low.metresPerLevel) || !positive(low.factorX) || !positive(low.factorY)) {
    throw BadInput("metres per level and factors of a transmitted map must be above 0");
  }
  if (!std::isfinite(low.phaseX) || !std::isfinite(low.phaseY)) {
    throw BadInput("the sampling phase of a transmitted map must be a finite number");
  }
}

std::int64_t sampledPixel(std::int64_t cell, double factor, double phase) {
  constexpr double kRounding = 1e-6, kMost = 1e15;
  const double place = std::floor(factor * static_cast<double>(cell) + phase + kRounding);
  return static_cast<std::int64_t>(std::clamp(place, -kMost, kMost));
}

void checkCovers(const LowDepth& low, Size picture, std::string_view what) {
  check(low);
  checkAxis(what, "height", picture.height, low.size().height, low.factorY);
  checkAxis(what, "width", picture.width, low.size().width, low.factorX);
}

}  // namespace fathom
