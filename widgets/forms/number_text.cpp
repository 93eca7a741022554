#include "widgets/forms/number_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace fathom {
namespace {

constexpr int kLongestDigits = 9, kShortDigits = 6;
/// A logarithmic range that begins at zero begins here, as a part of its end.
constexpr double kLowestPart = 1e-4;
constexpr double kWidestWhole = 100'000;

int digitCount(std::string_view text) {
  const std::string_view mantissa = text.substr(0, text.find('e'));
  const auto isDigit = [](char c) { return c >= '0' && c <= '9'; };
  const auto first = std::ranges::find_if(mantissa, [](char c) { return c >= '1' && c <= '9'; });
  return static_cast<int>(std::count_if(first, mantissa.end(), isDigit));
}

/// 1, 2 or 5 times a power of ten, the nearest that is not below.
double niceStep(double step) {
  const double power = std::pow(10, std::floor(std::log10(step)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (step <= factor * power * (1 + 1e-9)) return factor * power;
  }
  return 10 * power;
}

/// Rounds to a multiple of `step` in such a way that 0.3 is 0.3 and not 0.30000000000000004.
double roundedTo(double value, double step) {
  const double inverse = 1 / step;
  return inverse > 1 ? std::round(value * inverse) / inverse : std::round(value / step) * step;
}

double magnitude(double value) {
  return std::pow(10, std::floor(std::log10(std::abs(value))));
}

}  // namespace

QString fieldText(const Value& number) {
  if (const auto* whole = std::get_if<std::int64_t>(&number)) return QString::number(*whole);
  const double value = std::get<double>(number);
  std::array<char, 64> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
  const std::string_view shortest(buffer.data(), static_cast<std::size_t>(end - buffer.data()));
  if (digitCount(shortest) > kLongestDigits) return QString::number(value, 'g', kShortDigits);
  return QString::fromLatin1(shortest.data(), static_cast<qsizetype>(shortest.size()));
}

Value typedValue(const Setting& setting, QString text) {
  text = text.trimmed();
  const QString unit = QString::fromStdString(setting.unit);
  if (!unit.isEmpty() && text.endsWith(unit)) text.chop(unit.size());
  text = text.trimmed();
  text.replace(QChar(0x2212), '-');  // the true minus sign
  if (text.count(',') == 1 && !text.contains('.')) text.replace(',', '.');
  if (text.startsWith('+')) text.remove(0, 1);
  return parseValue(setting, text.toStdString());
}

std::optional<SliderScale> SliderScale::of(const Setting& setting) {
  SliderScale scale;
  if (const auto* real = std::get_if<Real>(&setting.kind)) {
    scale.least_ = real->least;
    scale.greatest_ = real->greatest;
    scale.logarithmic_ = real->logarithmic && real->least >= 0;
  } else if (const auto* whole = std::get_if<Integer>(&setting.kind)) {
    scale.least_ = static_cast<double>(whole->least);
    scale.greatest_ = static_cast<double>(whole->greatest);
    scale.whole_ = true;
  } else {
    return std::nullopt;
  }
  const double range = scale.greatest_ - scale.least_;
  if (!std::isfinite(range) || range <= 0) return std::nullopt;
  if (scale.whole_ && range > kWidestWhole) return std::nullopt;
  if (scale.whole_ && range <= kSteps) scale.maximum_ = static_cast<int>(range);
  return scale;
}

double SliderScale::lowest() const {
  return least_ > 0 ? least_ : greatest_ * kLowestPart;
}

int SliderScale::position(const Value& value) const {
  const double number = std::holds_alternative<double>(value)
                            ? std::get<double>(value)
                            : static_cast<double>(std::get<std::int64_t>(value));
  double part = (number - least_) / (greatest_ - least_);
  if (logarithmic_) {
    part = number <= lowest() ? 0 : std::log(number / lowest()) / std::log(greatest_ / lowest());
  }
  return std::clamp(static_cast<int>(std::lround(part * maximum_)), 0, maximum_);
}

Value SliderScale::value(int position) const {
  const double part = static_cast<double>(position) / maximum_;
  double number = least_ + part * (greatest_ - least_);
  if (position <= 0) {
    number = least_;
  } else if (position >= maximum_) {
    number = greatest_;
  } else if (whole_) {
    return static_cast<std::int64_t>(std::llround(number));
  } else if (logarithmic_) {
    number = lowest() * std::pow(greatest_ / lowest(), part);
    number = roundedTo(number, magnitude(number) / 100);
  } else {
    number = roundedTo(number, niceStep((greatest_ - least_) / maximum_ / 2));
  }
  number = std::clamp(number, least_, greatest_);
  if (whole_) return static_cast<std::int64_t>(std::llround(number));
  return number;
}

Value SliderScale::stepped(const Value& value, int steps) const {
  if (whole_) {
    const auto number = std::get<std::int64_t>(value) + steps;
    return std::clamp(number, static_cast<std::int64_t>(least_),
                      static_cast<std::int64_t>(greatest_));
  }
  const double number = std::get<double>(value);
  double step = niceStep((greatest_ - least_) / 100);
  if (logarithmic_) step = magnitude(std::max(number, lowest())) / 10;
  return std::clamp(roundedTo(number + steps * step, step), least_, greatest_);
}

}  // namespace fathom
