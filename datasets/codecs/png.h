#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/depth_map.h"
#include "datasets/codecs/bytes.h"

namespace fathom {

/// How the samples of a PNG pixel are to be read (the numbers are those of the format).
enum class PngColour : std::uint8_t {
  kGrey = 0,
  kRgb = 2,
  kPalette = 3,
  kGreyAlpha = 4,
  kRgbAlpha = 6
};

/// What the first chunk of a PNG says.
struct PngHeader {
  Size size;
  int bits = 8;  ///< of one sample: 1, 2, 4, 8 or 16
  PngColour colour = PngColour::kRgb;
  bool interlaced = false;

  int channels() const;
  /// Bytes of one row of `width` pixels, without the filter byte in front of it.
  std::int64_t rowBytes(std::int64_t width) const;
  /// Bytes of the pixel data, unpacked, filter bytes included.
  std::int64_t dataBytes() const;
};

/// Signature and header chunk: the least a PNG has.
inline constexpr std::size_t kPngHeaderBytes = 33;

bool looksLikePng(Bytes start);

/// Reads the header from the first kPngHeaderBytes bytes (or fewer, where the file is shorter).
/// Throws FileError about `file`: cut, bad checksum, a combination that the format does not know.
PngHeader readPngHeader(Bytes start, const std::string& file);

/// Checks a whole PNG: every chunk's length and checksum, their order, the end chunk, and that the
/// pixel data unpacks to exactly what the header announces. A decoder finds nothing to complain
/// about in what passes. Returns the same image with only the chunks that make its pixels: no
/// colour profile, gamma, text or transparency, which no decoder then applies or unpacks.
/// Throws FileError about `file`.
std::vector<std::uint8_t> checkedPng(Bytes bytes, const PngHeader& header, const std::string& file);

/// Throws FileError unless the compressed pixel data (the contents of the IDAT chunks in order)
/// unpacks to exactly the rows that the header announces. Memory in use does not grow with them.
void checkPngPixels(const std::vector<Bytes>& parts, const PngHeader& header,
                    const std::string& file);

}  // namespace fathom
