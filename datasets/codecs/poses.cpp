#include "datasets/codecs/poses.h"

#include <array>
#include <charconv>
#include <cmath>
#include <string>
#include <string_view>

#include "datasets/codecs/input_file.h"

namespace fathom {
namespace {

constexpr std::uint64_t kMostBytes = 64u << 20;
constexpr double kUnitTolerance = 1e-3;

std::optional<Pose> parsePose(std::string_view line) {
  constexpr std::string_view kSpace = " \t\r";
  std::array<double, 7> values{};
  for (double& value : values) {
    line.remove_prefix(std::min(line.find_first_not_of(kSpace), line.size()));
    const auto [end, problem] = std::from_chars(line.data(), line.data() + line.size(), value);
    if (problem != std::errc() || !std::isfinite(value)) return {};
    line.remove_prefix(static_cast<std::size_t>(end - line.data()));
    if (!line.empty() && kSpace.find(line.front()) == kSpace.npos) return {};
  }
  if (line.find_first_not_of(kSpace) != line.npos) return {};
  const auto [tx, ty, tz, qx, qy, qz, qw] = values;
  const double norm = std::sqrt(qx * qx + qy * qy + qz * qz + qw * qw);
  if (std::abs(norm - 1) > kUnitTolerance) return {};
  return Pose{{tx, ty, tz}, {qx, qy, qz, qw}};
}

}  // namespace

std::vector<std::optional<Pose>> readPoses(const std::filesystem::path& path) {
  const InputFile file(path);
  if (file.size() > kMostBytes) file.fail("is too long for a pose file");
  std::string text(file.size(), '\0');
  file.readAt(0, text.data(), text.size());
  std::vector<std::optional<Pose>> poses;
  std::string_view left = text;
  while (!left.empty()) {
    const std::size_t end = std::min(left.find('\n'), left.size());
    poses.push_back(parsePose(left.substr(0, end)));
    left.remove_prefix(std::min(end + 1, left.size()));
  }
  return poses;
}

}  // namespace fathom
