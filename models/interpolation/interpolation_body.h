#pragma once

#include <cstdint>

#include "core/host_device.h"

namespace fathom {

/// What one interpolated pixel needs, on any device. Taps of rows and columns as in Taps.
struct InterpolationJob {
  const float* levels;  ///< cellRows×cellColumns
  float* metres;        ///< rows×columns, out
  std::int64_t cellColumns, rows, columns;
  const std::int32_t* rowIndex;
  const float* rowWeight;
  int rowTaps;
  const std::int32_t* columnIndex;
  const float* columnWeight;
  int columnTaps;
  float gain, offset;  ///< metres = (level + offset) · gain
};

/// Weighted sum down one column of cells: the first of the two passes.
FATHOM_HD inline float alongRows(const InterpolationJob& job, std::int64_t row,
                                 std::int64_t cellColumn) {
  float sum = 0;
  for (int k = 0; k < job.rowTaps; ++k) {
    const std::int64_t tap = row * job.rowTaps + k;
    sum += job.rowWeight[tap] * job.levels[job.rowIndex[tap] * job.cellColumns + cellColumn];
  }
  return sum;
}

#ifdef FATHOM_WITH_CUDA
/// All pointers on the device; returns a cudaError_t, 0 for success.
int launchInterpolation(const InterpolationJob& job, void* stream);
#endif

}  // namespace fathom
