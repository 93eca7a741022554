#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>

#include "core/host_device.h"

namespace fathom {

/// Logarithm, sine and cosine of + − × ÷ and √ alone. Every processor rounds those alike, so CPU
/// and GPU get the same bytes, which the mathematics libraries of the two do not promise.
/// The bodies have no branches, so that compilers turn loops over them into vector code.

FATHOM_HD inline std::uint64_t bitsOf(double value) {
  std::uint64_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  return bits;
}

FATHOM_HD inline double doubleOf(std::uint64_t bits) {
  double value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

/// Natural logarithm of a positive, normal, finite number; error below 1e-15 relative to
/// max(1, |result|). x = m·2^e with m in [√½, √2), ln m = 2·artanh((m − 1)/(m + 1)).
FATHOM_HD inline double portableLog(double x) {
  constexpr std::uint64_t kHalfRoot = 0x3fe6a09e667f3bcdull, kOne = 0x3ff0000000000000ull;
  constexpr std::uint64_t kFraction = 0x000fffffffffffffull, kTwo52 = 0x4330000000000000ull;
  const std::uint64_t shifted = bitsOf(x) + (kOne - kHalfRoot);
  const double mantissa = doubleOf((shifted & kFraction) + kHalfRoot);
  // The exponent as a double without an integer conversion, which old vector units lack.
  const double exponent = doubleOf((shifted >> 52) | kTwo52) - (4503599627370496.0 + 1023.0);
  const double s = (mantissa - 1.0) / (mantissa + 1.0);
  const double z = s * s;
  double series = 1.0 / 23;
  series = series * z + 1.0 / 21;
  series = series * z + 1.0 / 19;
  series = series * z + 1.0 / 17;
  series = series * z + 1.0 / 15;
  series = series * z + 1.0 / 13;
  series = series * z + 1.0 / 11;
  series = series * z + 1.0 / 9;
  series = series * z + 1.0 / 7;
  series = series * z + 1.0 / 5;
  series = series * z + 1.0 / 3;
  const double ln = 2.0 * s + 2.0 * s * z * series;
  return exponent * 0.693147180559945309417 + ln;
}

struct SineCosine {
  double sine, cosine;
};

/// Sine and cosine of 2π·turns for turns in [0, 1]; absolute error below 1e-15.
FATHOM_HD inline SineCosine portableSineCosine(double turns) {
  constexpr double kTwo52 = 4503599627370496.0;
  const double quarters = turns * 4.0;
  const double whole = quarters + kTwo52;  // its lowest bits are the nearest whole number
  const std::uint64_t quadrant = bitsOf(whole);
  const double x = (quarters - (whole - kTwo52)) * 1.57079632679489661923;  // within ±π/4
  const double z = x * x;
  double sine = 1.0 / 355687428096000.0;
  sine = sine * z - 1.0 / 1307674368000.0;
  sine = sine * z + 1.0 / 6227020800.0;
  sine = sine * z - 1.0 / 39916800.0;
  sine = sine * z + 1.0 / 362880.0;
  sine = sine * z - 1.0 / 5040.0;
  sine = sine * z + 1.0 / 120.0;
  sine = sine * z - 1.0 / 6.0;
  sine = x + x * z * sine;
  double cosine = 1.0 / 20922789888000.0;
  cosine = cosine * z - 1.0 / 87178291200.0;
  cosine = cosine * z + 1.0 / 479001600.0;
  cosine = cosine * z - 1.0 / 3628800.0;
  cosine = cosine * z + 1.0 / 40320.0;
  cosine = cosine * z - 1.0 / 720.0;
  cosine = cosine * z + 1.0 / 24.0;
  cosine = cosine * z - 0.5;
  cosine = 1.0 + z * cosine;
  const bool swap = (quadrant & 1) != 0;
  const double a = swap ? cosine : sine, b = swap ? sine : cosine;
  return {(quadrant & 2) ? -a : a, ((quadrant + 1) & 2) ? -b : b};
}

}  // namespace fathom
