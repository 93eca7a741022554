#include "datasets/codecs/png.h"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <array>

#include "core/error.h"

namespace fathom {
namespace {

constexpr std::array<std::uint8_t, 8> kSignature{0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
constexpr std::size_t kFrame = 12;                // length, name and checksum around a chunk's data
constexpr std::int64_t kLongestSide = 1'000'000;  // the limit of the decoder behind us
constexpr const char* kCopyAgain = "The file is cut short: copy or download it again";
constexpr const char* kDamaged = "The file is damaged: copy or download it again";

std::uint32_t number(const std::uint8_t* at) {
  return std::uint32_t{at[0]} << 24 | std::uint32_t{at[1]} << 16 | std::uint32_t{at[2]} << 8 |
         at[3];
}

std::uint32_t checksum(Bytes bytes) {
  return static_cast<std::uint32_t>(::crc32_z(0, bytes.data(), bytes.size()));
}

struct Chunk {
  std::string name;
  Bytes whole;  // with its frame
  Bytes data;
  bool critical() const { return name[0] >= 'A' && name[0] <= 'Z'; }
};

/// The chunk that begins at `at`, its length and checksum verified.
Chunk readChunk(Bytes bytes, std::size_t at, const std::string& file) {
  const std::size_t left = bytes.size() - at;
  if (left < kFrame) {
    throw FileError(fmt::format("the PNG ends after {} bytes, before its end chunk", bytes.size()),
                    file, kCopyAgain);
  }
  const std::uint32_t length = number(&bytes[at]);
  std::string name(bytes.begin() + at + 4, bytes.begin() + at + 8);
  const auto letter = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); };
  if (!std::ranges::all_of(name, letter) || length > 0x7fffffffu) {
    throw FileError(fmt::format("there is no PNG chunk at byte {} where one should be", at), file,
                    kDamaged);
  }
  if (left - kFrame < length) {
    throw FileError(fmt::format("the PNG's chunk {} announces {} bytes, but {} follow", name,
                                length, left - kFrame),
                    file, kCopyAgain);
  }
  const Bytes whole = bytes.subspan(at, length + kFrame);
  if (checksum(whole.subspan(4, length + 4)) != number(&whole[length + 8])) {
    throw FileError(fmt::format("the checksum of the PNG's chunk {} at byte {} is wrong", name, at),
                    file, kDamaged);
  }
  return {std::move(name), whole, whole.subspan(8, length)};
}

bool knownCombination(int colour, int bits) {
  switch (colour) {
    case 0:
      return bits == 1 || bits == 2 || bits == 4 || bits == 8 || bits == 16;
    case 3:
      return bits == 1 || bits == 2 || bits == 4 || bits == 8;
    case 2:
    case 4:
    case 6:
      return bits == 8 || bits == 16;
    default:
      return false;
  }
}

/// A palette with all entries that pixels can name, so that no pixel points outside.
void appendPalette(std::vector<std::uint8_t>& out, Bytes entries, int bits) {
  const std::size_t length = std::size_t{3} << bits;
  const std::size_t begin = out.size();
  out.insert(out.end(), {0, 0, static_cast<std::uint8_t>(length >> 8),
                         static_cast<std::uint8_t>(length & 0xff), 'P', 'L', 'T', 'E'});
  out.insert(out.end(), entries.begin(), entries.end());
  out.resize(begin + 8 + length, 0);
  const std::uint32_t sum = checksum(Bytes(out).subspan(begin + 4, length + 4));
  for (int shift = 24; shift >= 0; shift -= 8)
    out.push_back(static_cast<std::uint8_t>(sum >> shift));
}

/// Walks the chunks after the header and keeps those that make pixels.
class ChunkWalk {
 public:
  ChunkWalk(const PngHeader& header, const std::string& file) : header_(header), file_(file) {}

  std::vector<std::uint8_t> run(Bytes bytes) {
    kept_.assign(bytes.begin(), bytes.begin() + kPngHeaderBytes);
    for (std::size_t at = kPngHeaderBytes; !ended_;) {
      const Chunk chunk = readChunk(bytes, at, file_);
      take(chunk);
      at += chunk.whole.size();
    }
    if (parts_.empty()) fail("the PNG has no pixel data");
    checkPngPixels(parts_, header_, file_);
    return std::move(kept_);
  }

