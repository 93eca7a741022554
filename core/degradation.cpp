#include "core/degradation.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <c10/core/DeviceGuard.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/degradation_body.h"
#include "core/device.h"
#include "core/error.h"
#include "core/hash.h"
#include "core/parallel.h"

namespace fathom {
namespace {

double topCode(int bits) {
  return std::ldexp(1.0, bits) - 1.0;
}

template <class Number>
void checkRange(const char* field, Number value, Number least, Number greatest) {
  if (value >= least && value <= greatest) return;
  throw BadInput(fmt::format("{} is out of range", value), field,
                 fmt::format("It goes from {} to {}", least, greatest));
}

/// The job without its output, on the truth's device.
DegradationJob makeJob(const DepthMap& truth, const Degradation& values, std::string_view sampleId,
                       const NoiseSigmas& sigmas) {
  DegradationJob job{};
  job.metres = truth.metres.const_data_ptr<float>();
  job.reason = truth.reason.const_data_ptr<std::uint8_t>();
  job.height = truth.metres.size(0);
  job.width = truth.metres.size(1);
  job.fullColumns = job.width / values.factor;
  job.factor = values.factor;
  job.sampling = static_cast<int>(values.sampling);
  job.round = values.rounding == Rounding::kRound;
  job.phase = values.samplingPhase();
  job.targetTop = topCode(values.targetBits);
  job.sourceTop = topCode(values.sourceBits);
  job.metresPerCode = values.metresPerCode;
  job.sigmaRelative = sigmas.relative;
  job.sigmaAdditive = sigmas.additive;
  job.clipBelowZero = values.clipBelowZero;
  job.key0 = static_cast<std::uint32_t>(values.seed);
  job.key1 = static_cast<std::uint32_t>(values.seed >> 32);
  job.sampleHash = fnv1a32(sampleId);
  return job;
}

/// Neighbouring cells of one row, a list per quantity: that is what vector units want.
struct Batch {
  static constexpr int kCells = 128;
  alignas(64) std::uint32_t first[kCells];
  alignas(64) std::uint32_t second[kCells];
  alignas(64) double level[kCells];
  alignas(64) SineCosine noise[kCells];
};

FATHOM_CLONES void addNoise(const DegradationJob& source, std::uint32_t cell, int count,
                            std::int64_t index, Batch& batch) {
  const DegradationJob job = source;
  for (int i = 0; i < count; ++i) {
    const Words4 words = noiseWords(job, cell + static_cast<std::uint32_t>(i));
    batch.first[i] = words.v[0];
    batch.second[i] = words.v[1];
  }
  for (int i = 0; i < count; ++i) batch.noise[i] = normals(batch.first[i], batch.second[i]);
  float *levels = job.levels + index, *noiseless = job.noiseless + index;
  for (int i = 0; i < count; ++i) {
    noiseless[i] = static_cast<float>(batch.level[i]);
    levels[i] = static_cast<float>(receivedLevel(job, batch.level[i], batch.noise[i]));
  }
}

void degradeCells(const DegradationJob& job, std::int64_t begin, std::int64_t end) {
  Batch batch;
  while (begin < end) {
    const std::int64_t row = job.row0 + begin / job.columns;
    const std::int64_t left = begin % job.columns, column = job.column0 + left;
    const auto count =
        static_cast<int>(std::min({std::int64_t{Batch::kCells}, job.columns - left, end - begin}));
    for (int i = 0; i < count; ++i) batch.level[i] = noiselessLevel(job, row, column + i);
    addNoise(job, static_cast<std::uint32_t>(row * job.fullColumns + column), count, begin, batch);
    begin += count;
  }
}

void run(const DegradationJob& job, at::Device device, const Progress& progress) {
#ifdef FATHOM_WITH_CUDA
  if (device.is_cuda()) {
    progress.checkpoint();
    const c10::DeviceGuard guard(device);
    if (const int problem = launchDegradation(job, currentStream(device))) {
      throw Error(fmt::format("the degradation kernel failed (CUDA error {})", problem));
    }
    return;
  }
#endif
  (void)device;
  const bool oneTap = job.sampling == static_cast<int>(Sampling::kNearestExact);
  parallelFor(job.rows * job.columns, oneTap ? 1 << 16 : 1 << 11, progress,
              [&](std::int64_t begin, std::int64_t end) { degradeCells(job, begin, end); });
}

CellWindow checkedWindow(const DepthMap& truth, const Degradation& values,
                         const std::optional<CellWindow>& window) {
  const Size size = truth.size();
  const CellWindow whole{0, 0, size.height / values.factor, size.width / values.factor};
  if (whole.rows < 1 || whole.columns < 1) {
    throw BadInput(fmt::format("a {}×{} depth map is smaller than one cell of factor {}",
                               size.width, size.height, values.factor),
                   "factor", "Choose a smaller factor");
  }
  if (!window) return whole;
  if (window->row < 0 || window->column < 0 || window->rows < 1 || window->columns < 1 ||
      window->row + window->rows > whole.rows || window->column + window->columns > whole.columns) {
    throw BadInput("the window lies outside the transmitted map", "window");
  }
  return *window;
}

}  // namespace

double Degradation::metresPerLevel() const {
  return metresPerCode * topCode(sourceBits) / topCode(targetBits);
}

double Degradation::samplingPhase() const {
  if (phase >= 0 && sampling != Sampling::kArea) return phase;
  return sampling == Sampling::kNearestExact ? factor / 2 : (factor - 1) / 2.0;
}

void Degradation::check() const {
  checkRange("source_bits", sourceBits, 1, 32);
  checkRange("target_bits", targetBits, 1, 24);
  checkRange("metres_per_code", metresPerCode, 1e-6, 1e6);
  checkRange("factor", factor, 1, 16);
  checkRange("phase", phase, -1, factor - 1);
  checkRange("sigma_r", sigmaRelative, 0.0, 10.0);
  checkRange("sigma_a", sigmaAdditive, 0.0, 1e4);
}

NoiseSigmas drawSigmas(const Degradation& degradation, std::string_view sampleId) {
  if (!degradation.drawSigmas) return {degradation.sigmaRelative, degradation.sigmaAdditive};
  const Words4 words = philox({{fnv1a32(sampleId), 0, kSigmaStream, 0}},
                              static_cast<std::uint32_t>(degradation.seed),
                              static_cast<std::uint32_t>(degradation.seed >> 32));
  return {degradation.sigmaRelative * openUnit(words.v[0]),
          degradation.sigmaAdditive * openUnit(words.v[1])};
}

Degraded degrade(const DepthMap& truth, const Degradation& degradation, std::string_view sampleId,
                 const Progress& progress, std::optional<CellWindow> window) {
  degradation.check();
  fathom::check(truth);
  const CellWindow cells = checkedWindow(truth, degradation, window);
  const at::Device device = truth.metres.device();
  if (!device.is_cpu() && !(device.is_cuda() && builtWithCuda())) {
    // A device without kernels of ours (the stand-in GPU of the tests): by way of the CPU.
    const DepthMap host{onCpu(truth.metres), onCpu(truth.reason)};
    Degraded result = degrade(host, degradation, sampleId, progress, cells);
    result.low.levels = result.low.levels.to(device);
    result.noiseless = result.noiseless.to(device);
    return result;
  }
  const DepthMap dense{truth.metres.contiguous(), truth.reason.contiguous()};
  Degraded result;
  result.sigmas = drawSigmas(degradation, sampleId);
  result.noiseless = at::empty({cells.rows, cells.columns}, dense.metres.options());
  LowDepth& low = result.low;
  low.levels = at::empty_like(result.noiseless);
  low.metresPerLevel = degradation.metresPerLevel();
  low.factorX = low.factorY = degradation.factor;
  low.phaseX = low.phaseY = degradation.samplingPhase();

  DegradationJob job = makeJob(dense, degradation, sampleId, result.sigmas);
  job.row0 = cells.row;
  job.column0 = cells.column;
  job.rows = cells.rows;
  job.columns = cells.columns;
  job.levels = low.levels.mutable_data_ptr<float>();
  job.noiseless = result.noiseless.mutable_data_ptr<float>();
  run(job, device, progress);
  return result;
}

}  // namespace fathom
