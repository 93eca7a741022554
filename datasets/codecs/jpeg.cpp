#include "datasets/codecs/jpeg.h"

#include <fmt/format.h>

#include <cstring>

#include "core/error.h"

namespace fathom {
namespace {

constexpr std::uint8_t kStart = 0xd8, kEnd = 0xd9, kScan = 0xda;

/// One segment: its marker and what follows the two bytes of its length.
struct Segment {
  std::uint8_t marker = 0;
  Bytes data;
};

/// Walks from marker to marker.
class SegmentWalk {
 public:
  SegmentWalk(Bytes bytes, const std::string& file) : bytes_(bytes), file_(file) {}

  /// The next segment; start and end markers come without data.
  Segment next() {
    if (need(1) != 0xff) {
      throw FileError(fmt::format("there is no JPEG marker at byte {} where one should be", at_),
                      file_, "The file is damaged: copy or download it again");
    }
    while (need(1) == 0xff) ++at_;  // any number of fill bytes
    const std::uint8_t marker = bytes_[at_++];
    if (marker == kStart || marker == kEnd) return {marker, {}};
    const std::size_t length = std::size_t{need(2)} << 8 | bytes_[at_ + 1];
    if (length < 2) {
      throw FileError(fmt::format("a JPEG segment at byte {} has no length", at_), file_,
                      "The file is damaged: copy or download it again");
    }
    need(length);
    const Bytes data = bytes_.subspan(at_ + 2, length - 2);
    at_ += length;
    return {marker, data};
  }

  /// Goes past the packed pixels that follow a scan's segment, to the next real marker.
  void skipPixels() {
    for (;;) {
      const void* found =
          at_ < bytes_.size() ? std::memchr(&bytes_[at_], 0xff, bytes_.size() - at_) : nullptr;
      if (!found) cut();
      at_ = static_cast<std::size_t>(static_cast<const std::uint8_t*>(found) - bytes_.data());
      need(2);
      const std::uint8_t after = bytes_[at_ + 1];
      const bool restart = after >= 0xd0 && after <= 0xd7;
      if (after == 0xff) {
        ++at_;
      } else if (after == 0 || restart) {
        at_ += 2;
      } else {
        return;
      }
    }
  }

  std::size_t position() const { return at_; }

 private:
  /// The byte at the current place, after making sure that `count` bytes are left.
  std::uint8_t need(std::size_t count) const {
    if (bytes_.size() - at_ < count) cut();
    return bytes_[at_];
  }

  [[noreturn]] void cut() const {
    throw FileError(
        fmt::format("the JPEG ends after {} bytes, before its end marker", bytes_.size()), file_,
        "The file is cut short: copy or download it again");
  }

  Bytes bytes_;
  const std::string& file_;
  std::size_t at_ = 0;
};

bool isFrame(std::uint8_t marker) {
  return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
}

JpegHeader frameHeader(const Segment& segment, const std::string& file) {
  const Bytes& data = segment.data;
  const bool baseline = segment.marker <= 0xc2;  // baseline, extended, progressive
  if (!baseline || data.size() < 6 || data[0] != 8 || (data[5] != 1 && data[5] != 3)) {
    throw FileError(
        "the JPEG is of a kind that is not read (CMYK, 12 bits, lossless or arithmetic)", file,
        "Save it as an 8-bit RGB PNG");
  }
  const JpegHeader header{{data[1] * 256 + data[2], data[3] * 256 + data[4]}, data[5]};
  if (header.size.height == 0 || header.size.width == 0) {
    throw FileError("the JPEG announces an image without pixels", file,
                    "The file is damaged: copy or download it again");
  }
  return header;
}

}  // namespace

bool looksLikeJpeg(Bytes start) {
  return start.size() >= 3 && start[0] == 0xff && start[1] == kStart && start[2] == 0xff;
}

JpegHeader readJpegHeader(Bytes bytes, const std::string& file) {
  SegmentWalk walk(bytes, file);
  for (;;) {
    const Segment segment = walk.next();
    if (isFrame(segment.marker)) return frameHeader(segment, file);
    if (segment.marker == kScan || segment.marker == kEnd) {
      throw FileError("the JPEG has no frame header", file,
                      "The file is damaged: copy or download it again");
    }
  }
}

Bytes checkedJpeg(Bytes bytes, const std::string& file) {
  SegmentWalk walk(bytes, file);
  bool pixels = false;
  for (;;) {
    const Segment segment = walk.next();
    if (segment.marker == kScan) {
      pixels = true;
      walk.skipPixels();
    } else if (segment.marker == kEnd) {
      if (pixels) return bytes.first(walk.position());
      throw FileError("the JPEG has no pixel data", file,
                      "The file is damaged: copy or download it again");
    }
  }
}

}  // namespace fathom
