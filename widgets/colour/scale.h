#pragma once

#include <ATen/core/Tensor.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <span>
#include <vector>

#include "core/depth_map.h"

namespace fathom {

enum class ScaleKind {
  kLinear,
  kInverse,  ///< even in 1/value, as disparity is: most colours for what is near
  kLog,
};

struct Limits {
  double low = 0, high = 1;
  bool operator==(const Limits&) const = default;
};

/// Where between two limits a value stands. Near (small) is 0.
struct Scale {
  ScaleKind kind = ScaleKind::kLinear;
  double low = 0, high = 1;

  /// 0 to 1, clamped; NaN for NaN. Inverse and log: values of 0 and less stand at 0.
  double position(double value) const;
  /// The value at a position, clamped to 0 … 1.
  double valueAt(double position) const;
  bool operator==(const Scale&) const = default;
};

/// A scale with its constants worked out, for whole images. Same results as Scale::position.
class ScaleMapper {
 public:
  explicit ScaleMapper(const Scale& scale);

  /// For loops over an image: the kind is settled once, outside of the loop.
  template <ScaleKind kKind>
  double positionAs(double value) const {
    if constexpr (kKind == ScaleKind::kLinear) {
      return std::clamp((value - origin_) * perUnit_, 0.0, 1.0);
    } else {
      if (value <= low_) return 0;
      const double scaled = kKind == ScaleKind::kLog ? std::log(value) : -1.0 / value;
      return std::clamp((scaled - origin_) * perUnit_, 0.0, 1.0);
    }
  }

  double position(double value) const;
  double valueAt(double position) const;

 private:
  ScaleKind kind_;
  double low_, high_, origin_, perUnit_;
};

/// The smallest limit that inverse and log scales take.
inline constexpr double kLeastMetres = 1e-3;

/// Limits that a scale can be built on: finite, in order, apart, and positive where it must be.
Limits usable(Limits limits, ScaleKind kind);

/// Round values inside a scale for its ticks, ascending, with at least `gap` (of the scale's
/// length, 0 to 1) between any two and to both ends.
std::vector<double> niceTicks(const Scale& scale, double gap);

/// The values at two percentages (0 to 100) of the finite ones among `values`, interpolated
/// linearly between neighbours in rank; nothing where none is finite. Exact, O(n); call it on a
/// worker for large maps.
std::optional<Limits> percentileRange(std::span<const float> values, double lowPercent,
                                      double highPercent);
/// @param values  float32 of any shape and device; throws BadInput otherwise
std::optional<Limits> percentileRange(const at::Tensor& values, double lowPercent,
                                      double highPercent);

/// The finite metres of a map that are neither missing, outside nor sky: what a range is taken
/// from, since the sky would eat it.
std::vector<float> rangedValues(const DepthMap& depth);

/// How many of the finite values fall into each of `bins` equal stretches of the scale; those
/// beyond a limit fall into none.
std::vector<int> histogramOf(std::span<const float> values, const Scale& scale, int bins);

}  // namespace fathom
