#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace fathom {

/// Splits a command as it is typed into program and arguments. No shell: nothing is expanded.
/// Spaces separate; 'all between single quotes' and "all between double quotes" is one piece, in
/// double quotes \" and \\ stand for " and \; outside of quotes a backslash takes the next
/// character as it is. Throws BadInput on a quote that does not end.
std::vector<std::string> splitCommand(std::string_view text);
/// The text that splitCommand splits into the same.
std::string joinCommand(const std::vector<std::string>& words);

/// Fills {name} in every word; {{ and }} stand for { and }. A value is never split or expanded.
/// Throws BadInput on a placeholder that is not known (with the nearest known one) or not closed.
std::vector<std::string> fillCommand(const std::vector<std::string>& words,
                                     const std::map<std::string, std::string>& values);
/// Whether any word has this placeholder.
bool usesPlaceholder(const std::vector<std::string>& words, const std::string& name);

}  // namespace fathom
