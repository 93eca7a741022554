#include "core/setting.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "core/error.h"

namespace fathom {
namespace {

template <class... Functions>
struct Overload : Functions... {
  using Functions::operator()...;
};
template <class... Functions>
Overload(Functions...) -> Overload<Functions...>;

[[noreturn]] void refuse(const Setting& setting, std::string_view given, const std::string& wants) {
  throw BadInput(fmt::format("\"{}\" is not {}", given, wants), setting.name);
}

template <class Number>
Number parseNumber(const Setting& setting, std::string_view text, const std::string& wants) {
  Number number{};
  const char* end = text.data() + text.size();
  const auto [rest, problem] = std::from_chars(text.data(), end, number);
  if (problem != std::errc() || rest != end) refuse(setting, text, wants);
  return number;
}

std::string wants(const Setting& setting) {
  return std::visit(Overload{[](const Real& real) {
                               return fmt::format("a number from {} to {}", real.least,
                                                  real.greatest);
                             },
                             [](const Integer& integer) {
                               return fmt::format("a whole number from {} to {}", integer.least,
                                                  integer.greatest);
                             },
                             [](const Flag&) { return std::string("true or false"); },
                             [](const Choice& choice) {
                               return fmt::format("one of {}", fmt::join(choice.options, ", "));
                             },
                             [](const File&) { return std::string("a file's path"); }},
                    setting.kind);
}

bool fits(const Setting& setting, const Value& value) {
  return std::visit(
      Overload{[&](const Real& real) {
                 const double* number = std::get_if<double>(&value);
                 return number && *number >= real.least && *number <= real.greatest;
               },
               [&](const Integer& integer) {
                 const std::int64_t* number = std::get_if<std::int64_t>(&value);
                 return number && *number >= integer.least && *number <= integer.greatest;
               },
               [&](const Flag&) { return std::holds_alternative<bool>(value); },
               [&](const Choice& choice) {
                 const std::string* option = std::get_if<std::string>(&value);
                 return option &&
                        std::ranges::find(choice.options, *option) != choice.options.end();
               },
               [&](const File&) { return std::holds_alternative<std::string>(value); }},
      setting.kind);
}

const Value& found(const Values& values, std::string_view name) {
  const auto entry = values.find(name);
  if (entry == values.end()) throw BadInput("no such setting", std::string(name));
  return entry->second;
}

template <class Type>
const Type& typed(const Values& values, std::string_view name) {
  const Type* value = std::get_if<Type>(&found(values, name));
  if (!value) throw BadInput("the setting has another type", std::string(name));
  return *value;
}

}  // namespace

Value initialValue(const Setting& setting) {
  return std::visit(Overload{[](const File&) { return Value(std::string()); },
                             [](const auto& kind) { return Value(kind.initial); }},
                    setting.kind);
}

Values initialValues(const std::vector<Setting>& settings) {
  Values values;
  for (const Setting& setting : settings) values[setting.name] = initialValue(setting);
  return values;
}

std::vector<Setting> withInitialValues(std::vector<Setting> settings, const Values& initial) {
  for (Setting& setting : settings) {
    const auto found = initial.find(setting.name);
    if (found == initial.end()) continue;
    std::visit(Overload{[](File&) {},
                        [&](auto& kind) {
                          kind.initial = std::get<decltype(kind.initial)>(found->second);
                        }},
               setting.kind);
  }
  return settings;
}

Value parseValue(const Setting& setting, std::string_view text) {
  const std::string wanted = wants(setting);
  Value value = std::visit(
      Overload{
          [&](const Real&) -> Value { return parseNumber<double>(setting, text, wanted); },
          [&](const Integer&) -> Value { return parseNumber<std::int64_t>(setting, text, wanted); },
          [&](const Flag&) -> Value {
            if (text == "true" || text == "1" || text == "on" || text == "yes") return true;
            if (text == "false" || text == "0" || text == "off" || text == "no") return false;
            refuse(setting, text, wanted);
          },
          [&](const auto&) -> Value { return std::string(text); }},
      setting.kind);
  if (!fits(setting, value)) refuse(setting, text, wanted);
  return value;
}

std::string printValue(const Value& value) {
  return std::visit(Overload{[](bool flag) { return std::string(flag ? "true" : "false"); },
                             [](const std::string& text) { return text; },
                             [](const auto& number) { return fmt::format("{}", number); }},
                    value);
}

Values checkedValues(const std::vector<Setting>& settings, const Values& given,
                     std::string_view owner) {
  Values values = initialValues(settings);
  for (const auto& [name, value] : given) {
    const auto setting = std::ranges::find(settings, name, &Setting::name);
    if (setting == settings.end()) {
      std::vector<std::string> known;
      for (const Setting& each : settings) known.push_back(each.name);
      throw BadInput(fmt::format("there is no setting \"{}\"", name), std::string(owner),
                     known.empty() ? "It has no settings"
                                   : fmt::format("Known are {}", fmt::join(known, ", ")));
    }
    if (!fits(*setting, value)) refuse(*setting, printValue(value), wants(*setting));
    values[name] = value;
  }
  return values;
}

double real(const Values& values, std::string_view name) {
  return typed<double>(values, name);
}
std::int64_t integer(const Values& values, std::string_view name) {
  return typed<std::int64_t>(values, name);
}
bool flag(const Values& values, std::string_view name) {
  return typed<bool>(values, name);
}
const std::string& text(const Values& values, std::string_view name) {
  return typed<std::string>(values, name);
}

}  // namespace fathom
