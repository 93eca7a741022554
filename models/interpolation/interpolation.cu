#include <cuda_runtime.h>

#include "models/interpolation/interpolation_body.h"

namespace fathom {
namespace {

__global__ void interpolatePixels(InterpolationJob job) {
  const std::int64_t pixel = blockIdx.x * static_cast<std::int64_t>(blockDim.x) + threadIdx.x;
  if (pixel >= job.rows * job.columns) return;
  const std::int64_t row = pixel / job.columns, column = pixel % job.columns;
  // The same sums in the same order as the two passes of the CPU, where the first is shared.
  float sum = 0;
  for (int k = 0; k < job.rowTaps; ++k) {
    const std::int64_t tap = row * job.rowTaps + k;
    sum += job.rowWeight[tap] * alongColumns(job, job.rowIndex[tap], column);
  }
  job.metres[pixel] = (sum + job.offset) * job.gain;
}

}  // namespace

int launchInterpolation(const InterpolationJob& job, void* stream) {
  constexpr int kThreads = 256;
  const auto blocks = static_cast<unsigned>((job.rows * job.columns + kThreads - 1) / kThreads);
  interpolatePixels<<<blocks, kThreads, 0, static_cast<cudaStream_t>(stream)>>>(job);
  return cudaGetLastError();
}

}  // namespace fathom
