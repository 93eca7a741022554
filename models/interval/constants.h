#pragma once

#include "models/interval/frames_constants.h"

namespace fathom {

/// Inverse depth that is gained for each cell of 8 pixels at a focal length of 320 pixels, 1/m, on
/// the way down, sideways and up from where a surface crosses one level.
struct Steepness {
  double down, across, up;
};

/// The steepness of planes at these distances from the camera, m: below, beside and above it.
constexpr Steepness steepness(double below, double beside, double above) {
  constexpr double kCellAngle = 8.0 / 320;
  return {kCellAngle / below, kCellAngle / beside, kCellAngle / above};
}

/// Every number of the interval method that was chosen and not derived. Lengths in cells are for
/// cells of 8 pixels and a focal length of 320 pixels, and are scaled from there.
struct IntervalConstants {
  // Level-0 field.
  Steepness built = steepness(1.7, 7, 7);
  Steepness natural = steepness(1.7, 2.1, 3.15);
  Steepness room = steepness(1.7, 2, 2);
  // The farther one sees, the farther the surfaces stand that one does see: a law's distances grow
  // with this power of the free path, from this free path on (m).
  double openness = 0.35;
  double builtPath = 10, naturalPath = 5.5;
  double occlusion = 0.045;               ///< 1/m: a jump of two levels proves an occlusion
  double cap = 0.35, capPerRow = 0.0075;  ///< 1/m: the field's greatest value, by cell row
  double detailRate = 0.105;              ///< how much fine detail moves a built scene away
  double detailLevel = -7;                ///< ln energy of the finest band that moves nothing
  // Rooms: built scenes of which hardly anything is farther than one level, or little and that not
  // at the picture's upper border, where there is a ceiling.
  double roomShare = 0.003;      ///< share of informative cells at which a room becomes unlikely
  double enclosedShare = 0.1;    ///< likewise with a ceiling: a corridor's end, a window
  double enclosedBorder = 0.02;  ///< share of informative cells in the first row without a ceiling
  double roomDetailRate = 0.2;
  double detailLimit = 0.5;    ///< least factor, and the inverse of the greatest
  double slopeMiddle = -0.15;  ///< slope of the bands between built and natural
  double slopeWidth = 0.06;
  // How wrong the field may be: ln of depth, in proportion to the part of inverse depth that is
  // gained.
  double spread = 0.35, roomSpread = 0.8, leastSpread = 0.12;
  // Informative cells.
  double colour = 10;  ///< ΔLab at which neighbours part
  double bond = 0.05;  ///< weight of neighbours of different colours
  double pull = 0.1;   ///< weight of a cell's own centre
  int sweeps = 40;
  double overRelaxation = 1.5;
  // Vote.
  double reach = 0.75;     ///< cells: σ of a voter's weight by distance
  double tolerance = 20;   ///< ΔLab: σ of a voter's weight by colour
  double least = 1e-4;     ///< weight of a voter of another colour
  double agreement = 0.2;  ///< share within which values agree with the median
  FramesConstants frames;
};

}  // namespace fathom
