#include "widgets/image/render.h"

#include <array>
#include <cmath>
#include <cstdint>
#include <limits>

#include "core/error.h"
#include "core/information.h"

namespace fathom {
namespace {

// Blue-green, amber and rust: told apart by every common form of colour blindness.
constexpr std::array<QRgb, 3> kInformationColours = {0xff3f9a8f, 0xffd9a441, 0xff8f4a34};

void check(bool fits, const char* what) {
  if (!fits) throw BadInput(what, "image", "this is a mistake in the program: please report it");
}

bool isPlane(const at::Tensor& tensor, at::ScalarType type) {
  return tensor.defined() && tensor.dim() == 2 && tensor.scalar_type() == type && tensor.is_cpu() &&
         tensor.size(0) <= std::numeric_limits<int>::max() / 4 &&
         tensor.size(1) <= std::numeric_limits<int>::max() / 4;
}

QImage blank(const at::Tensor& like, std::int64_t heightAt = 0) {
  const int height = static_cast<int>(like.size(heightAt));
  const int width = static_cast<int>(like.size(heightAt + 1));
  QImage image(width, height, QImage::Format_RGB32);
  if (image.isNull() && width > 0 && height > 0) {
    throw OutOfMemory("the picture does not fit into memory", "image", "show a smaller crop of it");
  }
  return image;
}

/// By Reason: 0 the value's colour, else this one.
std::array<QRgb, 256> fixedColours(SkyRule sky) {
  std::array<QRgb, 256> colours;
  colours.fill(kInvalidColour);
  colours[static_cast<std::size_t>(Reason::kValid)] = 0;
  colours[static_cast<std::size_t>(Reason::kClipped)] = 0;
  colours[static_cast<std::size_t>(Reason::kSky)] = sky == SkyRule::kOwnColour ? kSkyColour : 0;
  return colours;
}

template <ScaleKind kKind>
void paintRow(const float* values, const std::uint8_t* reason, int width, QRgb* pixels,
              const ColourTable& table, const ScaleMapper& mapper,
              const std::array<QRgb, 256>& fixed) {
  for (int x = 0; x < width; ++x) {
    const QRgb instead = reason == nullptr ? 0 : fixed[reason[x]];
    if (instead != 0) {
      pixels[x] = instead;
    } else if (!std::isfinite(values[x])) {
      pixels[x] = kInvalidColour;
    } else {
      const double position = mapper.positionAs<kKind>(static_cast<double>(values[x]));
      pixels[x] = table[static_cast<std::size_t>(entryAt(position))];
    }
  }
}

auto rowPainter(ScaleKind kind) {
  switch (kind) {
    case ScaleKind::kInverse:
      return &paintRow<ScaleKind::kInverse>;
    case ScaleKind::kLog:
      return &paintRow<ScaleKind::kLog>;
    case ScaleKind::kLinear:
      break;
  }
  return &paintRow<ScaleKind::kLinear>;
}

QRgb* rowOf(QImage& image, int y) {
  return reinterpret_cast<QRgb*>(image.scanLine(y));
}

}  // namespace

QImage renderValues(const at::Tensor& values, const at::Tensor& reason, const ColourTable& table,
                    const Scale& scale, SkyRule sky) {
  check(isPlane(values, at::kFloat), "values to show must be H×W float32 on the CPU");
  const bool masked = reason.defined();
  check(!masked || (isPlane(reason, at::kByte) && reason.sizes() == values.sizes()),
        "the mask to show must be H×W uint8 on the CPU, of the size of the values");
  const at::Tensor flat = values.contiguous();
  const at::Tensor why = masked ? reason.contiguous() : at::Tensor();
  QImage image = blank(flat);
  const ScaleMapper mapper(scale);
  const auto fixed = fixedColours(sky);
  const auto paint = rowPainter(scale.kind);
  const float* value = flat.const_data_ptr<float>();
  const std::uint8_t* is = masked ? why.const_data_ptr<std::uint8_t>() : nullptr;
  for (int y = 0; y < image.height(); ++y) {
    const std::ptrdiff_t start = static_cast<std::ptrdiff_t>(y) * image.width();
    paint(value + start, is == nullptr ? nullptr : is + start, image.width(), rowOf(image, y),
          table, mapper, fixed);
  }
  return image;
}

QImage renderRgb(const at::Tensor& rgb) {
  check(rgb.defined() && rgb.dim() == 3 && rgb.size(0) == 3 && rgb.scalar_type() == at::kByte &&
            rgb.is_cpu(),
        "a colour picture to show must be 3×H×W uint8 on the CPU");
  const at::Tensor planes = rgb.contiguous();
  QImage image = blank(planes, 1);
  const std::ptrdiff_t plane = static_cast<std::ptrdiff_t>(image.width()) * image.height();
  const std::uint8_t* red = planes.const_data_ptr<std::uint8_t>();
  for (int y = 0; y < image.height(); ++y) {
    QRgb* pixels = rowOf(image, y);
    for (int x = 0; x < image.width(); ++x, ++red) {
      pixels[x] = qRgb(red[0], red[plane], red[2 * plane]);
    }
  }
  return image;
}

QImage renderInformation(const at::Tensor& cells) {
  check(isPlane(cells, at::kByte), "an information map to show must be h×w uint8 on the CPU");
  const at::Tensor flat = cells.contiguous();
  QImage image = blank(flat);
  const std::uint8_t* cell = flat.const_data_ptr<std::uint8_t>();
  for (int y = 0; y < image.height(); ++y) {
    QRgb* pixels = rowOf(image, y);
    for (int x = 0; x < image.width(); ++x, ++cell) {
      pixels[x] = *cell < kInformationColours.size() ? kInformationColours[*cell] : kInvalidColour;
    }
  }
  return image;
}

QList<LegendEntry> informationLegend() {
  return {{kInformationColours[0], QStringLiteral("Informative: level 1 or more")},
          {kInformationColours[1], QStringLiteral("Noise only: nearer than one level")},
          {kInformationColours[2], QStringLiteral("Clipped: noise cut off at 0")}};
}

}  // namespace fathom
