#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace fathom::cli {

/// One line of at most `columns` - 1 characters: bar, per cent, time left, what is being done.
/// @param part  done, 0 to 1
/// @param left  seconds, where they can be told
std::string progressLine(double part, std::string_view doing, std::optional<double> left,
                         int columns);

/// Guesses how long work will go on. Guesses anew when the part grows and counts down in between,
/// so that the time left does not swing with the pace inside one sample.
class TimeLeft {
 public:
  /// @param seconds  since the work began
  std::optional<double> at(double part, double seconds);

 private:
  double part_ = 0, total_ = 0;
};

/// "0:07", "12:40", "3:02:11".
std::string clockText(double seconds);

}  // namespace fathom::cli
