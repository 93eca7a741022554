#pragma once

#include <string_view>

namespace fathom {

/// A message without the "SUBJECT: " that it may begin with, for lines that name it already.
inline std::string_view withoutSubject(std::string_view message, std::string_view subject) {
  const bool named = !subject.empty() && message.starts_with(subject) &&
                     message.substr(subject.size()).starts_with(": ");
  return named ? message.substr(subject.size() + 2) : message;
}

}  // namespace fathom
