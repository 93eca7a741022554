#include "models/interpolation/interpolation.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>
#include <c10/core/DeviceGuard.h>
#include <fmt/format.h>

#include <algorithm>

#include "core/device.h"
#include "core/error.h"
#include "core/parallel.h"
#include "models/interpolation/interpolation_body.h"

namespace fathom {
namespace {

/// Rows of cells, each at the result's width.
void widenRows(const InterpolationJob& job, std::int64_t begin, std::int64_t end, float* wide) {
  for (std::int64_t cellRow = begin; cellRow < end; ++cellRow) {
    for (std::int64_t column = 0; column < job.columns; ++column) {
      wide[cellRow * job.columns + column] = alongColumns(job, cellRow, column);
    }
  }
}

/// out = the weighted sum of `taps` of the wide rows, in metres.
FATHOM_CLONES void addRows(const InterpolationJob& job, std::int64_t row, const float* wide,
                           float* out) {
  const std::int64_t columns = job.columns;
  const float offset = job.offset, gain = job.gain;
  for (std::int64_t column = 0; column < columns; ++column) out[column] = 0;
  for (std::int64_t tap = row * job.rowTaps; tap < (row + 1) * job.rowTaps; ++tap) {
    const float weight = job.rowWeight[tap];
    const float* cells = wide + job.rowIndex[tap] * columns;
    for (std::int64_t column = 0; column < columns; ++column) out[column] += weight * cells[column];
  }
  for (std::int64_t column = 0; column < columns; ++column) {
    out[column] = (out[column] + offset) * gain;
  }
}

void runOnCpu(const InterpolationJob& job, const Progress& progress) {
  std::vector<float> wide(static_cast<std::size_t>(job.cellRows * job.columns));
  const auto rowsWorth = [&](std::int64_t pixels) {
    return std::max<std::int64_t>(1, pixels / job.columns);
  };
  parallelFor(
      job.cellRows, rowsWorth(1 << 19), progress,
      [&](std::int64_t begin, std::int64_t end) { widenRows(job, begin, end, wide.data()); });
  parallelFor(job.rows, rowsWorth(1 << 19), progress, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t row = begin; row < end; ++row) {
      addRows(job, row, wide.data(), job.metres + row * job.columns);
    }
  });
}

#ifdef FATHOM_WITH_CUDA
template <class Number>
at::Tensor upload(const std::vector<Number>& values, at::ScalarType type, at::Device device) {
  auto* data = const_cast<Number*>(values.data());
  return at::from_blob(data, {static_cast<std::int64_t>(values.size())}, at::TensorOptions(type))
      .to(device);
}

void runOnCuda(InterpolationJob job, const Taps& rows, const Taps& columns, at::Device device) {
  const at::Tensor tensors[] = {
      upload(rows.index, at::kInt, device), upload(rows.weight, at::kFloat, device),
      upload(columns.index, at::kInt, device), upload(columns.weight, at::kFloat, device)};
  job.rowIndex = tensors[0].const_data_ptr<std::int32_t>();
  job.rowWeight = tensors[1].const_data_ptr<float>();
  job.columnIndex = tensors[2].const_data_ptr<std::int32_t>();
  job.columnWeight = tensors[3].const_data_ptr<float>();
  if (const int problem = launchInterpolation(job, currentStream(device))) {
    throw Error(fmt::format("the interpolation kernel failed (CUDA error {})", problem));
  }
}
#endif

}  // namespace

at::Tensor interpolate(const LowDepth& low, Size size, const Interpolation& how,
                       const Progress& progress) {
  check(low);
  if (size.height < 1 || size.width < 1) throw BadInput("the result would have no pixel");
  const at::Device device = low.levels.device();
  const bool own = device.is_cpu() || (device.is_cuda() && builtWithCuda());
  const at::Tensor levels = own ? low.levels.contiguous() : onCpu(low.levels);
  const auto phase = [&](double factor, double sampled) {
    return how.phaseAware ? sampled : (factor - 1) / 2;
  };
  const Taps rows = makeTaps(how.kernel, size.height, levels.size(0), low.factorY,
                             phase(low.factorY, low.phaseY));
  const Taps columns =
      makeTaps(how.kernel, size.width, levels.size(1), low.factorX, phase(low.factorX, low.phaseX));
  at::Tensor metres = at::empty({size.height, size.width}, levels.options());
  const double gain = how.gain == 0 ? low.metresPerLevel : how.gain;
  const InterpolationJob job{.levels = levels.const_data_ptr<float>(),
                             .metres = metres.mutable_data_ptr<float>(),
                             .cellRows = levels.size(0),
                             .cellColumns = levels.size(1),
                             .rows = size.height,
                             .columns = size.width,
                             .rowIndex = rows.index.data(),
                             .rowWeight = rows.weight.data(),
                             .rowTaps = rows.width,
                             .columnIndex = columns.index.data(),
                             .columnWeight = columns.weight.data(),
                             .columnTaps = columns.width,
                             .gain = static_cast<float>(gain),
                             .offset = how.halfStep ? 0.5f : 0.0f};
#ifdef FATHOM_WITH_CUDA
  if (metres.is_cuda()) {
    progress.checkpoint();
    const c10::DeviceGuard guard(device);
    runOnCuda(job, rows, columns, device);
    return metres;
  }
#endif
  runOnCpu(job, progress);
  return metres.to(device);
}

}  // namespace fathom
