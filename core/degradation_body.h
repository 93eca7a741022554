#pragma once

#include <cstdint>

#include "core/elementary.h"
#include "core/host_device.h"
#include "core/philox.h"

namespace fathom {

/// What one cell of a degraded map needs, on any device. The .cu launches a thread for each cell
/// (degradeCell); the .cpp calls the same functions step by step for many cells.
struct DegradationJob {
  const float* metres;                                     ///< H×W
  const std::uint8_t* reason;                              ///< H×W, values of Reason
  float* levels;                                           ///< rows×columns, out
  float* noiseless;                                        ///< rows×columns, out
  std::int64_t height, width;                              ///< of the truth
  std::int64_t row0, column0, rows, columns, fullColumns;  ///< window of cells, width of the grid
  int factor, sampling, round;
  double phase;
  double targetTop, sourceTop, metresPerCode;
  double sigmaRelative, sigmaAdditive;
  int clipBelowZero;
  std::uint32_t key0, key1, sampleHash;
};

inline constexpr std::uint32_t kNoiseStream = 1, kSigmaStream = 2;

/// A quantised pixel and whether it counts (missing and outside ones transmit nothing).
struct Tap {
  double value, weight;
};

FATHOM_HD inline Tap tapAt(const DegradationJob& job, std::int64_t row, std::int64_t column) {
  row = row < 0 ? 0 : row >= job.height ? job.height - 1 : row;
  column = column < 0 ? 0 : column >= job.width ? job.width - 1 : column;
  const std::int64_t pixel = row * job.width + column;
  const std::uint8_t reason = job.reason[pixel];
  if (reason == 1 || reason == 4) return {0.0, 0.0};
  const double code =
      static_cast<double>(job.metres[pixel]) * job.targetTop / (job.sourceTop * job.metresPerCode);
  if (code != code) return {0.0, 0.0};  // not a number, whatever its reason says
  if (code <= 0) return {0.0, 1.0};
  if (code >= job.targetTop) return {job.targetTop, 1.0};
  // Truncation, not a cast of the metres first: that is what the challenge's files hold.
  const double whole =
      static_cast<double>(static_cast<std::int64_t>(job.round ? code + 0.5 : code));
  return {whole, 1.0};
}

/// Weight of a tap at signed distance t from the sampling position: triangle or cubic, a = −0.75.
FATHOM_HD inline double samplingWeight(bool cubic, double t) {
  t = t < 0 ? -t : t;
  if (!cubic) return t < 1 ? 1 - t : 0;
  constexpr double a = -0.75;
  if (t <= 1) return ((a + 2) * t - (a + 3)) * t * t + 1;
  if (t < 2) return ((a * t - 5 * a) * t + 8 * a) * t - 4 * a;
  return 0;
}

/// Weighted mean of the pixels around the sampling position; those that do not count drop out. The
/// cubic weights that are left may nearly cancel, so then the mean keeps to the range of its
/// pixels.
FATHOM_HD inline double resampled(const DegradationJob& job, std::int64_t row,
                                  std::int64_t column) {
  const bool area = job.sampling == 3, cubic = job.sampling == 2;
  const double y = static_cast<double>(job.factor * row) + job.phase;
  const double x = static_cast<double>(job.factor * column) + job.phase;
  const std::int64_t top = area ? job.factor * row : static_cast<std::int64_t>(y) - (cubic ? 1 : 0);
  const std::int64_t left =
      area ? job.factor * column : static_cast<std::int64_t>(x) - (cubic ? 1 : 0);
  const int count = area ? job.factor : cubic ? 4 : 2;
  double sum = 0, weights = 0, least = job.targetTop, greatest = 0;
  bool dropped = false;
  for (int i = 0; i < count; ++i) {
    const double wy = area ? 1.0 : samplingWeight(cubic, static_cast<double>(top + i) - y);
    for (int k = 0; k < count; ++k) {
      const double wx = area ? 1.0 : samplingWeight(cubic, static_cast<double>(left + k) - x);
      const Tap tap = tapAt(job, top + i, left + k);
      sum += wy * wx * tap.weight * tap.value;
      weights += wy * wx * tap.weight;
      if (tap.weight == 0) {
        dropped = true;
        continue;
      }
      least = tap.value < least ? tap.value : least;
      greatest = tap.value > greatest ? tap.value : greatest;
    }
  }
  const double mean = weights > 1e-3 ? sum / weights : 0.0;
  if (!dropped || weights <= 1e-3) return mean;
  return mean < least ? least : mean > greatest ? greatest : mean;
}

/// Two independent standard normal numbers of two random words (Box and Muller, 1958).
FATHOM_HD inline SineCosine normals(std::uint32_t first, std::uint32_t second) {
  const double radius = sqrt(-2.0 * portableLog(openUnit(first)));
  const SineCosine direction = portableSineCosine(openUnit(second));
  return {radius * direction.sine, radius * direction.cosine};
}

/// The random words of a cell, by its index in the full grid.
FATHOM_HD inline Words4 noiseWords(const DegradationJob& job, std::uint32_t cell) {
  return philox({{job.sampleHash, cell, kNoiseStream, 0}}, job.key0, job.key1);
}

FATHOM_HD inline double noiselessLevel(const DegradationJob& job, std::int64_t row,
                                       std::int64_t column) {
  const std::int64_t nearest = static_cast<std::int64_t>(job.phase);
  return job.sampling == 0
             ? tapAt(job, job.factor * row + nearest, job.factor * column + nearest).value
             : resampled(job, row, column);
}

FATHOM_HD inline double receivedLevel(const DegradationJob& job, double level, SineCosine noise) {
  const double received =
      level + level * (noise.cosine * job.sigmaRelative) + noise.sine * job.sigmaAdditive;
  return (job.clipBelowZero != 0) & (received < 0) ? 0.0 : received;
}

/// All of one cell; what a kernel's thread does.
FATHOM_HD inline void degradeCell(const DegradationJob& job, std::int64_t index) {
  const std::int64_t row = job.row0 + index / job.columns;
  const std::int64_t column = job.column0 + index % job.columns;
  const double level = noiselessLevel(job, row, column);
  const Words4 words = noiseWords(job, static_cast<std::uint32_t>(row * job.fullColumns + column));
  job.noiseless[index] = static_cast<float>(level);
  job.levels[index] =
      static_cast<float>(receivedLevel(job, level, normals(words.v[0], words.v[1])));
}

#ifdef FATHOM_WITH_CUDA
/// Launches degradeCell for every cell on the stream (a cudaStream_t); all pointers on the device.
/// Returns a cudaError_t, 0 for success.
int launchDegradation(const DegradationJob& job, void* stream);
#endif

}  // namespace fathom
