#include "widgets/colour/colour_map.h"

#include <algorithm>
#include <vector>

#include "core/error.h"

namespace fathom {
namespace {

using Anchors = std::span<const QRgb>;

// Every map is a few anchors at equal distances, joined linearly in sRGB. With 33 anchors no
// channel is more than 2 of 255 away from the published table of 256.
//
// viridis, inferno, magma: Nathaniel Smith and Stéfan van der Walt, 2015, released under CC0.
constexpr QRgb kViridis[] = {0x440154, 0x470d60, 0x48186a, 0x482374, 0x472d7b, 0x453681, 0x424086,
                             0x3f4989, 0x3b528b, 0x375a8d, 0x33638d, 0x2f6a8e, 0x2c728e, 0x297a8e,
                             0x26818e, 0x23898e, 0x21908c, 0x1f988b, 0x1f9f88, 0x21a685, 0x28ae80,
                             0x31b57b, 0x3ebc74, 0x4cc26c, 0x5dc963, 0x6ece58, 0x82d34c, 0x96d83f,
                             0xabdc32, 0xc0df24, 0xd5e21a, 0xeae51a, 0xfde725};
constexpr QRgb kInferno[] = {0x000004, 0x040312, 0x0b0724, 0x150b37, 0x210c4a, 0x2e0a5a, 0x3c0965,
                             0x4a0c6b, 0x57106d, 0x63146e, 0x70196e, 0x7d1e6d, 0x89226a, 0x962766,
                             0xa32b61, 0xaf315c, 0xbb3755, 0xc63e4d, 0xd14644, 0xdb4f3b, 0xe35932,
                             0xeb6528, 0xf1711e, 0xf67f14, 0xf98d0a, 0xfb9c06, 0xfcab0f, 0xfbba1f,
                             0xf9ca32, 0xf5d949, 0xf2e865, 0xf3f586, 0xfcffa4};
constexpr QRgb kMagma[] = {0x000004, 0x030311, 0x0a0822, 0x130d33, 0x1d1146, 0x28115a, 0x36106a,
                           0x430f76, 0x50127c, 0x5d177f, 0x691c81, 0x762181, 0x822681, 0x8f2a81,
                           0x9c2e7f, 0xa9327d, 0xb63779, 0xc33b75, 0xcf4170, 0xdb486a, 0xe65163,
                           0xee5c5e, 0xf5695c, 0xf9785d, 0xfb8761, 0xfd9668, 0xfea571, 0xfeb47b,
                           0xfec387, 0xfed194, 0xfde0a2, 0xfceeb0, 0xfcfdbf};
// Anton Mikhailov, Google, 2019, Apache License 2.0.
constexpr QRgb kTurbo[] = {0x30123b, 0x392a73, 0x4040a1, 0x4456c7, 0x466be3, 0x467ff6, 0x4293ff,
                           0x37a7fa, 0x29bbec, 0x1dcdd8, 0x18dcc3, 0x1ee8b0, 0x31f299, 0x4cf97e,
                           0x6bfd64, 0x8aff4d, 0xa3fd3c, 0xb8f735, 0xcced34, 0xdee037, 0xedd03a,
                           0xf8c03a, 0xfdae35, 0xfe982c, 0xfb8022, 0xf56817, 0xec520f, 0xe04009,
                           0xd23105, 0xc02302, 0xac1701, 0x950d01, 0x7a0403};
// Cynthia Brewer, ColorBrewer 2.0 (colorbrewer.org), Apache License 2.0: its eleven classes.
constexpr QRgb kSpectral[] = {0x5e4fa2, 0x3288bd, 0x66c2a5, 0xabdda4, 0xe6f598, 0xffffbf,
                              0xfee08b, 0xfdae61, 0xf46d43, 0xd53e4f, 0x9e0142};
constexpr QRgb kGrey[] = {0x000000, 0xffffff};
// Our own: blue to neutral to rust, of equal OKLab lightness (0.42 at the ends, 0.94 in the
// middle) at equal distance from 0, hues 255° and 45°.
constexpr QRgb kError[] = {0x004b99, 0x0b5db3, 0x2671c9, 0x4186da, 0x5f9be6, 0x7fafed,
                           0xa2c4f0, 0xc6d8ef, 0xebebeb, 0xeccfc2, 0xeab39a, 0xe39775,
                           0xd87c52, 0xca6330, 0xb74c08, 0xa13800, 0x882700};

ColourTable interpolated(Anchors anchors) {
  ColourTable table;
  const std::size_t last = anchors.size() - 1;
  for (int i = 0; i < kMapEntries; ++i) {
    const double at = static_cast<double>(i) / (kMapEntries - 1) * static_cast<double>(last);
    const std::size_t left = std::min(static_cast<std::size_t>(at), last - 1);
    const double part = at - static_cast<double>(left);
    const QRgb a = anchors[left], b = anchors[left + 1];
    const auto channel = [part](int from, int to) {
      return static_cast<int>(from + (to - from) * part + 0.5);
    };
    table[static_cast<std::size_t>(i)] =
        qRgb(channel(qRed(a), qRed(b)), channel(qGreen(a), qGreen(b)), channel(qBlue(a), qBlue(b)));
  }
  return table;
}

ColourMap made(const char* id, const char* title, Anchors anchors, bool diverging = false) {
  return {QString::fromLatin1(id), QString::fromLatin1(title), diverging, interpolated(anchors)};
}

const std::vector<ColourMap>& registry() {
  static const std::vector<ColourMap> kMaps = {
      made("viridis", "Viridis", kViridis),       made("turbo", "Turbo", kTurbo),
      made("inferno", "Inferno", kInferno),       made("magma", "Magma", kMagma),
      made("spectral", "Spectral", kSpectral),    made("grey", "Grey", kGrey),
      made("error", "Signed error", kError, true)};
  return kMaps;
}

}  // namespace

std::span<const ColourMap> colourMaps() {
  return registry();
}

const ColourMap& colourMap(const QString& id) {
  const auto& maps = registry();
  const auto found = std::ranges::find(maps, id, &ColourMap::id);
  if (found != maps.end()) return *found;
  QStringList known;
  for (const ColourMap& map : maps) known += map.id;
  throw BadInput("there is no such colour map", id.toStdString(),
                 "take one of " + known.join(QStringLiteral(", ")).toStdString());
}

ColourTable tableOf(const ColourMap& map, MapUse use) {
  ColourTable table = map.entries;
  if (use == MapUse::kDepth) std::ranges::reverse(table);
  return table;
}

}  // namespace fathom
