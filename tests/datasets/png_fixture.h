#pragma once

#include <zlib.h>

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace fathom::fixtures {

inline std::string bigEndian(std::uint32_t value) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(value >> shift & 0xff);
  return bytes;
}

/// A chunk with its length and checksum.
inline std::string pngChunk(const std::string& name, const std::string& data) {
  const std::string body = name + data;
  const auto sum = ::crc32_z(0, reinterpret_cast<const Bytef*>(body.data()), body.size());
  return bigEndian(static_cast<std::uint32_t>(data.size())) + body +
         bigEndian(static_cast<std::uint32_t>(sum));
}

inline std::string packed(const std::string& data) {
  uLongf size = ::compressBound(static_cast<uLong>(data.size()));
  std::string out(size, '\0');
  ::compress(reinterpret_cast<Bytef*>(out.data()), &size,
             reinterpret_cast<const Bytef*>(data.data()), static_cast<uLong>(data.size()));
  out.resize(size);
  return out;
}

/// A PNG made by hand, so that it can be of any kind, and lie.
struct PngFile {
  std::uint32_t width = 5, height = 3;
  int bits = 8, colour = 2;
  int compression = 0, filter = 0, interlace = 0;
  std::string palette;       ///< contents of PLTE; none where empty
  std::string beforePixels;  ///< whole chunks
  std::string afterPixels;
  /// The value of a channel of a pixel.
  std::function<unsigned(std::uint32_t x, std::uint32_t y, int channel)> value =
      [](std::uint32_t x, std::uint32_t y, int channel) { return 40 * y + 7 * x + channel; };

  int channels() const { return colour == 2 ? 3 : colour == 4 ? 2 : colour == 6 ? 4 : 1; }

  std::string header() const {
    std::string data = bigEndian(width) + bigEndian(height);
    for (const int byte : {bits, colour, compression, filter, interlace}) {
      data += static_cast<char>(byte);
    }
    return pngChunk("IHDR", data);
  }

  /// Rows of every step-th pixel, each behind filter byte 0.
  std::string rows(std::uint32_t left, std::uint32_t top, std::uint32_t stepX,
                   std::uint32_t stepY) const {
    std::string data;
    if (left >= width) return data;
    for (std::uint32_t y = top; y < height; y += stepY) {
      data += '\0';
      unsigned held = 0;
      int heldBits = 0;
      for (std::uint32_t x = left; x < width; x += stepX) {
        for (int channel = 0; channel < channels(); ++channel) {
          held = held << bits | (value(x, y, channel) & ((1u << bits) - 1));
          heldBits += bits;
          for (; heldBits >= 8; heldBits -= 8) data += static_cast<char>(held >> (heldBits - 8));
        }
      }
      if (heldBits > 0) data += static_cast<char>(held << (8 - heldBits));
    }
    return data;
  }

  /// The pixel data before packing.
  std::string pixels() const {
    if (interlace == 0) return rows(0, 0, 1, 1);
    std::string data;
    for (const auto& [left, top, stepX, stepY] :
         std::vector<std::array<std::uint32_t, 4>>{{0, 0, 8, 8},
                                                   {4, 0, 8, 8},
                                                   {0, 4, 4, 8},
                                                   {2, 0, 4, 4},
                                                   {0, 2, 2, 4},
                                                   {1, 0, 2, 2},
                                                   {0, 1, 1, 2}}) {
      data += rows(left, top, stepX, stepY);
    }
    return data;
  }

  /// The file with this packed pixel data.
  std::string bytesWith(const std::vector<std::string>& parts) const {
    std::string all = "\x89PNG\r\n\x1a\n" + header();
    if (!palette.empty()) all += pngChunk("PLTE", palette);
    all += beforePixels;
    for (const std::string& part : parts) all += pngChunk("IDAT", part);
    return all + afterPixels + pngChunk("IEND", "");
  }
  std::string bytes() const { return bytesWith({packed(pixels())}); }
};

}  // namespace fathom::fixtures
