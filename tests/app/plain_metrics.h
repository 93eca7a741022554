#pragma once

#include <QMap>
#include <QString>
#include <algorithm>
#include <cmath>
#include <limits>

#include "plain_npy.h"

/// Every metric once more, written down from the documentation and not from the code under test.
/// `clip` and `mask` in metres, infinite where the protocol has none.
inline QMap<QString, double> plainMetrics(const PlainNpy& prediction, const PlainNpy& truth,
                                          double clip, double mask) {
  long double ae = 0, se = 0, rel = 0, sqrel = 0, iae = 0, ise = 0, l10 = 0, le = 0, le2 = 0;
  qint64 n = 0, within[3] = {0, 0, 0};
  for (std::size_t i = 0; i < truth.values.size(); ++i) {
    double g = truth.values[i], p = prediction.values[i];
    if (!std::isfinite(g) || g <= 0 || !std::isfinite(p) || g > mask) continue;
    g = std::min(g, clip);
    if (std::isfinite(clip)) p = std::clamp(p, 0.0, clip);
    const double positive = std::max(p, 0.001), e = std::log(positive) - std::log(g);
    ++n;
    ae += std::abs(p - g);
    se += (p - g) * (p - g);
    rel += std::abs(p - g) / g;
    sqrel += (p - g) * (p - g) / g;
    iae += std::abs(1 / positive - 1 / g);
    ise += (1 / positive - 1 / g) * (1 / positive - 1 / g);
    l10 += std::abs(std::log10(positive) - std::log10(g));
    le += e;
    le2 += e * e;
    const double ratio = std::max(positive / g, g / positive);
    for (int k = 0; k < 3; ++k) within[k] += ratio < std::pow(1.25, k + 1);
  }
  const long double count = static_cast<long double>(n);
  return {{"MAE", double(ae / count)},
          {"RMSE", double(std::sqrt(se / count))},
          {"AbsRel", double(rel / count)},
          {"SqRel", double(sqrel / count)},
          {"iMAE", double(1000 * iae / count)},
          {"iRMSE", double(1000 * std::sqrt(ise / count))},
          {"log10", double(l10 / count)},
          {"RMSElog", double(std::sqrt(le2 / count))},
          {"delta1", double(within[0] / count)},
          {"delta2", double(within[1] / count)},
          {"delta3", double(within[2] / count)},
          {"SILog", double(100 * std::sqrt(le2 / count - (le / count) * (le / count)))},
          {"pixels", double(n)}};
}

struct PlainProtocol {
  const char* id;
  double clip, mask;
};
inline constexpr double kNone = std::numeric_limits<double>::infinity();
inline constexpr PlainProtocol kPlainProtocols[]{{"plain", kNone, kNone},
                                                 {"clip-20", 20, kNone},
                                                 {"mask-20", kNone, 20},
                                                 {"clip-80", 80, kNone},
                                                 {"clip-300", 300, kNone}};
