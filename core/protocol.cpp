#include "core/protocol.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "core/error.h"

namespace fathom {

std::string Protocol::explain() const {
  if (clip) return fmt::format("truth and prediction clamped to 0…{} m, all pixels count", *clip);
  if (mask) return fmt::format("only pixels whose truth is at most {} m, nothing clamped", *mask);
  return "all pixels count, nothing clamped";
}

const std::vector<Protocol>& protocols() {
  static const std::vector<Protocol> listed = [] {
    std::vector<Protocol> all;
    for (const char* id : {"plain", "clip-20", "mask-20", "clip-80", "clip-300"}) {
      all.push_back(protocolFromText(id));
    }
    return all;
  }();
  return listed;
}

Protocol protocolFromText(std::string_view id) {
  Protocol protocol{std::string(id), std::string(id), {}, {}};
  if (id == "plain") return protocol;
  const bool clip = id.starts_with("clip-"), mask = id.starts_with("mask-");
  double metres = 0;
  if (clip || mask) {
    const std::string_view number = id.substr(5);
    const char* end = number.data() + number.size();
    const auto [rest, problem] = std::from_chars(number.data(), end, metres);
    if (problem != std::errc() || rest != end || !std::isfinite(metres)) metres = 0;
  }
  if (metres <= 0) {
    throw BadInput("there is no protocol of this name", std::string(id),
                   "Known are plain, clip-C and mask-C with C in metres, for example clip-20");
  }
  (clip ? protocol.clip : protocol.mask) = metres;
  return protocol;
}

}  // namespace fathom
