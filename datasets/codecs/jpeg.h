#pragma once

#include <cstdint>
#include <string>

#include "core/depth_map.h"
#include "datasets/codecs/bytes.h"

namespace fathom {

bool looksLikeJpeg(Bytes start);

/// What the frame header of a JPEG says.
struct JpegHeader {
  Size size;
  int channels = 3;  ///< 1 or 3
};

/// Reads the segments up to the frame header. Throws FileError about `file`: cut, damaged, or of a
/// kind that is not read (12 bits, CMYK, lossless).
JpegHeader readJpegHeader(Bytes bytes, const std::string& file);

/// The bytes up to and with the end marker. A JPEG has no checksums: what is cut is found, what is
/// altered inside its pixel data is not. Throws FileError about `file`.
Bytes checkedJpeg(Bytes bytes, const std::string& file);

}  // namespace fathom
