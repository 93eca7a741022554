#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace fathom::cli {

/// How wide help and lists are at most.
inline constexpr std::size_t kTextWidth = 96;

/// Columns that a UTF-8 text takes (one for each code point).
std::size_t columnsOf(std::string_view text);

/// The text broken between words at kTextWidth; every line but the first is indented, the first
/// is taken to begin at `indent` already. No newline at the end.
std::string wrapped(std::string_view text, std::size_t indent);

}  // namespace fathom::cli
