#include "app/methods/toml_reader.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

#include "core/error.h"

namespace fathom {
namespace {

std::size_t editDistance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row.back();
}

const char* kindOf(const TomlValue& value) {
  constexpr std::array<const char*, 6> kNames{"true or false", "a whole number", "a number",
                                              "a text",        "a list",         "a table"};
  return kNames[value.data.index()];
}

}  // namespace

std::optional<std::string> nearestName(std::string_view name,
                                       const std::vector<std::string>& candidates) {
  std::optional<std::string> nearest;
  std::size_t least = std::max<std::size_t>(2, name.size() / 2) + 1;
  for (const std::string& candidate : candidates) {
    const std::size_t distance = editDistance(name.substr(0, 100), candidate);
    if (distance >= least) continue;
    least = distance;
    nearest = candidate;
  }
  return nearest;
}

std::string knownNames(std::string_view name, const std::vector<std::string>& candidates) {
  if (candidates.empty()) return "Nothing is known here";
  const auto nearest = nearestName(name, candidates);
  return (nearest ? fmt::format("Did you mean \"{}\"? ", *nearest) : std::string()) +
         fmt::format("Known are {}", fmt::join(candidates, ", "));
}

TomlReader::TomlReader(const TomlTable& table, std::string file, std::string title, int line)
    : table_(table), file_(std::move(file)), title_(std::move(title)), line_(line) {}

const TomlEntry* TomlReader::entry(std::string_view key) const {
  const auto found = std::ranges::find(table_, key, &TomlEntry::key);
  return found == table_.end() ? nullptr : &*found;
}

bool TomlReader::has(std::string_view key) const {
  return entry(key) != nullptr;
}

const TomlValue* TomlReader::find(std::string_view key) {
  known_.emplace(key);
  const TomlEntry* found = entry(key);
  return found ? &found->value : nullptr;
}

void TomlReader::fail(std::string_view key, const std::string& problem,
                      const std::string& remedy) const {
  const TomlEntry* found = entry(key);
  const int line = found && found->value.line > 0 ? found->value.line : line_;
  const std::string subject = line > 0 ? fmt::format("{}:{}", file_, line) : file_;
  const std::string place = title_.empty() ? std::string() : title_ + " ";
  throw BadInput(key.empty() ? place + problem : fmt::format("{}{} {}", place, key, problem),
                 subject, remedy);
}

template <class Type>
const Type* TomlReader::typed(std::string_view key, const char* what) {
  const TomlValue* value = find(key);
  if (!value) return nullptr;
  const Type* found = std::get_if<Type>(&value->data);
  if (!found) fail(key, fmt::format("is {}, not {}", kindOf(*value), what));
  return found;
}

std::optional<std::string> TomlReader::text(std::string_view key) {
  const auto* text = typed<std::string>(key, "a text in quotes");
  return text ? std::optional(*text) : std::nullopt;
}

std::optional<bool> TomlReader::flag(std::string_view key) {
  const auto* flag = typed<bool>(key, "true or false");
  return flag ? std::optional(*flag) : std::nullopt;
}

std::optional<std::int64_t> TomlReader::whole(std::string_view key) {
  const auto* whole = typed<std::int64_t>(key, "a whole number");
  return whole ? std::optional(*whole) : std::nullopt;
}

std::optional<std::vector<std::string>> TomlReader::texts(std::string_view key) {
  const auto* values = typed<TomlValue::Array>(key, "a list of texts: [\"a\", \"b\"]");
  if (!values) return {};
  std::vector<std::string> texts;
  for (const TomlValue& value : *values) {
    const auto* text = std::get_if<std::string>(&value.data);
    if (!text) fail(key, fmt::format("has {} in its list of texts", kindOf(value)));
    texts.push_back(*text);
  }
  return texts;
}

std::optional<std::string> TomlReader::oneOf(std::string_view key,
                                             const std::vector<std::string>& options) {
  const auto given = text(key);
  if (given && std::ranges::find(options, *given) == options.end()) {
    fail(key, fmt::format("is \"{}\"", *given), knownNames(*given, options));
  }
  return given;
}

std::optional<Value> TomlReader::value(const Setting& setting) {
  const TomlValue* given = find(setting.name);
  if (!given) return {};
  try {
    return fromToml(*given, setting);
  } catch (const BadInput& error) {
    fail(setting.name, error.problem());
  }
}

std::string TomlReader::requiredText(std::string_view key) {
  const auto given = text(key);
  if (!given) fail("", fmt::format("has no {}", key), fmt::format("Add {} = \"…\"", key));
  if (given->empty()) fail(key, "is empty");
  return *given;
}

Values TomlReader::allValues() {
  Values values;
  for (const TomlEntry& each : table_) {
    known_.insert(each.key);
    std::visit(
        [&](const auto& data) {
          if constexpr (std::is_constructible_v<Value, decltype(data)> &&
                        !std::is_same_v<std::decay_t<decltype(data)>, TomlTable> &&
                        !std::is_same_v<std::decay_t<decltype(data)>, TomlValue::Array>) {
            values.emplace(each.key, data);
          } else {
            fail(each.key, fmt::format("is {}, not a single value", kindOf(each.value)));
          }
        },
        each.value.data);
  }
  return values;
}

void TomlReader::finish() const {
  const std::vector<std::string> known(known_.begin(), known_.end());
  for (const TomlEntry& each : table_) {
    if (known_.contains(each.key)) continue;
    fail(each.key, "is no key that is known here", knownNames(each.key, known));
  }
}

TomlValue toToml(const Value& value) {
  return std::visit([](const auto& held) { return TomlValue{held, 0}; }, value);
}

Value fromToml(const TomlValue& given, const Setting& setting) {
  Value value;
  if (const auto* whole = std::get_if<std::int64_t>(&given.data)) {
    value = std::holds_alternative<Real>(setting.kind) ? Value(static_cast<double>(*whole))
                                                       : Value(*whole);
  } else if (const auto* number = std::get_if<double>(&given.data)) {
    value = *number;
  } else if (const auto* flag = std::get_if<bool>(&given.data)) {
    value = *flag;
  } else if (const auto* text = std::get_if<std::string>(&given.data)) {
    value = *text;
  } else {
    throw BadInput(fmt::format("is {}, not a single value", kindOf(given)), setting.name);
  }
  checkedValues({setting}, {{setting.name, value}}, setting.name);
  return value;
}

}  // namespace fathom
