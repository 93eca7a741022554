#include "core/metrics.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <c10/core/DeviceGuard.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/device.h"
#include "core/error.h"
#include "core/metrics_body.h"
#include "core/parallel.h"

namespace fathom {
namespace {

/// Pixels per block of the sum: fixed, so that the order of additions is the same on any number
/// of threads. All arrays of a block fit the first-level cache.
constexpr std::int64_t kBlock = 128;
constexpr int kLanes = 8;

using Terms = std::array<double, kTermCount>;

/// Sum in eight interleaved lanes: vector additions without leave to reorder anything.
inline double laneSum(const double* values) {
  double lanes[kLanes] = {};
  for (std::int64_t i = 0; i < kBlock; i += kLanes) {
    for (int lane = 0; lane < kLanes; ++lane) lanes[lane] += values[i + lane];
  }
  double sum = 0;
  for (const double lane : lanes) sum += lane;
  return sum;
}

/// One block's pixels, a list per quantity: that is what vector units want.
struct Block {
  alignas(64) double p[kBlock];
  alignas(64) double g[kBlock];
  alignas(64) double counted[kBlock];
  alignas(64) double wanted[kBlock];
  alignas(64) float truthCounts[kBlock];
  alignas(64) float givenCounts[kBlock];
  alignas(64) double terms[kCounted * kBlock];  ///< those before kCounted
};

/// Fills the terms of `count` pixels from `first` on. Each loop has numbers of one width only, and
/// the job's values are copied, so that no store can seem to change them.
FATHOM_CLONES void fillTerms(const ScoreJob& source, std::int64_t first, int count, Block& block) {
  const ScoreJob job = source;
  const std::uint8_t* truthReason = job.truthReason + first;
  const std::uint8_t* givenReason = job.predictionReason + first;
  const float *truth = job.truth + first, *given = job.prediction + first;
  for (int i = 0; i < count; ++i) block.truthCounts[i] = countsAsNumber(truthReason[i]);
  for (int i = 0; i < count; ++i) block.givenCounts[i] = countsAsNumber(givenReason[i]);
  for (int i = 0; i < count; ++i) {
    const ScorePair pair =
        scorePair(job, truth[i], given[i], block.truthCounts[i], block.givenCounts[i]);
    block.p[i] = pair.p;
    block.g[i] = pair.g;
    block.counted[i] = pair.counted;
    block.wanted[i] = pair.wanted;
  }
  for (int i = 0; i < count; ++i) {
    scoreTerms({block.p[i], block.g[i], block.counted[i], block.wanted[i]}, block.terms + i,
               kBlock);
  }
}

FATHOM_CLONES void sumTerms(const Block& block, Terms& sums) {
  for (int term = 0; term < kCounted; ++term) {
    sums[static_cast<std::size_t>(term)] = laneSum(block.terms + term * kBlock);
  }
  sums[kCounted] = laneSum(block.counted);
  sums[kWithoutValue] = laneSum(block.wanted) - sums[kCounted];
}

void scoreBlocks(const ScoreJob& job, std::int64_t begin, std::int64_t end, Terms* sums) {
  Block block{};
  for (std::int64_t index = begin; index < end; ++index) {
    const std::int64_t first = index * kBlock;
    const std::int64_t count = std::min(kBlock, job.pixels - first);
    if (count < kBlock) block = {};
    fillTerms(job, first, static_cast<int>(count), block);
    sumTerms(block, sums[index]);
  }
}

FATHOM_CLONES void errorPixels(const ErrorJob& job, std::int64_t begin, std::int64_t end) {
  for (std::int64_t pixel = begin; pixel < end; ++pixel) errorPixel(job, pixel);
}

Terms sumOnCpu(const ScoreJob& job, const Progress& progress) {
  const std::int64_t blocks = (job.pixels + kBlock - 1) / kBlock;
  std::vector<Terms> sums(static_cast<std::size_t>(blocks));
  parallelFor(blocks, (1 << 19) / kBlock, progress, [&](std::int64_t begin, std::int64_t end) {
    scoreBlocks(job, begin, end, sums.data());
  });
  Terms total{};
  for (const Terms& each : sums) {
    for (std::size_t term = 0; term < kTermCount; ++term) total[term] += each[term];
  }
  return total;
}

#ifdef FATHOM_WITH_CUDA
void checkLaunch(int problem) {
  if (problem) throw Error(fmt::format("a metrics kernel failed (CUDA error {})", problem));
}

Terms sumOnCuda(const ScoreJob& job, at::Device device) {
  const c10::DeviceGuard guard(device);
  at::Tensor sums = at::empty({kScoreBlocks, static_cast<std::int64_t>(kTermCount)},
                              at::TensorOptions(device).dtype(at::kDouble));
  checkLaunch(launchScore(job, sums.mutable_data_ptr<double>(), currentStream(device)));
  const at::Tensor total = onCpu(sums.sum(0));
  Terms terms;
  std::copy_n(total.const_data_ptr<double>(), terms.size(), terms.begin());
  return terms;
}
#endif

/// Both maps dense and on a device for which there are loops or kernels.
struct Pair {
  DepthMap prediction, truth;
};

Pair prepared(const DepthMap& prediction, const DepthMap& truth) {
  check(prediction);
  check(truth);
  if (prediction.size() != truth.size()) {
    const Size p = prediction.size(), g = truth.size();
    throw BadInput(fmt::format("the prediction is {}×{} but the truth is {}×{}", p.width, p.height,
                               g.width, g.height));
  }
  const at::Device device = truth.metres.device();
  if (prediction.metres.device() != device) {
    throw BadInput("prediction and truth are on different devices");
  }
  const bool own = device.is_cpu() || (device.is_cuda() && builtWithCuda());
  const auto dense = [own](const at::Tensor& t) { return own ? t.contiguous() : onCpu(t); };
  return {{dense(prediction.metres), dense(prediction.reason)},
          {dense(truth.metres), dense(truth.reason)}};
}

ScoreJob makeJob(const Pair& pair, const Protocol& protocol) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  return {pair.prediction.metres.const_data_ptr<float>(),
          pair.prediction.reason.const_data_ptr<std::uint8_t>(),
          pair.truth.metres.const_data_ptr<float>(),
          pair.truth.reason.const_data_ptr<std::uint8_t>(),
          pair.truth.metres.numel(),
          protocol.clip ? 0.0 : -infinity,
          protocol.clip.value_or(infinity),
          protocol.mask.value_or(infinity)};
}

Scores scoresOf(const Terms& sums) {
  Scores scores;
  scores.pixels = static_cast<std::int64_t>(sums[kCounted]);
  scores.withoutValue = static_cast<std::int64_t>(sums[kWithoutValue]);
  if (scores.pixels == 0) return scores;
  const auto mean = [&](Term term) { return sums[term] / sums[kCounted]; };
  const double logMean = mean(kLogSum);
  scores.values = {mean(kAbs),
                   std::sqrt(mean(kSq)),
                   mean(kRel),
                   mean(kSqRel),
                   1000.0 * mean(kInvAbs),
                   1000.0 * std::sqrt(mean(kInvSq)),
                   mean(kLogAbs) / std::log(10.0),
                   std::sqrt(mean(kLogSq)),
                   mean(kWithin1),
                   mean(kWithin2),
                   mean(kWithin3),
                   100.0 * std::sqrt(std::max(0.0, mean(kLogSq) - logMean * logMean))};
  return scores;
}

}  // namespace

