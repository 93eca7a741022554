#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace fathom {

/// A number with its range; `logarithmic` asks a form for a slider with equal ratios.
struct Real {
  double least = 0, greatest = 1, initial = 0;
  bool logarithmic = false;
};
struct Integer {
  std::int64_t least = 0, greatest = 1, initial = 0;
};
struct Flag {
  bool initial = false;
};
struct Choice {
  std::vector<std::string> options;
  std::string initial;
};
struct File {
  std::string filter;  ///< for a file dialog: "Weights (*.safetensors)"
};

/// One knob: feeds form, command line, run file and documentation alike.
struct Setting {
  std::string name;   ///< as in a run file: lower_case
  std::string title;  ///< as in a form: "σ relative"
  std::string unit;   ///< "m", "levels", "" …
  std::string help;   ///< one sentence
  std::variant<Real, Integer, Flag, Choice, File> kind;
};

using Value = std::variant<double, std::int64_t, bool, std::string>;
using Values = std::map<std::string, Value, std::less<>>;

/// The value a setting starts with.
Value initialValue(const Setting& setting);
Values initialValues(const std::vector<Setting>& settings);
/// The settings with other values to start with; a name that is not there is ignored.
std::vector<Setting> withInitialValues(std::vector<Setting> settings, const Values& initial);

/// Reads a value from text; throws BadInput that names the setting, what it takes and the range.
Value parseValue(const Setting& setting, std::string_view text);
/// The text that parseValue reads back to the same value.
std::string printValue(const Value& value);

/// Fills in what `given` leaves out and checks the rest: BadInput on an unknown name (with the
/// nearest known one), a wrong type or a value out of range.
Values checkedValues(const std::vector<Setting>& settings, const Values& given,
                     std::string_view owner);

double real(const Values& values, std::string_view name);
std::int64_t integer(const Values& values, std::string_view name);
bool flag(const Values& values, std::string_view name);
const std::string& text(const Values& values, std::string_view name);

}  // namespace fathom
