#pragma once

#include <cstdint>

#include "core/host_device.h"

namespace fathom {

/// What one interpolated pixel needs, on any device. Taps of rows and columns as in Taps.
struct InterpolationJob {
  const float* levels;  ///< cellRows×cellColumns
  float* metres;        ///< rows×columns, out
  std::int64_t cellRows, cellColumns, rows, columns;
  const std::int32_t* rowIndex;
  const float* rowWeight;
  int rowTaps;
  const std::int32_t* columnIndex;
  const float* columnWeight;
  int columnTaps;
  float gain, offset;  ///< metres = (level + offset) · gain
};

/// Weighted sum along one row of cells: the first of the two passes. It comes first because it is
/// done once per row of cells, and leaves the second with whole rows to add up.
FATHOM_HD inline float alongColumns(const InterpolationJob& job, std::int64_t cellRow,
                                    std::int64_t column) {
  const float* cells = job.levels + cellRow * job.cellColumns;
  const std::int64_t first = column * job.columnTaps;
  float sum = 0;
  for (int k = 0; k < job.columnTaps; ++k) {
    sum += job.columnWeight[first + k] * cells[job.columnIndex[first + k]];
  }
  return sum;
}

#ifdef FATHOM_WITH_CUDA
/// All pointers on the device; returns a cudaError_t, 0 for success.
int launchInterpolation(const InterpolationJob& job, void* stream);
#endif

}  // namespace fathom
