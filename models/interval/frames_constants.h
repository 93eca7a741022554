#pragma once

namespace fathom {

/// What was chosen and not derived of how other frames are looked at.
struct FramesConstants {
  int depths = 64;                       ///< tried from S/40 to S, in equal ratios
  double photo = 12;                     ///< energy of pictures that are unlike
  double unlike = 0.7;                   ///< 1 − correlation beyond which they are just unlike
  double through = 1.5;                  ///< energy of having been looked through, a neighbour
  double mostThrough = 4;                ///< of all neighbours
  double behind = 0.3;                   ///< energy of lying behind what a neighbour received
  double slack = 0.03;                   ///< share of depth by which bounds are missed for nothing
  double prior = 0.1, roomPrior = 0.03;  ///< weight of the single picture's guess
  double freedom = 4;                    ///< of its distribution (Student's)
  double step = 0.5, jump = 12;          ///< energy of neighbouring cells at other depths
  double colour = 12;                    ///< ΔLab at which neighbouring cells may part
  double edge = 0.15;                    ///< what is left of their bond there
  double temperature = 3;                ///< of the posterior
  double alike = 0.15;                   ///< 1 − correlation of what is the same
  double doubted = 0.12, believed = 0.25;  ///< share of cells alike, beyond chance, of a right pose
  double leastSpread = 0.05;               ///< ln of depth
};

}  // namespace fathom
