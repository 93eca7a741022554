#include "models/interval/cues.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

#include "core/parallel.h"
#include "models/interval/pyramid.h"

namespace fathom {
namespace {

constexpr int kBands = 5;
constexpr std::int64_t kBlock = 32;  ///< pixels of the finest band that a block is wide
constexpr double kFocal = 320;
constexpr double kFloor = 1e-6;  ///< energy below which a band is flat

/// ln(grey + 8), so that contrast counts alike in light and shade.
Plane logarithmOfGrey(const PictureBytes& picture, const Progress& progress) {
  std::array<float, 256> table{};
  for (std::size_t i = 0; i < table.size(); ++i) table[i] = std::log(static_cast<float>(i) + 8);
  Plane plane(picture.size);
  const std::int64_t width = picture.size.width;
  parallelFor(picture.size.height, 64, progress, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin * width; i < end * width; ++i) {
      // BT.601 in 15 bits, rounded.
      const int grey =
          (9798 * picture.red[i] + 19235 * picture.green[i] + 3735 * picture.blue[i] + (1 << 14)) >>
          15;
      plane.values[static_cast<std::size_t>(i)] = table[static_cast<std::size_t>(grey)];
    }
  });
  return plane;
}

/// Halved until its focal length is nearest to the one that the constants are for.
Plane atFocal(Plane plane, double focal, const Progress& progress) {
  const double octaves = std::log2(focal / kFocal);
  for (int k = 0; k < static_cast<int>(std::lround(octaves)); ++k) {
    if (std::min(plane.size.height, plane.size.width) < 2 * kBlock) break;
    plane = halved(plane, progress);
  }
  return plane;
}

/// Each block's share of level-0 cells, by where these were sampled.
struct BlockWeights {
  std::int64_t rows, columns;
  std::vector<double> share;
};
BlockWeights blockWeights(Size pixels, Size picture, const IntervalCells& cells,
                          const CellAxis& rows, const CellAxis& columns) {
  BlockWeights blocks{pixels.height / kBlock, pixels.width / kBlock, {}};
  const auto count = static_cast<std::size_t>(blocks.rows * blocks.columns);
  std::vector<double> near(count, 0.0), all(count, 0.0);
  for (std::int64_t i = 0; i < cells.size.height; ++i) {
    const std::int64_t y = rows.pixel[size_t(i)] * pixels.height / picture.height / kBlock;
    for (std::int64_t j = 0; j < cells.size.width; ++j) {
      const std::int64_t x = columns.pixel[size_t(j)] * pixels.width / picture.width / kBlock;
      if (y >= blocks.rows || x >= blocks.columns) continue;
      const auto block = static_cast<std::size_t>(y * blocks.columns + x);
      all[block] += 1;
      near[block] += cells.state[cells.at(i, j)] == CellState::kNear ? 1 : 0;
    }
  }
  for (std::size_t i = 0; i < count; ++i) blocks.share.push_back(all[i] > 0 ? near[i] / all[i] : 0);
  return blocks;
}

/// The weighted mean of ln(mean energy) over blocks of this many pixels.
double meanLogEnergy(const Plane& energy, std::int64_t side, const BlockWeights& blocks) {
  double sum = 0, weights = 0;
  for (std::int64_t i = 0; i < blocks.rows; ++i) {
    for (std::int64_t j = 0; j < blocks.columns; ++j) {
      const double weight = blocks.share[static_cast<std::size_t>(i * blocks.columns + j)];
      if (weight == 0) continue;
      double mean = 0;
      for (std::int64_t y = i * side; y < (i + 1) * side; ++y) {
        float row = 0;
        for (std::int64_t x = j * side; x < (j + 1) * side; ++x) row += energy.row(y)[x];
        mean += row;
      }
      sum += weight * std::log(mean / static_cast<double>(side * side) + kFloor);
      weights += weight;
    }
  }
  return weights > 0 ? sum / weights : 0;
}

double informativeShare(std::span<const CellState> cells) {
  const auto informative = std::ranges::count(cells, CellState::kInformative);
  return static_cast<double>(informative) / static_cast<double>(cells.size());
}

}  // namespace

double freePath(double far, double metresPerLevel) {
  // exp(−S/ℓ) of all ways are free up to S.
  constexpr double kLeast = 1e-3;  // one cell in a thousand is chance
  return -metresPerLevel / std::log(std::clamp(far, kLeast, 1 - kLeast));
}

void judge(SceneCues& cues, const IntervalConstants& c) {
  const double z = std::clamp((c.slopeMiddle - cues.slope) / c.slopeWidth, -40.0, 40.0);
  cues.naturalness = 1 / (1 + std::exp(-z));
  const double ceiling = std::exp(-cues.far / c.enclosedShare - cues.farAbove / c.enclosedBorder);
  cues.room = (1 - cues.naturalness) * std::max(std::exp(-cues.far / c.roomShare), ceiling);
  const double rate = c.detailRate + cues.room * (c.roomDetailRate - c.detailRate);
  const double log = -rate * (cues.fine - c.detailLevel) * (1 - cues.naturalness);
  cues.detail = std::clamp(std::exp(log), c.detailLimit, 1 / c.detailLimit);
}

SceneCues sceneCues(const PictureBytes& picture, double focal, const IntervalCells& cells,
                    const CellAxis& rows, const CellAxis& columns,
                    const IntervalConstants& constants, const Progress& progress) {
  SceneCues cues;
  Plane plane = atFocal(logarithmOfGrey(picture, progress), focal, progress);
  const BlockWeights blocks = blockWeights(plane.size, picture.size, cells, rows, columns);
  double total = 0;
  for (const double share : blocks.share) total += share;
  if (total > 0) {  // else nothing is there to be judged, or the picture is smaller than a block
    for (int k = 0; k < kBands; ++k) {
      const Plane half = halved(plane, progress);
      const double band = meanLogEnergy(bandEnergy(plane, half, progress), kBlock >> k, blocks);
      if (k == 0) cues.fine = band;
      cues.slope += (k - 2) * band / 10;
      plane = half;
    }
  }
  cues.far = informativeShare(std::span(cells.state));
  cues.farAbove = informativeShare(std::span(cells.state).first(size_t(cells.size.width)));
  judge(cues, constants);
  return cues;
}

}  // namespace fathom
