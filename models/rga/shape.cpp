#include "models/rga/shape.h"

#include <fmt/format.h>

namespace fathom {
namespace {

constexpr std::int64_t kMostBlocks = 64, kMostChannels = 512;

Setting blocks(std::string name, std::string title, std::int64_t initial) {
  return {std::move(name), std::move(title), "", "NAFNet blocks one after another.",
          Integer{0, kMostBlocks, initial}};
}

}  // namespace

std::vector<Setting> nafSettings(const NafShape& initial) {
  std::vector<Setting> settings{{"width", "Width", "",
                                 "Channels at full resolution; each step down doubles them.",
                                 Integer{1, kMostChannels, initial.width}}};
  for (std::size_t s = 0; s < NafShape::kStages; ++s) {
    settings.push_back(blocks(fmt::format("enc{}", s),
                              fmt::format("Encoder blocks at 1/{} of the size", 1 << s),
                              initial.encoder[s]));
  }
  settings.push_back(blocks("middle", "Blocks at the smallest size", initial.middle));
  for (std::size_t s = 0; s < NafShape::kStages; ++s) {
    settings.push_back(
        blocks(fmt::format("dec{}", s),
               fmt::format("Decoder blocks at 1/{} of the size", NafShape::kMultiple >> (s + 1)),
               initial.decoder[s]));
  }
  return settings;
}

NafShape nafShapeOf(const Values& values) {
  NafShape shape{integer(values, "width"), {}, integer(values, "middle"), {}};
  for (std::size_t s = 0; s < NafShape::kStages; ++s) {
    shape.encoder[s] = integer(values, fmt::format("enc{}", s));
    shape.decoder[s] = integer(values, fmt::format("dec{}", s));
  }
  return shape;
}

}  // namespace fathom
