#pragma once

#include <ATen/core/Tensor.h>

#include <memory>

#include "core/progress.h"

namespace fathom::raft {

/// How alike the features of two pictures are: looked up in a window around where each cell of
/// the first is thought to be in the second, at four scales. Computes in float32.
class Correlation {
 public:
  virtual ~Correlation() = default;
  /// @param offsets  N×2×h×w float32: (x, y) from each cell to its place in the other picture
  /// @return N×C×h×w float32, the scales one after the other, the finest first
  virtual at::Tensor operator()(const at::Tensor& offsets, const Progress& progress) const = 0;
};

constexpr int kLevels = 4;
constexpr std::int64_t kRadius = 4;
constexpr std::int64_t kWindow = 2 * kRadius + 1;

/// Over both axes: windows of 9×9 cells, row by row; C = 324. Zeros outside.
/// @param first, second  N×D×h×w; at least 8×8 cells
/// @param volumeLimit    bytes that the products of all pairs may take. Above it products are made
///                       as they are looked up, again each time: slower, but their memory grows
///                       with the cells and not with their square.
std::unique_ptr<Correlation> planeCorrelation(const at::Tensor& first, const at::Tensor& second,
                                              double volumeLimit);

/// Along the rows only: windows of 9 cells; C = 36. Looks at x of the offsets.
/// @param first, second  N×D×h×w; at least 16 cells wide
std::unique_ptr<Correlation> rowCorrelation(const at::Tensor& first, const at::Tensor& second);

}  // namespace fathom::raft
