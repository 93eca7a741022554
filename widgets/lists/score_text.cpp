#include "widgets/lists/score_text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace fathom {
namespace {

constexpr int kMostDecimals = 5, kSignificant = 3, kMostSignificant = 5;
const QString kDash = QStringLiteral("–");

}  // namespace

int columnDecimals(std::span<const double> values) {
  double least = std::numeric_limits<double>::infinity(), greatest = 0;
  for (const double value : values) {
    if (!std::isfinite(value) || value == 0) continue;
    least = std::min(least, std::abs(value));
    greatest = std::max(greatest, std::abs(value));
  }
  if (!std::isfinite(least)) return 2;
  const auto power = [](double value) { return static_cast<int>(std::floor(std::log10(value))); };
  const int wanted =
      std::min(kSignificant - 1 - power(least), kMostSignificant - 1 - power(greatest));
  return std::clamp(wanted, 0, kMostDecimals);
}

QString scoreText(double value, int decimals) {
  if (std::isnan(value)) return kDash;
  const QString sign = value < 0 ? QString(QChar(0x2212)) : QString();
  const double size = std::abs(value);
  if (std::isinf(value)) return sign + QChar(0x221e);
  constexpr double kLargest = 1e7;
  const bool lost = size != 0 && size < 0.5 * std::pow(10, -decimals);
  if (lost || size >= kLargest) return sign + QString::number(size, 'e', lost ? 0 : 2);
  return sign + QString::number(size, 'f', decimals);
}

QString countText(double value) {
  if (!std::isfinite(value)) return kDash;
  constexpr std::array kUnits{"", "k", "M", "G", "T", "P"};
  std::size_t unit = 0;
  // 999.6 of one unit would read 1000.
  for (; value >= 999.5 && unit + 1 < kUnits.size(); ++unit) value /= 1000;
  const int decimals = value >= 99.95 || unit == 0 ? 0 : value >= 9.995 ? 1 : 2;
  return (QString::number(value, 'f', decimals) + ' ' + QLatin1String(kUnits[unit])).trimmed();
}

QString durationText(double milliseconds) {
  if (!std::isfinite(milliseconds) || milliseconds < 0) return kDash;
  constexpr double kSecond = 1000, kMinute = 60'000;
  if (milliseconds < 1) return QString::number(milliseconds, 'f', 1) + " ms";
  if (milliseconds < kSecond - 0.5) return QString::number(milliseconds, 'f', 0) + " ms";
  if (milliseconds < kMinute / 6) return QString::number(milliseconds / kSecond, 'f', 1) + " s";
  if (milliseconds < kMinute - kSecond / 2) {
    return QString::number(milliseconds / kSecond, 'f', 0) + " s";
  }
  const auto seconds = std::llround(milliseconds / kSecond);
  return QString("%1 min %2 s").arg(seconds / 60).arg(seconds % 60);
}

}  // namespace fathom
