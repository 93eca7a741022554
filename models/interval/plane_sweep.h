#pragma once

#include <vector>

#include "core/progress.h"
#include "core/sample.h"
#include "models/interval/cells.h"
#include "models/interval/cues.h"
#include "models/interval/relative_view.h"

namespace fathom {

/// Grey pictures, each of half the size of the one before; the first has half the picture's size.
struct GreyLevel {
  Size size;
  std::vector<float> grey;  ///< 0 to 255
};
using GreyPyramid = std::vector<GreyLevel>;
GreyPyramid greyPyramid(const PictureBytes& picture, const Progress& progress);

/// A neighbour's picture, camera and place, from the reference.
struct SweptView {
  GreyPyramid picture;
  Intrinsics camera;
  RelativeView view;
};

/// The reference's picture, camera and cells.
struct SweepReference {
  GreyPyramid picture;
  Intrinsics camera;
  const IntervalCells& cells;
  const CellAxis &rows, &columns;
};

/// How unlike the pictures are where a cell's surroundings would be seen at each depth: 1 minus the
/// correlation of 7×7 values, 0 alike … 2; noise counts as a part that never correlates, so plain
/// surfaces stay near 1 at all depths.
struct SweepCosts {
  std::size_t depths = 0;
  std::vector<float> cost;  ///< a cell after another, `depths` each
  std::vector<char> seen;   ///< cells that the neighbour sees at most of the depths
};

/// For all cells of level 0, at these inverse depths (1/m, ascending or descending; negative ones
/// lie behind the camera and serve to tell chance from agreement). Where the neighbour does not see
/// a depth of a cell, the mean of the cell's others stands for it.
/// @param every  only each so many rows and columns of cells
SweepCosts sweepCosts(const SweepReference& reference, const SweptView& neighbour,
                      const std::vector<double>& inverse, int every, const Progress& progress);

}  // namespace fathom
