#pragma once

#include <QColor>
#include <QImage>

namespace fathom {

/// Whether any pixel of an image has exactly this colour.
inline bool holds(const QImage& image, const QColor& colour) {
  for (int y = 0; y < image.height(); ++y) {
    for (int x = 0; x < image.width(); ++x) {
      if (image.pixelColor(x, y) == colour) return true;
    }
  }
  return false;
}

}  // namespace fathom