Scores score(const DepthMap& prediction, const DepthMap& truth, const Protocol& protocol,
             const Progress& progress) {
  const Pair pair = prepared(prediction, truth);
  const ScoreJob job = makeJob(pair, protocol);
#ifdef FATHOM_WITH_CUDA
  if (pair.truth.metres.is_cuda()) {
    progress.checkpoint();
    return scoresOf(sumOnCuda(job, pair.truth.metres.device()));
  }
#endif
  return scoresOf(sumOnCpu(job, progress));
}

at::Tensor errorMap(const DepthMap& prediction, const DepthMap& truth, const Protocol& protocol,
                    ErrorKind kind) {
  const Pair pair = prepared(prediction, truth);
  at::Tensor map = at::empty_like(pair.truth.metres);
  const ErrorJob job{makeJob(pair, protocol), map.mutable_data_ptr<float>(),
                     static_cast<int>(kind)};
#ifdef FATHOM_WITH_CUDA
  if (map.is_cuda()) {
    const c10::DeviceGuard guard(map.device());
    checkLaunch(launchErrorMap(job, currentStream(map.device())));
    return map;
  }
#endif
  parallelFor(job.score.pixels, 1 << 19, {},
              [&](std::int64_t begin, std::int64_t end) { errorPixels(job, begin, end); });
  return map.to(truth.metres.device());
}

}  // namespace fathom
