#include "widgets/colour/scale.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/error.h"

namespace fathom {
namespace {

double forward(ScaleKind kind, double value) {
  switch (kind) {
    case ScaleKind::kInverse:
      return -1.0 / value;
    case ScaleKind::kLog:
      return std::log(value);
    case ScaleKind::kLinear:
      break;
  }
  return value;
}

double backward(ScaleKind kind, double scaled) {
  switch (kind) {
    case ScaleKind::kInverse:
      return -1.0 / scaled;
    case ScaleKind::kLog:
      return std::exp(scaled);
    case ScaleKind::kLinear:
      break;
  }
  return scaled;
}

/// Candidates for ticks, roundest first: 1, 5, 2, then whole and half steps of each decade.
std::vector<double> roundValues(double low, double high) {
  std::vector<double> values;
  const int least = static_cast<int>(std::floor(std::log10(std::max(low, kLeastMetres))));
  const int greatest = static_cast<int>(std::ceil(std::log10(std::max(high, kLeastMetres))));
  for (const double digit : {1.0, 5.0, 2.0, 3.0, 7.0, 1.5, 4.0, 6.0, 8.0, 9.0, 2.5}) {
    for (int decade = least; decade <= greatest; ++decade) {
      values.push_back(digit * std::pow(10.0, decade));
    }
  }
  return values;
}

/// Multiples of 1, 2 or 5 times a power of ten, so many that the gap is kept.
std::vector<double> evenValues(double low, double high, double gap) {
  const double wanted = (high - low) * gap;
  const double decade = std::pow(10.0, std::floor(std::log10(wanted)));
  double step = 10 * decade;
  for (const double digit : {1.0, 2.0, 5.0}) {
    if (digit * decade >= wanted * (1 - 1e-9)) {
      step = digit * decade;
      break;
    }
  }
  std::vector<double> values;
  const double first = std::ceil(low / step - 1e-9), last = std::floor(high / step + 1e-9);
  for (double k = first; k <= last; ++k) values.push_back(k * step);
  return values;
}

/// The rank-th smallest with its fraction, by partial sorting of `values`.
double atRank(std::vector<float>& values, double rank) {
  const auto lower = static_cast<std::ptrdiff_t>(std::floor(rank));
  const double part = rank - static_cast<double>(lower);
  const auto nth = values.begin() + lower;
  std::nth_element(values.begin(), nth, values.end());
  if (part == 0 || nth + 1 == values.end()) return *nth;
  const double next = *std::min_element(nth + 1, values.end());
  return *nth + (next - *nth) * part;
}

}  // namespace

ScaleMapper::ScaleMapper(const Scale& scale)
    : kind_(scale.kind), low_(scale.low), high_(scale.high) {
  const Limits limits = usable({scale.low, scale.high}, scale.kind);
  low_ = limits.low;
  high_ = limits.high;
  origin_ = forward(kind_, low_);
  perUnit_ = 1.0 / (forward(kind_, high_) - origin_);
}

double ScaleMapper::position(double value) const {
  switch (kind_) {
    case ScaleKind::kInverse:
      return positionAs<ScaleKind::kInverse>(value);
    case ScaleKind::kLog:
      return positionAs<ScaleKind::kLog>(value);
    case ScaleKind::kLinear:
      break;
  }
  return positionAs<ScaleKind::kLinear>(value);
}

double ScaleMapper::valueAt(double position) const {
  if (position <= 0) return low_;
  if (position >= 1) return high_;
  return backward(kind_, origin_ + position / perUnit_);
}

double Scale::position(double value) const {
  return ScaleMapper(*this).position(value);
}

double Scale::valueAt(double position) const {
  return ScaleMapper(*this).valueAt(position);
}

Limits usable(Limits limits, ScaleKind kind) {
  if (!std::isfinite(limits.low)) limits.low = 0;
  if (!std::isfinite(limits.high)) limits.high = limits.low + 1;
  if (limits.high < limits.low) std::swap(limits.low, limits.high);
  if (kind != ScaleKind::kLinear) limits.low = std::max(limits.low, kLeastMetres);
  const double apart = std::max(1e-6, std::abs(limits.low) * 1e-6);
  limits.high = std::max(limits.high, limits.low + apart);
  return limits;
}

std::vector<double> niceTicks(const Scale& scale, double gap) {
  const ScaleMapper mapper(scale);
  const double low = mapper.valueAt(0), high = mapper.valueAt(1);
  const bool even = scale.kind == ScaleKind::kLinear;
  std::vector<double> ticks;
  std::vector<double> taken = {0.0, 1.0};
  for (const double value : even ? evenValues(low, high, gap) : roundValues(low, high)) {
    if (value <= low || value >= high) continue;
    const double position = mapper.position(value);
    const bool free = std::ranges::all_of(
        taken, [&](double other) { return std::abs(position - other) >= gap * (1 - 1e-9); });
    if (!free) continue;
    taken.push_back(position);
    ticks.push_back(value);
  }
  std::ranges::sort(ticks);
  return ticks;
}

std::optional<Limits> percentileRange(std::span<const float> values, double lowPercent,
                                      double highPercent) {
  std::vector<float> finite;
  finite.reserve(values.size());
  std::ranges::copy_if(values, std::back_inserter(finite),
                       [](float value) { return std::isfinite(value); });
  if (finite.empty()) return std::nullopt;
  const double last = static_cast<double>(finite.size() - 1);
  const auto rank = [last](double percent) { return std::clamp(percent, 0.0, 100.0) / 100 * last; };
  return Limits{atRank(finite, rank(lowPercent)), atRank(finite, rank(highPercent))};
}

std::optional<Limits> percentileRange(const at::Tensor& values, double lowPercent,
                                      double highPercent) {
  if (!values.defined() || values.scalar_type() != at::kFloat) {
    throw BadInput("a range is taken from float32 values only");
  }
  const at::Tensor flat = values.cpu().contiguous();
  return percentileRange({flat.const_data_ptr<float>(), static_cast<std::size_t>(flat.numel())},
                         lowPercent, highPercent);
}

std::vector<float> rangedValues(const DepthMap& depth) {
  const at::Tensor metres = depth.metres.cpu().contiguous();
  const at::Tensor reason = depth.reason.cpu().contiguous();
  const float* value = metres.const_data_ptr<float>();
  const std::uint8_t* why = reason.const_data_ptr<std::uint8_t>();
  std::vector<float> values;
  values.reserve(static_cast<std::size_t>(metres.numel()));
  for (std::int64_t i = 0; i < metres.numel(); ++i) {
    const auto is = static_cast<Reason>(why[i]);
    const bool ranged = is == Reason::kValid || is == Reason::kClipped;
    if (ranged && std::isfinite(value[i])) values.push_back(value[i]);
  }
  return values;
}

std::vector<int> histogramOf(std::span<const float> values, const Scale& scale, int bins) {
  std::vector<int> counted(static_cast<std::size_t>(std::max(bins, 1)), 0);
  const ScaleMapper mapper(scale);
  const double low = mapper.valueAt(0), high = mapper.valueAt(1);
  const auto last = counted.size() - 1;
  for (const float value : values) {
    if (!(value >= low && value <= high)) continue;
    const double at = mapper.position(value) * static_cast<double>(counted.size());
    ++counted[std::min(static_cast<std::size_t>(at), last)];
  }
  return counted;
}

}  // namespace fathom
