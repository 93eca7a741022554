#include "core/sha256.h"

#include <algorithm>
#include <atomic>
#include <bit>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <vector>

#include "core/error.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace fathom {
namespace {

constexpr std::size_t kBlock = 64;

// The first 32 bits of the fractions of the cube roots of the first 64 primes.
alignas(16) constexpr std::array<std::uint32_t, 64> kRounds = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

using State = std::array<std::uint32_t, 8>;

std::uint32_t bigEndian(const std::uint8_t* bytes) {
  return std::uint32_t{bytes[0]} << 24 | std::uint32_t{bytes[1]} << 16 |
         std::uint32_t{bytes[2]} << 8 | bytes[3];
}

/// Any processor.
void addBlocksPlainly(State& state, const std::uint8_t* bytes, std::size_t blocks) {
  for (; blocks > 0; --blocks, bytes += kBlock) {
    std::array<std::uint32_t, 64> w;
    for (std::size_t t = 0; t < 16; ++t) w[t] = bigEndian(bytes + 4 * t);
    for (std::size_t t = 16; t < 64; ++t) {
      const std::uint32_t a = w[t - 15], b = w[t - 2];
      w[t] = w[t - 16] + w[t - 7] + (std::rotr(a, 7) ^ std::rotr(a, 18) ^ a >> 3) +
             (std::rotr(b, 17) ^ std::rotr(b, 19) ^ b >> 10);
    }
    auto [a, b, c, d, e, f, g, h] = state;
    for (std::size_t t = 0; t < 64; ++t) {
      const std::uint32_t s1 = std::rotr(e, 6) ^ std::rotr(e, 11) ^ std::rotr(e, 25);
      const std::uint32_t one = h + s1 + ((e & f) ^ (~e & g)) + kRounds[t] + w[t];
      const std::uint32_t s0 = std::rotr(a, 2) ^ std::rotr(a, 13) ^ std::rotr(a, 22);
      const std::uint32_t two = s0 + ((a & b) ^ (a & c) ^ (b & c));
      h = g, g = f, f = e, e = d + one, d = c, c = b, b = a, a = one + two;
    }
    const State sum = {a, b, c, d, e, f, g, h};
    for (std::size_t i = 0; i < 8; ++i) state[i] += sum[i];
  }
}

#if defined(__x86_64__)
/// Processors with instructions for it. They keep the state as (a b e f) and (c d g h).
__attribute__((target("sha,sse4.1,ssse3"))) void addBlocksBySha(State& state,
                                                                const std::uint8_t* bytes,
                                                                std::size_t blocks) {
  const __m128i swap = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
  __m128i abef = _mm_set_epi32(int(state[0]), int(state[1]), int(state[4]), int(state[5]));
  __m128i cdgh = _mm_set_epi32(int(state[2]), int(state[3]), int(state[6]), int(state[7]));
  for (; blocks > 0; --blocks, bytes += kBlock) {
    const __m128i abefBefore = abef, cdghBefore = cdgh;
    __m128i w[4];  // the last 16 words of the schedule
    for (int i = 0; i < 4; ++i) {
      const auto* at = reinterpret_cast<const __m128i*>(bytes) + i;
      w[i] = _mm_shuffle_epi8(_mm_loadu_si128(at), swap);
    }
    for (int quad = 0; quad < 16; ++quad) {
      __m128i& now = w[quad % 4];
      if (quad >= 4) {
        const __m128i last = w[(quad + 3) % 4];
        now = _mm_sha256msg1_epu32(now, w[(quad + 1) % 4]);
        now = _mm_add_epi32(now, _mm_alignr_epi8(last, w[(quad + 2) % 4], 4));
        now = _mm_sha256msg2_epu32(now, last);
      }
      const auto* rounds = reinterpret_cast<const __m128i*>(kRounds.data()) + quad;
      const __m128i sum = _mm_add_epi32(now, _mm_load_si128(rounds));
      cdgh = _mm_sha256rnds2_epu32(cdgh, abef, sum);
      abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(sum, 0x0e));
    }
    abef = _mm_add_epi32(abef, abefBefore);
    cdgh = _mm_add_epi32(cdgh, cdghBefore);
  }
  alignas(16) std::array<std::uint32_t, 4> front, back;
  _mm_store_si128(reinterpret_cast<__m128i*>(front.data()), abef);
  _mm_store_si128(reinterpret_cast<__m128i*>(back.data()), cdgh);
  state = {front[3], front[2], back[3], back[2], front[1], front[0], back[1], back[0]};
}

