#pragma once

#include <QColor>
#include <QString>
#include <array>
#include <span>

namespace fathom {

inline constexpr int kMapEntries = 1024;
/// Opaque colours from position 0 to position 1.
using ColourTable = std::array<QRgb, kMapEntries>;

/// What a map is laid over. Near is warm or bright everywhere: depth reads a map backwards.
enum class MapUse {
  kDepth,      ///< position 0 (near) is the warm or bright end
  kMagnitude,  ///< position 0 (no error) is the cool or dark end
};

/// One colour map, from its cool or dark end to its warm or bright end.
struct ColourMap {
  QString id;      ///< stable, for sessions and run files: "viridis"
  QString title;   ///< for menus
  bool diverging;  ///< neutral in the middle: for signed values
  ColourTable entries;
};

/// viridis (the default), turbo, inferno, magma, spectral, grey and error (diverging).
std::span<const ColourMap> colourMaps();

/// Throws BadInput that lists the known ids.
const ColourMap& colourMap(const QString& id);

ColourTable tableOf(const ColourMap& map, MapUse use);

/// The entry that shows a position of 0 to 1: exactly 0 and 1 at the ends.
constexpr int entryAt(double position) {
  return static_cast<int>(position * (kMapEntries - 1) + 0.5);
}

/// What is missing or outside, and the sky: both far (by 20 of 255 in a channel at least) from
/// every entry of every map.
inline constexpr QRgb kInvalidColour = 0xff603038;
inline constexpr QRgb kSkyColour = 0xff163450;

}  // namespace fathom
