#include "models/checkpoints/crc32.h"

#include <array>
#include <bit>
#include <cstddef>
#include <cstring>

namespace fathom {
namespace {

constexpr std::size_t kStep = 16;  // bytes per round: independent table look-ups hide their latency
using Tables = std::array<std::array<std::uint32_t, 256>, kStep>;

constexpr Tables makeTables() {
  Tables tables{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t value = byte;
    for (int bit = 0; bit < 8; ++bit) value = value >> 1 ^ (value & 1 ? 0xEDB88320u : 0u);
    tables[0][byte] = value;
  }
  for (std::size_t t = 1; t < kStep; ++t) {
    for (std::size_t byte = 0; byte < 256; ++byte) {
      const std::uint32_t before = tables[t - 1][byte];
      tables[t][byte] = before >> 8 ^ tables[0][before & 255];
    }
  }
  return tables;
}

constexpr Tables kTables = makeTables();

static_assert(std::endian::native == std::endian::little);

std::uint32_t step(const char* bytes, std::uint32_t crc) {
  std::array<std::uint32_t, 4> words;
  std::memcpy(words.data(), bytes, kStep);
  words[0] ^= crc;
  std::uint32_t next = 0;
  for (std::size_t w = 0; w < 4; ++w) {
    for (std::size_t b = 0; b < 4; ++b) {
      next ^= kTables[kStep - 1 - 4 * w - b][words[w] >> 8 * b & 255];
    }
  }
  return next;
}

}  // namespace

std::uint32_t crc32(std::string_view bytes, std::uint32_t crc) {
  crc = ~crc;
  while (bytes.size() >= kStep) {
    crc = step(bytes.data(), crc);
    bytes.remove_prefix(kStep);
  }
  for (const char byte : bytes) {
    crc = crc >> 8 ^ kTables[0][(crc ^ static_cast<unsigned char>(byte)) & 255];
  }
  return ~crc;
}

}  // namespace fathom
