#include <cuda_runtime.h>

#include "core/metrics_body.h"

namespace fathom {
namespace {

constexpr int kThreads = 128;

// Each block sums its pixels in a fixed order and then its threads by a fixed tree, so one build
// gives the same bytes at every run.
__global__ void scorePixels(ScoreJob job, double* sums) {
  double mine[kTermCount] = {}, terms[kTermCount];
  const std::int64_t step = static_cast<std::int64_t>(gridDim.x) * kThreads;
  for (std::int64_t pixel = blockIdx.x * static_cast<std::int64_t>(kThreads) + threadIdx.x;
       pixel < job.pixels; pixel += step) {
    const ScorePair pair = scorePair(job, job.truth[pixel], job.prediction[pixel],
                                     countsAsNumber(job.truthReason[pixel]),
                                     countsAsNumber(job.predictionReason[pixel]));
    scoreTerms(pair, terms, 1);
    terms[kCounted] = pair.counted;
    terms[kWithoutValue] = pair.wanted - pair.counted;
    for (int term = 0; term < kTermCount; ++term) mine[term] += terms[term];
  }
  __shared__ double shared[kThreads];
  for (int term = 0; term < kTermCount; ++term) {
    shared[threadIdx.x] = mine[term];
    __syncthreads();
    for (int half = kThreads / 2; half > 0; half /= 2) {
      if (threadIdx.x < half) shared[threadIdx.x] += shared[threadIdx.x + half];
      __syncthreads();
    }
    if (threadIdx.x == 0) sums[blockIdx.x * kTermCount + term] = shared[0];
    __syncthreads();
  }
}

__global__ void errorPixels(ErrorJob job) {
  const std::int64_t pixel = blockIdx.x * static_cast<std::int64_t>(kThreads) + threadIdx.x;
  if (pixel < job.score.pixels) errorPixel(job, pixel);
}

}  // namespace

int launchScore(const ScoreJob& job, double* sums, void* stream) {
  scorePixels<<<kScoreBlocks, kThreads, 0, static_cast<cudaStream_t>(stream)>>>(job, sums);
  return cudaGetLastError();
}

int launchErrorMap(const ErrorJob& job, void* stream) {
  const auto blocks = static_cast<unsigned>((job.score.pixels + kThreads - 1) / kThreads);
  errorPixels<<<blocks, kThreads, 0, static_cast<cudaStream_t>(stream)>>>(job);
  return cudaGetLastError();
}

}  // namespace fathom
