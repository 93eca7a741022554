#pragma once

#include <ATen/core/Tensor.h>

#include <vtkNew.h>
#include <vtkPolyData.h>

#include "widgets/space/camera_state.h"

namespace fathom {

/// Points and colours as VTK wants them, over the tensors' own memory where that is possible.
class CloudPoints {
 public:
  /// @param points   N×3 float32, metres: x right, y down, z forward. Those that are not finite
  ///                 are left out.
  /// @param colours  N×3 uint8
  /// Tensors that are contiguous and on the CPU are shared, not copied, and must not change
  /// afterwards. Throws BadInput on another type or shape, or different N; then nothing changed.
  void set(const at::Tensor& points, const at::Tensor& colours);
  void clear();

  std::int64_t size() const;
  const CloudExtent& extent() const { return extent_; }
  vtkPolyData& polyData() { return *data_; }
  /// The same points, of which only every n-th is drawn: at most kCoarsePoints.
  vtkPolyData& coarsePolyData() { return *coarse_; }
  static constexpr std::int64_t kCoarsePoints = 40'000;

 private:
  void share(at::Tensor points, at::Tensor colours);

  at::Tensor points_, colours_;  // own the memory that data_ reads
  vtkNew<vtkPolyData> data_, coarse_;
  CloudExtent extent_;
};

}  // namespace fathom
