// The only file that includes toml++: it takes seconds to compile.
#include "app/methods/toml.h"

#include <fmt/format.h>

#include <toml++/toml.h>
#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "datasets/codecs/input_file.h"

namespace fathom {
namespace {

constexpr std::size_t kMostBytes = 16u << 20;

int lineOf(const toml::node& node) {
  return static_cast<int>(node.source().begin.line);
}

/// Exceptions do not pass through functions that hold parts of toml++ 3.3: so the first date is
/// remembered, and reported by whoever called.
struct Converter {
  int dateLine = 0;

  TomlTable tableOf(const toml::table& table);
  TomlValue valueOf(const toml::node& node);
};

TomlTable Converter::tableOf(const toml::table& table) {
  TomlTable made;
  for (const auto& [key, node] : table) {
    made.push_back({std::string(key.str()), valueOf(node)});
  }
  // toml++ keeps them by name.
  const auto place = [&](const TomlEntry& entry) {
    const toml::source_position at = table.find(entry.key)->first.source().begin;
    return std::pair(at.line, at.column);
  };
  std::ranges::stable_sort(made, {}, place);
  return made;
}

TomlValue Converter::valueOf(const toml::node& node) {
  const int line = lineOf(node);
  if (const auto* flag = node.as_boolean()) return {flag->get(), line};
  if (const auto* whole = node.as_integer()) return {whole->get(), line};
  if (const auto* number = node.as_floating_point()) return {number->get(), line};
  if (const auto* text = node.as_string()) return {text->get(), line};
  if (const auto* table = node.as_table()) return {tableOf(*table), line};
  if (const auto* array = node.as_array()) {
    TomlValue::Array values;
    for (const toml::node& each : *array) values.push_back(valueOf(each));
    return {std::move(values), line};
  }
  if (dateLine == 0) dateLine = line;
  return {std::string(), line};
}

std::string printedNumber(double number) {
  if (std::isnan(number)) return "nan";
  if (std::isinf(number)) return number > 0 ? "inf" : "-inf";
  std::string text = fmt::format("{}", number);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

std::string printedKey(const std::string& key) {
  const bool bare = !key.empty() && std::ranges::all_of(key, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  });
  return bare ? key : quotedToml(key);
}

/// On one line.
struct Printer {
  std::string operator()(bool flag) const { return flag ? "true" : "false"; }
  std::string operator()(std::int64_t whole) const { return fmt::format("{}", whole); }
  std::string operator()(double number) const { return printedNumber(number); }
  std::string operator()(const std::string& text) const { return quotedToml(text); }
  std::string operator()(const TomlValue::Array& values) const {
    std::string text;
    for (const TomlValue& value : values) {
      text += (text.empty() ? "" : ", ") + std::visit(*this, value.data);
    }
    return "[" + text + "]";
  }
  std::string operator()(const TomlTable& table) const {
    std::string text;
    for (const TomlEntry& entry : table) {
      text += (text.empty() ? " " : ", ") + printedKey(entry.key) + " = " +
              std::visit(*this, entry.value.data);
    }
    return table.empty() ? "{}" : "{" + text + " }";
  }
};

std::string printedLines(const TomlTable& table) {
  std::string text;
  for (const TomlEntry& entry : table) {
    text += printedKey(entry.key) + " = " + std::visit(Printer(), entry.value.data) + "\n";
  }
  return text;
}

bool holdsTables(const TomlValue& value) {
  const auto* array = std::get_if<TomlValue::Array>(&value.data);
  return array && !array->empty() && std::ranges::all_of(*array, [](const TomlValue& each) {
           return std::holds_alternative<TomlTable>(each.data);
         });
}

}  // namespace

TomlTable parseToml(std::string_view text, const std::string& file) {
  if (text.size() > kMostBytes) throw BadInput("is longer than 16 MB, too long to be meant", file);
  TomlTable table;
  Converter converter;
  try {
    table = converter.tableOf(toml::parse(text, file));
  } catch (const toml::parse_error& error) {
    throw BadInput(fmt::format("is no TOML: {}", error.description()),
                   fmt::format("{}:{}", file, error.source().begin.line));
  }
  if (converter.dateLine == 0) return table;
  throw BadInput("dates and times mean nothing here",
                 fmt::format("{}:{}", file, converter.dateLine), "Put it in quotes");
}

std::string readTextFile(const std::string& file) {
  const InputFile input{file};
  if (input.size() > kMostBytes) input.fail("is longer than 16 MB, too long to be meant");
  std::string text(input.size(), '\0');
  input.readAt(0, text.data(), text.size());
  return text;
}

std::string quotedToml(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      quoted += '\\';
      quoted += c;
    } else if (code < 0x20 || code == 0x7f) {
      quoted += fmt::format("\\u{:04X}", code);
    } else {
      quoted += c;
    }
  }
  return quoted + '"';
}

std::string printToml(const TomlTable& table) {
  std::string text, tables;
  for (const TomlEntry& entry : table) {
    const std::string key = printedKey(entry.key);
    if (const auto* inner = std::get_if<TomlTable>(&entry.value.data)) {
      tables += fmt::format("\n[{}]\n{}", key, printedLines(*inner));
    } else if (holdsTables(entry.value)) {
      for (const TomlValue& each : std::get<TomlValue::Array>(entry.value.data)) {
        tables += fmt::format("\n[[{}]]\n{}", key, printedLines(std::get<TomlTable>(each.data)));
      }
    } else {
      text += key + " = " + std::visit(Printer(), entry.value.data) + "\n";
    }
  }
  return text + tables;
}

}  // namespace fathom
