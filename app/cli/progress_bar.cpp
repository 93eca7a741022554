#include "app/cli/progress_bar.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace fathom::cli {

std::string clockText(double seconds) {
  const auto whole = static_cast<long long>(std::ceil(std::clamp(seconds, 0.0, 3.6e6)));
  const long long hours = whole / 3600, minutes = whole / 60 % 60;
  return hours > 0 ? fmt::format("{}:{:02}:{:02}", hours, minutes, whole % 60)
                   : fmt::format("{}:{:02}", minutes, whole % 60);
}

std::string progressLine(double part, std::string_view doing, std::optional<double> left,
                         int columns) {
  constexpr int kBar = 20;
  part = std::clamp(std::isfinite(part) ? part : 0.0, 0.0, 1.0);
  const int filled = static_cast<int>(part * kBar);
  std::string line = "[";
  line.append(static_cast<std::size_t>(filled), '=');
  line.append(static_cast<std::size_t>(kBar - filled), ' ');
  line += fmt::format("] {:3d} %", static_cast<int>(part * 100));
  if (left) line += fmt::format("  ETA {}", clockText(*left));
  if (!doing.empty()) line += fmt::format("  {}", doing);
  return line.substr(0, static_cast<std::size_t>(std::max(columns - 1, 0)));
}

std::optional<double> TimeLeft::at(double part, double seconds) {
  if (part > part_) {
    part_ = part;
    total_ = seconds / part;
  }
  // The first hundredth and the first second tell nothing about the rest.
  if (part_ < 0.01 || part_ >= 1 || seconds < 1) return {};
  return std::max(total_ - seconds, 0.0);
}

}  // namespace fathom::cli
