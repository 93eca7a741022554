#include "widgets/space/cloud_points.h"

#include <ATen/ops/index_select.h>
#include <ATen/ops/isfinite.h>
#include <ATen/ops/nonzero.h>

#include <vtkCellArray.h>
#include <vtkFloatArray.h>
#include <vtkPointData.h>
#include <vtkPoints.h>
#include <vtkTypeInt32Array.h>
#include <vtkUnsignedCharArray.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "core/error.h"

namespace fathom {
namespace {

/// Beyond it VTK's squared lengths would overflow float32.
constexpr float kFarthest = 1e9F;
constexpr std::int64_t kSampledDepths = 4096;

std::string shapeOf(const at::Tensor& tensor) {
  std::string text;
  for (const std::int64_t side : tensor.sizes()) {
    text += (text.empty() ? "" : "×") + std::to_string(side);
  }
  return text;
}

void check(const at::Tensor& tensor, at::ScalarType type, const char* what, const char* wants) {
  if (!tensor.defined()) throw BadInput(std::string(what) + " are missing", "point cloud");
  if (tensor.scalar_type() != type || tensor.dim() != 2 || tensor.size(1) != 3) {
    throw BadInput(std::string(what) + " must be " + wants + ", not " + shapeOf(tensor) + " " +
                       c10::toString(tensor.scalar_type()),
                   "point cloud");
  }
}

bool isUsable(const float* point) {
  return std::abs(point[0]) <= kFarthest && std::abs(point[1]) <= kFarthest &&
         std::abs(point[2]) <= kFarthest;  // NaN fails each
}

CloudExtent measured(const at::Tensor& points) {
  CloudExtent extent;
  const auto* data = points.const_data_ptr<float>();
  const std::int64_t count = points.size(0);
  const std::int64_t stride = std::max<std::int64_t>(1, count / kSampledDepths);
  double x = 0, y = 0;
  std::vector<float> depths;
  for (std::int64_t i = 0; i < count; i += stride) {
    const float* point = data + 3 * i;
    if (point[2] <= 0) continue;
    x = std::max(x, static_cast<double>(std::abs(point[0]) / point[2]));
    y = std::max(y, static_cast<double>(std::abs(point[1]) / point[2]));
    depths.push_back(point[2]);
  }
  if (depths.empty()) return extent;
  const auto middle = depths.begin() + static_cast<std::ptrdiff_t>(depths.size() / 2);
  std::nth_element(depths.begin(), middle, depths.end());
  constexpr double kLeastTangent = 0.05;
  return {std::max(x, kLeastTangent), std::max(y, kLeastTangent), *middle};
}

/// One cell that holds every stride-th point: VTK draws the vertices of cells, and one is enough.
vtkNew<vtkCellArray> vertexCell(std::int64_t count, std::int64_t stride) {
  const auto drawn = static_cast<int>((count + stride - 1) / stride);
  vtkNew<vtkTypeInt32Array> offsets, vertices;
  offsets->SetNumberOfValues(2);
  offsets->SetValue(0, 0);
  offsets->SetValue(1, drawn);
  vertices->SetNumberOfValues(drawn);
  for (int i = 0; i < drawn; ++i) vertices->SetValue(i, i * static_cast<int>(stride));
  vtkNew<vtkCellArray> cells;
  cells->SetData(offsets, vertices);
  return cells;
}

}  // namespace

void CloudPoints::set(const at::Tensor& points, const at::Tensor& colours) {
  check(points, at::kFloat, "points", "N×3 float32");
  check(colours, at::kByte, "colours", "N×3 uint8");
  if (points.size(0) != colours.size(0)) {
    throw BadInput("there are " + std::to_string(points.size(0)) + " points but " +
                       std::to_string(colours.size(0)) + " colours",
                   "point cloud");
  }
  if (points.size(0) > std::numeric_limits<int>::max()) {
    throw BadInput("there are more than 2,147,483,647 points", "point cloud",
                   "Show fewer points: a nearer limit, or every second pixel");
  }
  at::Tensor hostPoints = points.cpu().contiguous();
  at::Tensor hostColours = colours.cpu().contiguous();
  const auto* data = hostPoints.const_data_ptr<float>();
  bool all = true;
  for (std::int64_t i = 0; i < hostPoints.size(0) && all; ++i) all = isUsable(data + 3 * i);
  if (!all) {
    const at::Tensor limited = hostPoints.abs().le(kFarthest).all(1);
    const at::Tensor rows = limited.nonzero().reshape({-1});
    hostPoints = hostPoints.index_select(0, rows);
    hostColours = hostColours.index_select(0, rows);
  }
  share(std::move(hostPoints), std::move(hostColours));
}

void CloudPoints::share(at::Tensor points, at::Tensor colours) {
  const std::int64_t count = points.size(0);
  constexpr int kKeep = 1;  // the memory stays the tensor's
  vtkNew<vtkFloatArray> coordinates;
  coordinates->SetNumberOfComponents(3);
  vtkNew<vtkUnsignedCharArray> scalars;
  scalars->SetNumberOfComponents(3);
  scalars->SetName("colours");
  if (count > 0) {
    coordinates->SetArray(points.mutable_data_ptr<float>(), 3 * count, kKeep);
    scalars->SetArray(colours.mutable_data_ptr<std::uint8_t>(), 3 * count, kKeep);
  }
  vtkNew<vtkPoints> vertices;
  vertices->SetData(coordinates);
  // Both draw from the same arrays, so the points reach the GPU once.
  const auto fill = [&](vtkPolyData& data, std::int64_t stride) {
    data.Initialize();
    data.SetPoints(vertices);
    data.SetVerts(vertexCell(count, stride));
    data.GetPointData()->SetScalars(scalars);
  };
  fill(*data_, 1);
  fill(*coarse_, std::max<std::int64_t>(1, (count + kCoarsePoints - 1) / kCoarsePoints));
  points_ = std::move(points);  // only now: VTK no longer reads the former ones
  colours_ = std::move(colours);
  extent_ = measured(points_);
}

void CloudPoints::clear() {
  data_->Initialize();
  coarse_->Initialize();
  points_ = at::Tensor();
  colours_ = at::Tensor();
  extent_ = {};
}

std::int64_t CloudPoints::size() const {
  return points_.defined() ? points_.size(0) : 0;
}

}  // namespace fathom
