#pragma once

#include <cstdint>

#include "core/host_device.h"

namespace fathom {

/// Four random words.
struct Words4 {
  std::uint32_t v[4];
};

/// Philox4x32-10, a counter-based generator: the words are a function of counter and key alone, so
/// any thread, tile, device or rank can make any of them (Salmon et al., "Parallel random numbers:
/// as easy as 1, 2, 3", SC 2011).
FATHOM_HD inline Words4 philox(Words4 counter, std::uint32_t key0, std::uint32_t key1) {
  constexpr std::uint32_t kMultiply0 = 0xD2511F53u, kMultiply1 = 0xCD9E8D57u;
  constexpr std::uint32_t kWeyl0 = 0x9E3779B9u, kWeyl1 = 0xBB67AE85u;
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t p0 = static_cast<std::uint64_t>(kMultiply0) * counter.v[0];
    const std::uint64_t p1 = static_cast<std::uint64_t>(kMultiply1) * counter.v[2];
    counter = {{static_cast<std::uint32_t>(p1 >> 32) ^ counter.v[1] ^ key0,
                static_cast<std::uint32_t>(p1),
                static_cast<std::uint32_t>(p0 >> 32) ^ counter.v[3] ^ key1,
                static_cast<std::uint32_t>(p0)}};
    key0 += kWeyl0;
    key1 += kWeyl1;
  }
  return counter;
}

/// A word as a number strictly between 0 and 1 (multiples of 2^-32, moved by half a step).
FATHOM_HD inline double openUnit(std::uint32_t word) {
  return (static_cast<double>(word) + 0.5) * 2.3283064365386963e-10;
}

}  // namespace fathom
