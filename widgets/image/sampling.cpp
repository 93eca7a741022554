#include "widgets/image/sampling.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

namespace fathom {
namespace {

/// For each device pixel of a row or column, the picture's pixel under its middle; −1 beside it.
std::vector<int> sourcesOf(int first, int count, int origin, int length, double from, double part,
                           int pixels) {
  std::vector<int> sources(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) {
    const double field = (first + i + 0.5 - origin) / length;
    const double at = std::floor((field - from) / part * pixels);
    sources[static_cast<std::size_t>(i)] = at >= 0 && at < pixels ? static_cast<int>(at) : -1;
  }
  return sources;
}

QImage nearest(const QImage& image, const QRect& picture, const QRectF& extent,
               const QRect& visible) {
  const auto columns = sourcesOf(visible.x(), visible.width(), picture.x(), picture.width(),
                                 extent.x(), extent.width(), image.width());
  const auto rows = sourcesOf(visible.y(), visible.height(), picture.y(), picture.height(),
                              extent.y(), extent.height(), image.height());
  QImage result(visible.size(), QImage::Format_ARGB32_Premultiplied);
  for (int y = 0; y < visible.height(); ++y) {
    const int row = rows[static_cast<std::size_t>(y)];
    auto* out = reinterpret_cast<QRgb*>(result.scanLine(y));
    if (y > 0 && row == rows[static_cast<std::size_t>(y - 1)]) {
      std::memcpy(out, result.constScanLine(y - 1), columns.size() * sizeof(QRgb));
      continue;
    }
    if (row < 0) {
      std::fill_n(out, columns.size(), 0u);
      continue;
    }
    const auto* in = reinterpret_cast<const QRgb*>(image.constScanLine(row));
    for (const int column : columns) *out++ = column < 0 ? 0u : in[column];
  }
  return result;
}

}  // namespace

QSize shrunkSize(const QSize& image, const QRect& picture, const QRectF& extent) {
  const double width = extent.width() * picture.width();
  const double height = extent.height() * picture.height();
  if (width >= image.width() && height >= image.height()) return {};
  return {std::max(1, qRound(width)), std::max(1, qRound(height))};
}

QImage shrunk(const QImage& image, const QSize& size) {
  return image.scaled(size, Qt::IgnoreAspectRatio, Qt::SmoothTransformation);
}

QImage sampled(const QImage& image, const QRect& picture, const QRectF& extent,
               const QRect& visible) {
  if (image.isNull() || picture.isEmpty() || visible.isEmpty() || extent.isEmpty()) return {};
  QImage source = image.format() == QImage::Format_RGB32 ||
                          image.format() == QImage::Format_ARGB32_Premultiplied
                      ? image
                      : image.convertToFormat(QImage::Format_ARGB32_Premultiplied);
  const QSize small = shrunkSize(image.size(), picture, extent);
  if (!small.isEmpty() && small != source.size()) source = shrunk(source, small);
  if (source.format() != QImage::Format_RGB32) {
    source = source.convertToFormat(QImage::Format_ARGB32_Premultiplied);
  }
  return nearest(source, picture, extent, visible);
}

}  // namespace fathom