/// Leaf 7, EBX bit 29 of cpuid.
bool hasShaInstructions() {
  unsigned a = 0, b = 0, c = 0, d = 0;
  __asm__("cpuid" : "=a"(a), "=b"(b), "=c"(c), "=d"(d) : "a"(0), "c"(0));
  if (a < 7) return false;
  __asm__("cpuid" : "=a"(a), "=b"(b), "=c"(c), "=d"(d) : "a"(7), "c"(0));
  return (b >> 29 & 1) && __builtin_cpu_supports("sse4.1") && __builtin_cpu_supports("ssse3");
}
#endif

std::atomic<bool> plainSha256 = false;

void addBlocks(State& state, const std::uint8_t* bytes, std::size_t blocks) {
#if defined(__x86_64__)
  static const bool sha = hasShaInstructions();
  if (sha && !plainSha256) return addBlocksBySha(state, bytes, blocks);
#endif
  addBlocksPlainly(state, bytes, blocks);
}

}  // namespace

void usePlainSha256(bool plain) {
  plainSha256 = plain;
}

Sha256::Sha256()
    : state_{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
             0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19} {}

void Sha256::add(const void* bytes, std::size_t count) {
  const auto* next = static_cast<const std::uint8_t*>(bytes);
  count_ += count;
  if (filled_ > 0) {
    const std::size_t part = std::min(count, kBlock - filled_);
    std::copy_n(next, part, block_.begin() + static_cast<std::ptrdiff_t>(filled_));
    filled_ += part, next += part, count -= part;
    if (filled_ < kBlock) return;
    addBlocks(state_, block_.data(), 1);
    filled_ = 0;
  }
  addBlocks(state_, next, count / kBlock);
  next += count / kBlock * kBlock;
  filled_ = count % kBlock;
  std::copy_n(next, filled_, block_.begin());
}

std::string Sha256::finish() {
  const std::uint64_t bits = 8 * count_;
  add("\x80", 1);
  const std::array<std::uint8_t, kBlock> zeros{};
  add(zeros.data(), (2 * kBlock - 8 - filled_) % kBlock);
  std::array<std::uint8_t, 8> length;
  for (std::size_t i = 0; i < 8; ++i) length[i] = static_cast<std::uint8_t>(bits >> (56 - 8 * i));
  add(length.data(), length.size());
  std::string text;
  for (const std::uint32_t word : state_) {
    for (int shift = 28; shift >= 0; shift -= 4) text += "0123456789abcdef"[word >> shift & 15];
  }
  return text;
}

std::string sha256(std::string_view bytes) {
  Sha256 sum;
  sum.add(bytes);
  return sum.finish();
}

std::string sha256OfFile(const std::filesystem::path& path, const Progress& progress) {
  std::ifstream file(path, std::ios::binary);
  std::error_code unknown;
  const auto size = std::filesystem::file_size(path, unknown);
  if (!file || unknown) {
    throw FileError(std::string("cannot read: ") + std::strerror(errno), path.string(),
                    "Check the path");
  }
  Sha256 sum;
  std::vector<char> piece(std::size_t{1} << 20);
  double done = 0;
  while (file) {
    progress.at(std::min(1.0, done / static_cast<double>(std::max<std::uintmax_t>(size, 1))),
                "checksum");
    file.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    sum.add(piece.data(), static_cast<std::size_t>(file.gcount()));
    done += static_cast<double>(file.gcount());
  }
  if (!file.eof()) throw FileError("cannot read to its end", path.string());
  return sum.finish();
}

}  // namespace fathom
