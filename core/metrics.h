#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "core/depth_map.h"
#include "core/progress.h"
#include "core/protocol.h"

namespace fathom {

/// The metrics, in the order of their columns.
enum class Metric : std::size_t {
  kMae, kRmse, kAbsRel, kSqRel, kIMae, kIRmse, kLog10, kRmseLog, kDelta1, kDelta2, kDelta3, kSiLog
};
inline constexpr std::size_t kMetricCount = 12;

/// What a metric is, for table heads, tooltips and documentation.
struct MetricInfo {
  Metric metric;
  std::string id;       ///< column name: "MAE", "delta1"
  std::string title;    ///< for people: "δ1"
  std::string unit;     ///< "m", "1/km", ""
  std::string formula;  ///< p prediction, g truth, mean over the pixels that count
  std::string source;
  bool lowerIsBetter = true;
};
const std::vector<MetricInfo>& metricInfos();
/// Throws BadInput that lists the known ids.
const MetricInfo& metricInfo(std::string_view id);

/// The metrics of one prediction under one protocol. Undefined is NaN (and an empty cell in a
/// table), never 0: with no pixel that counts every metric is undefined.
struct Scores {
  std::array<double, kMetricCount> values = [] {
    std::array<double, kMetricCount> undefined{};
    undefined.fill(std::numeric_limits<double>::quiet_NaN());
    return undefined;
  }();
  std::int64_t pixels = 0;         ///< that entered the means
  std::int64_t withoutValue = 0;   ///< pixels of the protocol for which the method gave no value

  double operator[](Metric metric) const { return values[static_cast<std::size_t>(metric)]; }
};

/// Scores a prediction against the truth; sums in float64, in an order that does not depend on
/// the number of threads. Log, inverse and threshold metrics use max(p, 0.001 m).
/// @param prediction, truth  H×W, same size and device. Throws BadInput otherwise, Cancelled.
Scores score(const DepthMap& prediction, const DepthMap& truth, const Protocol& protocol,
             const Progress& progress = {});

/// What an error map shows.
enum class ErrorKind {
  kAbsolute,  ///< |p − g|, metres
  kSigned,    ///< p − g, metres
  kRelative,  ///< |p − g| / g
};

/// H×W float32 error under a protocol, NaN where a pixel does not count.
at::Tensor errorMap(const DepthMap& prediction, const DepthMap& truth, const Protocol& protocol,
                    ErrorKind kind);

}  // namespace fathom
