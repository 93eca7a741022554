#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/depth_map.h"
#include "core/low_depth.h"
#include "core/progress.h"
#include "core/setting.h"

namespace fathom {

/// How a transmitted cell is made from the truth's pixels (after quantisation).
enum class Sampling {
  kNearestExact,  ///< the pixel at (factor·i + phase): what the challenge does
  kBilinear,      ///< 2×2 taps at the phase's position, no antialias
  kBicubic,       ///< 4×4 taps, a = −0.75, no antialias
  kArea,          ///< mean of the factor×factor pixels
};

/// What a metre value becomes on its way to a code.
enum class Rounding { kTruncate, kRound };

/// The parameters that turn a sharp depth map into a small, coarse, noisy one:
///   q  = truncate( z / metresPerCode · (2^targetBits − 1) / (2^sourceBits − 1) ), at most the top
///   code d  = sample of q, one per cell LR = d + d·N(0, σr) + N(0, σa), clipped below at 0 if
///   asked
/// Recovered from real pairs of the AIS 2024 challenge; see docs/degradation.md.
struct Degradation {
  std::string preset = "challenge-measured";  ///< what the values started from; "custom" if edited
  int sourceBits = 16;
  int targetBits = 12;
  double metresPerCode = 1.0;  ///< code scale: metres that one source code stands for
  Rounding rounding = Rounding::kTruncate;
  int factor = 8;  ///< 1 to 16
  Sampling sampling = Sampling::kNearestExact;
  int phase = -1;  ///< 0 to factor − 1 in both directions; −1: the cell's centre (area: always)
  bool drawSigmas = true;       ///< σ drawn per image, uniformly between 0 and the values below
  double sigmaRelative = 0.02;  ///< σr: standard deviation as a fraction of the level
  double sigmaAdditive = 0.05;  ///< σa: standard deviation in levels
  bool clipBelowZero = true;
  std::uint64_t seed = 1;

  double metresPerLevel() const;
  /// Where in its factor×factor pixels a cell is sampled, in pixels from the first: the phase, and
  /// for the centre factor/2 (nearest-exact: a whole pixel) or (factor − 1)/2 (the others).
  double samplingPhase() const;
  /// Throws BadInput that names the field and its range.
  void check() const;
  bool operator==(const Degradation&) const = default;
};

/// A degradation with a name: "challenge-measured" (the default) and "paper-literal".
struct DegradationPreset {
  std::string id;
  std::string title;
  std::string note;  ///< where it comes from and what is not settled
  Degradation values;
};
const std::vector<DegradationPreset>& degradationPresets();
/// Throws BadInput that lists the known ids.
const Degradation& degradationPreset(std::string_view id);

/// The knobs of a Degradation, in the order of a form, and the way there and back.
const std::vector<Setting>& degradationSettings();
Values toValues(const Degradation& degradation);
Degradation degradationFromValues(const Values& values);

/// The noise levels that one image gets.
struct NoiseSigmas {
  double relative = 0;
  double additive = 0;
};
NoiseSigmas drawSigmas(const Degradation& degradation, std::string_view sampleId);

/// What a degraded image is and how it came about.
struct Degraded {
  LowDepth low;
  NoiseSigmas sigmas;    ///< as drawn
  at::Tensor noiseless;  ///< h×w float32: d, the levels before noise
};

/// A window of LR cells; degrading a window gives exactly the cells of the whole.
struct CellWindow {
  std::int64_t row = 0, column = 0, rows = 0, columns = 0;
};

/// Degrades a depth map. Missing pixels transmit 0, and drop out of the means that the other kinds
/// of sampling take. The same bytes for one seed and sample id on
/// any thread count, window and device. LR size is floor(HR size / factor).
/// @param truth   H×W on any device; H and W at least the factor
/// @param window  only these cells (the whole where absent)
/// Throws BadInput on bad parameters or sizes, Cancelled.
Degraded degrade(const DepthMap& truth, const Degradation& degradation, std::string_view sampleId,
                 const Progress& progress = {}, std::optional<CellWindow> window = {});

}  // namespace fathom
