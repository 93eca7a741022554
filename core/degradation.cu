#include <cuda_runtime.h>

#include "core/degradation_body.h"

namespace fathom {
namespace {

__global__ void degradeCells(DegradationJob job) {
  const std::int64_t index = blockIdx.x * static_cast<std::int64_t>(blockDim.x) + threadIdx.x;
  if (index < job.rows * job.columns) degradeCell(job, index);
}

}  // namespace

int launchDegradation(const DegradationJob& job, void* stream) {
  constexpr int kThreads = 128;
  const auto blocks = static_cast<unsigned>((job.rows * job.columns + kThreads - 1) / kThreads);
  degradeCells<<<blocks, kThreads, 0, static_cast<cudaStream_t>(stream)>>>(job);
  return cudaGetLastError();
}

}  // namespace fathom
