#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "app/methods/toml.h"
#include "core/setting.h"

namespace fathom {

/// The candidate that a misspelt name most likely means; nothing where none is near.
std::optional<std::string> nearestName(std::string_view name,
                                       const std::vector<std::string>& candidates);
/// "Did you mean "colour"? Known are id, title, colour".
std::string knownNames(std::string_view name, const std::vector<std::string>& candidates);

/// Reads one table strictly: every key is asked for, and what nobody asked for is an error. All
/// errors are BadInput "FILE:LINE: key …" that say what is allowed.
class TomlReader {
 public:
  /// @param title  what the table is: "[[method]]"; empty for a whole file
  TomlReader(const TomlTable& table, std::string file, std::string title = {}, int line = 1);

  bool has(std::string_view key) const;
  /// Null where the key is absent; it counts as known from now on.
  const TomlValue* find(std::string_view key);

  /// Nothing where the key is absent.
  std::optional<std::string> text(std::string_view key);
  std::optional<bool> flag(std::string_view key);
  std::optional<std::int64_t> whole(std::string_view key);
  std::optional<std::vector<std::string>> texts(std::string_view key);
  std::optional<std::string> oneOf(std::string_view key, const std::vector<std::string>& options);
  /// A value that fits a setting, by the setting's name; whole numbers count as numbers.
  std::optional<Value> value(const Setting& setting);
  /// Throws where it is absent or empty.
  std::string requiredText(std::string_view key);

  /// Every key that is there as a value of its own kind: for settings of a method that is known
  /// only later.
  Values allValues();

  /// Throws on the first key that was not asked for.
  void finish() const;

  /// Throws BadInput about a key's value (or the table, where it is absent).
  [[noreturn]] void fail(std::string_view key, const std::string& problem,
                         const std::string& remedy = {}) const;

  const std::string& file() const { return file_; }
  int line() const { return line_; }

 private:
  template <class Type>
  const Type* typed(std::string_view key, const char* what);
  const TomlEntry* entry(std::string_view key) const;

  const TomlTable& table_;
  std::string file_, title_;
  int line_;
  std::set<std::string, std::less<>> known_;
};

/// A setting's value as TOML has it, and back. Throws BadInput about the setting.
TomlValue toToml(const Value& value);
Value fromToml(const TomlValue& value, const Setting& setting);

}  // namespace fathom
