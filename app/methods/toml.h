#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace fathom {

struct TomlEntry;
/// In the order of the file.
using TomlTable = std::vector<TomlEntry>;

/// A value of a TOML file and the line on which it begins.
struct TomlValue {
  using Array = std::vector<TomlValue>;
  std::variant<bool, std::int64_t, double, std::string, Array, TomlTable> data;
  int line = 0;  ///< from 1; 0 where it comes from no file
};

struct TomlEntry {
  std::string key;
  TomlValue value;
};

/// Reads a TOML text of at most 16 MB. Throws BadInput "FILE:LINE: …" on what is no TOML and on
/// dates, which nothing here has.
TomlTable parseToml(std::string_view text, const std::string& file);

/// Reads a file of at most 16 MB as text. Throws FileError.
std::string readTextFile(const std::string& file);

/// The text that parseToml reads back to the same values: single values first, then [tables] and
/// [[arrays of tables]], everything inside those on one line each.
std::string printToml(const TomlTable& table);

/// "text", with what TOML wants escaped.
std::string quotedToml(std::string_view text);

}  // namespace fathom
