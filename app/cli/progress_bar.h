#pragma once

#include <string>
#include <string_view>

namespace fathom::cli {

/// One line of at most `columns` - 1 characters: bar, per cent, what is being done, time left.
/// @param part     done, 0 to 1
/// @param seconds  spent so far
std::string progressLine(double part, std::string_view doing, double seconds, int columns);

/// "0:07", "12:40", "3:02:11".
std::string clockText(double seconds);

}  // namespace fathom::cli
