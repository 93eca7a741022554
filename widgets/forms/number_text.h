#pragma once

#include <QString>
#include <optional>

#include "core/setting.h"

namespace fathom {

/// The text of a number in a field: the shortest that reads back to it, or six significant digits
/// where that is longer than nine.
QString fieldText(const Value& number);

/// Reads what a user typed, its unit taken off and a decimal comma allowed. Throws BadInput as
/// parseValue does.
Value typedValue(const Setting& setting, QString text);

/// Where a number lies on a slider, and back. Equal ratios take equal ways where the setting asks
/// for it; zero then is the left end.
class SliderScale {
 public:
  static constexpr int kSteps = 1000;

  /// None where a slider is no help: not a number, or a range that is not finite or too wide.
  static std::optional<SliderScale> of(const Setting& setting);

  int maximum() const { return maximum_; }
  int position(const Value& value) const;
  /// A round value within the range: 12.5, not 12.4987.
  Value value(int position) const;
  /// The next value that the arrow keys give.
  Value stepped(const Value& value, int steps) const;

 private:
  SliderScale() = default;
  double lowest() const;  // of the logarithmic part

  double least_ = 0, greatest_ = 1;
  bool logarithmic_ = false, whole_ = false;
  int maximum_ = kSteps;
};

}  // namespace fathom
