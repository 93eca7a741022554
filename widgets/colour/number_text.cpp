#include "widgets/colour/number_text.h"

#include <cmath>

namespace fathom {
namespace {

constexpr char16_t kMinus = u'\u2212';
QString nothing() {
  return QStringLiteral("–");
}

QString withTrueMinus(QString text) {
  return text.replace(QLatin1Char('-'), QChar(kMinus));
}

/// Two decimals below 1000 m, fewer above: four to five figures always.
int decimalsFor(double value) {
  const double size = std::abs(value);
  if (size >= 9999.5) return 0;
  return size >= 999.95 ? 1 : 2;
}

}  // namespace

QString tickText(double value, int digits) {
  if (!std::isfinite(value)) return nothing();
  if (value == 0) return QStringLiteral("0");
  const int whole = static_cast<int>(std::floor(std::log10(std::abs(value)))) + 1;
  QString text = QString::number(value, 'f', qMax(0, digits - whole));
  if (text.contains(QLatin1Char('.'))) {
    while (text.endsWith(QLatin1Char('0'))) text.chop(1);
    if (text.endsWith(QLatin1Char('.'))) text.chop(1);
  }
  return withTrueMinus(text);
}

QString metresText(double metres) {
  if (!std::isfinite(metres)) return nothing();
  return withTrueMinus(QString::number(metres, 'f', decimalsFor(metres))) + QStringLiteral(" m");
}

QString signedText(double value, int decimals) {
  if (!std::isfinite(value)) return nothing();
  const QString size = QString::number(std::abs(value), 'f', decimals);
  if (size.toDouble() == 0) return size;
  return (value < 0 ? QChar(kMinus) : QChar(u'+')) + size;
}

}  // namespace fathom
