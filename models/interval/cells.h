#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <span>
#include <vector>

#include "core/depth_map.h"
#include "core/low_depth.h"
#include "models/interval/noise.h"

namespace fathom {

/// What a transmitted cell says about depth.
enum class CellState : std::uint8_t {
  kNear,         ///< level 0: nearer than one level
  kInformative,  ///< between two known depths
  kUnknown,      ///< not a finite number
};

/// Transmitted cells row by row, with what they allow.
struct IntervalCells {
  Size size;
  std::vector<CellState> state;
  std::vector<double> received;         ///< levels as received; 0 where unknown
  std::vector<double> level;            ///< the nearest whole level
  std::vector<double> least, greatest;  ///< levels: truth is in [least, greatest + 1) with 95 %

  std::size_t count() const { return state.size(); }
  std::size_t at(std::int64_t row, std::int64_t column) const {
    return static_cast<std::size_t>(row * size.width + column);
  }
};

/// @param levels  h·w received levels, row by row
IntervalCells cellsOf(std::span<const float> levels, Size size, const LevelNoise& noise);

/// Where cells were sampled in the picture, along one axis: pixel ⌊factor·i + phase⌋.
struct CellAxis {
  std::vector<int> pixel;    ///< a cell's pixel
  std::vector<int> nearest;  ///< a pixel's nearest cell
};
CellAxis cellAxis(std::int64_t cells, std::int64_t pixels, double factor, double phase);

}  // namespace fathom
