#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace fathom {

/// Frames 0 … frames-1 of each of the scenes first … last.
struct SceneSpan {
  int first = 0, last = 0;
  int frames = 1;

  int size() const { return (last - first + 1) * frames; }
  bool operator==(const SceneSpan&) const = default;
};

inline constexpr int kLastScene = 9999;
inline constexpr int kMostFrames = 1000;

/// Reads "scenes:A", "scenes:A-B", "scenes:A@N" or "scenes:A-B@N": scenes A to B (0 to 9999), the
/// first N frames of each (1 to 1000; 1 where left out). Throws BadInput, which says what is
/// accepted.
SceneSpan parseScenes(std::string_view text);

/// Whether a source named on the command line means embedded scenes: it begins with "scenes:".
bool namesScenes(std::string_view text);

/// "scenes:A-B@N" in its shortest form: parseScenes' inverse.
std::string printScenes(const SceneSpan& span);

/// What a newcomer sees: frame 0 of scenes 0 to 19.
std::vector<SceneSpan> defaultScenes();

}  // namespace fathom
