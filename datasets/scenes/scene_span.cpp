#include "datasets/scenes/scene_span.h"

#include <charconv>

#include "core/error.h"

namespace fathom {
namespace {

constexpr std::string_view kPrefix = "scenes:";

[[noreturn]] void refuse(std::string_view text, const std::string& why) {
  throw BadInput("\"" + std::string(text) + "\" names no embedded scenes: " + why,
                 std::string(text),
                 "Write scenes:A, scenes:A-B or scenes:A-B@N with scenes A to B from 0 to 9999 and "
                 "N frames of each, 1 to 1000");
}

/// The whole of `digits` as a number in [low, high].
int number(std::string_view digits, int low, int high, std::string_view text, const char* what) {
  int value = 0;
  const char* end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, value);
  const bool plain = !digits.empty() && digits.front() != '-';
  if (error == std::errc::result_out_of_range && plain && stop == end)
    value = high + 1;
  else if (error != std::errc() || stop != end || !plain) {
    refuse(text, std::string(what) + " is not a whole number");
  }
  if (value < low || value > high) {
    refuse(text, std::string(what) + " is not from " + std::to_string(low) + " to " +
                     std::to_string(high));
  }
  return value;
}

}  // namespace

bool namesScenes(std::string_view text) {
  return text.substr(0, kPrefix.size()) == kPrefix;
}

SceneSpan parseScenes(std::string_view text) {
  if (!namesScenes(text)) refuse(text, "it does not begin with \"scenes:\"");
  std::string_view rest = text.substr(kPrefix.size());
  SceneSpan span;
  if (const std::size_t at = rest.find('@'); at != std::string_view::npos) {
    span.frames = number(rest.substr(at + 1), 1, kMostFrames, text, "the number of frames");
    rest = rest.substr(0, at);
  }
  const std::size_t dash = rest.find('-');
  span.first = number(rest.substr(0, dash), 0, kLastScene, text, "the first scene");
  span.last = dash == std::string_view::npos
                  ? span.first
                  : number(rest.substr(dash + 1), 0, kLastScene, text, "the last scene");
  if (span.last < span.first) refuse(text, "the last scene lies before the first");
  return span;
}

std::string printScenes(const SceneSpan& span) {
  std::string text = std::string(kPrefix) + std::to_string(span.first);
  if (span.last != span.first) text += "-" + std::to_string(span.last);
  if (span.frames != 1) text += "@" + std::to_string(span.frames);
  return text;
}

std::vector<SceneSpan> defaultScenes() {
  return {{0, 19, 1}};
}

}  // namespace fathom
