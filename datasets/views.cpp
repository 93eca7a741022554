#include "datasets/views.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/error.h"
#include "datasets/codecs/npy.h"

namespace fathom {
namespace {

/// The largest whole factor with floor(high / factor) = low on both sides; 0 where there is none.
std::int64_t wholeFactor(Size high, Size low) {
  const std::int64_t factor = std::min(high.width / low.width, high.height / low.height);
  const bool fits = high.width / factor == low.width && high.height / factor == low.height;
  return fits ? factor : 0;
}

/// True where one factor can have led to both sides, rounded up or down to whole cells.
bool oneShape(Size high, Size low) {
  const auto least = [](std::int64_t whole, std::int64_t cells) {
    return static_cast<double>(whole) / static_cast<double>(cells + 1);
  };
  const auto greatest = [](std::int64_t whole, std::int64_t cells) {
    return cells > 1 ? static_cast<double>(whole) / static_cast<double>(cells - 1)
                     : std::numeric_limits<double>::infinity();
  };
  return std::max(least(high.width, low.width), least(high.height, low.height)) <=
         std::min(greatest(high.width, low.width), greatest(high.height, low.height));
}

/// A whole factor samples whole pixels: 4 of 8, 2 of 5.
double centre(double factor) {
  return factor == std::floor(factor) ? std::floor(factor / 2) : factor / 2;
}

}  // namespace

std::optional<Intrinsics> tartanAirCamera(Size size) {
  if (size != Size{480, 640}) return {};
  return Intrinsics{320, 320, 320, 240};
}

DepthMap readTruth(const std::filesystem::path& depth, const std::filesystem::path& colour,
                   Size seen) {
  DepthMap truth = makeDepthMap(readDepthNpy(depth));
  if (truth.size() == seen) return truth;
  throw FileError(
      fmt::format("the depth map is {}×{}, but its colour image {} is {}×{}", truth.size().width,
                  truth.size().height, colour.string(), seen.width, seen.height),
      depth.string(), "The two must show one view in one size; check the pairing");
}

LowDepth readLow(const std::filesystem::path& levels, const std::filesystem::path& colour,
                 Size seen, double metresPerLevel) {
  LowDepth low;
  low.levels = readDepthNpy(levels);
  low.metresPerLevel = metresPerLevel;
  const Size size = low.size();
  if (size.width > seen.width || size.height > seen.height || !oneShape(seen, size)) {
    throw FileError(fmt::format("the transmitted map is {}×{}, which cannot come from its colour "
                                "image {} of {}×{}",
                                size.width, size.height, colour.string(), seen.width, seen.height),
                    levels.string(), "It must be the same view, smaller; check the pairing");
  }
  const bool exact = seen.width % size.width == 0 && seen.height % size.height == 0;
  const auto whole = exact ? 0.0 : static_cast<double>(wholeFactor(seen, size));
  low.factorX = whole > 0 ? whole : static_cast<double>(seen.width) / size.width;
  low.factorY = whole > 0 ? whole : static_cast<double>(seen.height) / size.height;
  low.phaseX = centre(low.factorX);
  low.phaseY = centre(low.factorY);
  return low;
}

}  // namespace fathom
