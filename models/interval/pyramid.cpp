#include "models/interval/pyramid.h"

#include <algorithm>

#include "core/host_device.h"
#include "core/parallel.h"

namespace fathom {
namespace {

constexpr std::int64_t kGrain = 32;  // rows

/// A place outside mirrored at the border pixel's middle.
std::int64_t mirrored(std::int64_t place, std::int64_t count) {
  if (count == 1) return 0;
  const std::int64_t period = 2 * (count - 1);
  const std::int64_t inside = ((place % period) + period) % period;
  return std::min(inside, period - inside);
}

/// One row of the five rows' weighted sum.
FATHOM_CLONES void blend(const float* const* rows, std::int64_t width, float* out) {
  const float *a = rows[0], *b = rows[1], *c = rows[2], *d = rows[3], *e = rows[4];
  for (std::int64_t x = 0; x < width; ++x) {
    out[x] = (a[x] + e[x] + 4 * (b[x] + d[x]) + 6 * c[x]) * (1.0F / 16);
  }
}

/// Every second of the smoothed values of a row that is padded by two on the left.
FATHOM_CLONES void thin(const float* padded, std::int64_t width, float* out) {
  for (std::int64_t x = 0; x < width; ++x) {
    const float* p = padded + 2 * x;
    out[x] = (p[0] + p[4] + 4 * (p[1] + p[3]) + 6 * p[2]) * (1.0F / 16);
  }
}

/// A row at twice the width: even places smoothed over three, odd ones the mean of two.
void widen(const float* half, std::int64_t halfWidth, std::int64_t width, float* out) {
  for (std::int64_t x = 0; x < width; ++x) {
    const std::int64_t i = x / 2;
    const float here = half[i], right = half[std::min(i + 1, halfWidth - 1)];
    const float left = half[i > 0 ? i - 1 : std::min<std::int64_t>(1, halfWidth - 1)];
    out[x] = x % 2 == 0 ? (left + 6 * here + right) * 0.125F : (here + right) * 0.5F;
  }
}

FATHOM_CLONES void squaredDifference(const float* fine, const float* a, const float* b,
                                     const float* c, std::int64_t width, float* out) {
  for (std::int64_t x = 0; x < width; ++x) {
    const float apart = fine[x] - (a[x] + 6 * b[x] + c[x]) * 0.125F;
    out[x] = apart * apart;
  }
}

FATHOM_CLONES void squaredDifference(const float* fine, const float* a, const float* b,
                                     std::int64_t width, float* out) {
  for (std::int64_t x = 0; x < width; ++x) {
    const float apart = fine[x] - (a[x] + b[x]) * 0.5F;
    out[x] = apart * apart;
  }
}

}  // namespace

Plane halved(const Plane& plane, const Progress& progress) {
  const Size size = plane.size;
  Plane half({(size.height + 1) / 2, (size.width + 1) / 2});
  parallelFor(half.size.height, kGrain, progress, [&](std::int64_t begin, std::int64_t end) {
    std::vector<float> padded(static_cast<std::size_t>(size.width + 5));
    for (std::int64_t y = begin; y < end; ++y) {
      const float* rows[5];
      for (int k = 0; k < 5; ++k) rows[k] = plane.row(mirrored(2 * y + k - 2, size.height));
      blend(rows, size.width, padded.data() + 2);
      const float* inner = padded.data() + 2;
      padded[0] = inner[mirrored(-2, size.width)];
      padded[1] = inner[mirrored(-1, size.width)];
      for (int k = 0; k < 3; ++k) {
        padded[static_cast<std::size_t>(size.width + 2 + k)] =
            inner[mirrored(size.width + k, size.width)];
      }
      thin(padded.data(), half.size.width, half.row(y));
    }
  });
  return half;
}

Plane bandEnergy(const Plane& plane, const Plane& half, const Progress& progress) {
  const Size size = plane.size;
  Plane wide({half.size.height, size.width}), energy(size);
  parallelFor(half.size.height, kGrain, progress, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t y = begin; y < end; ++y) {
      widen(half.row(y), half.size.width, size.width, wide.row(y));
    }
  });
  const std::int64_t last = half.size.height - 1;
  parallelFor(size.height, 2 * kGrain, progress, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t y = begin; y < end; ++y) {
      const std::int64_t i = y / 2, below = std::min(i + 1, last);
      const std::int64_t above = i > 0 ? i - 1 : std::min<std::int64_t>(1, last);
      if (y % 2 == 0) {
        squaredDifference(plane.row(y), wide.row(above), wide.row(i), wide.row(below), size.width,
                          energy.row(y));
      } else {
        squaredDifference(plane.row(y), wide.row(i), wide.row(below), size.width, energy.row(y));
      }
    }
  });
  return energy;
}

}  // namespace fathom