 private:
  void take(const Chunk& chunk) {
    const bool pixels = chunk.name == "IDAT";
    if (!pixels && !parts_.empty()) pixelsEnded_ = true;
    if (pixels) {
      takePixels(chunk);
    } else if (chunk.name == "PLTE") {
      takePalette(chunk);
    } else if (chunk.name == "IEND") {
      if (!chunk.data.empty()) fail("the PNG's end chunk is not empty");
      keep(chunk);
      ended_ = true;
    } else if (chunk.critical()) {
      fail(fmt::format("the PNG has the chunk {} in a place where no reader knows it", chunk.name));
    }
  }

  void takePixels(const Chunk& chunk) {
    if (header_.colour == PngColour::kPalette && !palette_) fail("the PNG's palette is missing");
    if (pixelsEnded_) fail("the PNG's pixel data is interrupted by another chunk");
    parts_.push_back(chunk.data);
    keep(chunk);
  }

  void takePalette(const Chunk& chunk) {
    const std::size_t bytes = chunk.data.size();
    if (palette_ || !parts_.empty() || bytes == 0 || bytes % 3 != 0 || bytes > 768) {
      fail("the PNG's palette is damaged or in the wrong place");
    }
    palette_ = true;
    if (header_.colour != PngColour::kPalette) return;  // a mere suggestion there
    if (bytes > std::size_t{3} << header_.bits) fail("the PNG's palette has too many colours");
    appendPalette(kept_, chunk.data, header_.bits);
  }

  void keep(const Chunk& chunk) {
    kept_.insert(kept_.end(), chunk.whole.begin(), chunk.whole.end());
  }

  [[noreturn]] void fail(const std::string& problem) const {
    throw FileError(problem, file_, kDamaged);
  }

  const PngHeader& header_;
  const std::string& file_;
  std::vector<std::uint8_t> kept_;
  std::vector<Bytes> parts_;
  bool palette_ = false, pixelsEnded_ = false, ended_ = false;
};

}  // namespace

int PngHeader::channels() const {
  switch (colour) {
    case PngColour::kGrey:
    case PngColour::kPalette:
      return 1;
    case PngColour::kGreyAlpha:
      return 2;
    case PngColour::kRgb:
      return 3;
    case PngColour::kRgbAlpha:
      return 4;
  }
  return 0;
}

std::int64_t PngHeader::rowBytes(std::int64_t width) const {
  return (width * channels() * bits + 7) / 8;
}

bool looksLikePng(Bytes start) {
  return start.size() >= kSignature.size() &&
         std::equal(kSignature.begin(), kSignature.end(), start.begin());
}

PngHeader readPngHeader(Bytes start, const std::string& file) {
  if (!looksLikePng(start)) throw FileError("is not a PNG", file);
  const Chunk chunk =
      readChunk(start.first(std::min(start.size(), kPngHeaderBytes)), kSignature.size(), file);
  if (chunk.name != "IHDR" || chunk.data.size() != 13) {
    throw FileError("the PNG does not begin with its header chunk", file, kDamaged);
  }
  const std::uint8_t* data = chunk.data.data();
  const PngHeader header{
      {number(data + 4), number(data)}, data[8], PngColour{data[9]}, data[12] == 1};
  if (!knownCombination(data[9], data[8]) || data[10] != 0 || data[11] != 0 || data[12] > 1) {
    throw FileError(
        fmt::format("the PNG is of an unknown kind (colour type {}, {} bits)", data[9], data[8]),
        file, kDamaged);
  }
  const auto [height, width] = header.size;
  if (height < 1 || width < 1 || height > kLongestSide || width > kLongestSide) {
    throw FileError(fmt::format("the PNG announces {}×{} pixels; sides of 1 to {} can be read",
                                width, height, kLongestSide),
                    file, kDamaged);
  }
  return header;
}

std::vector<std::uint8_t> checkedPng(Bytes bytes, const PngHeader& header,
                                     const std::string& file) {
  return ChunkWalk(header, file).run(bytes);
}

}  // namespace fathom
