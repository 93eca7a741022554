#include <fmt/format.h>
#include <zlib.h>

#include <array>

#include "core/error.h"
#include "datasets/codecs/png.h"

namespace fathom {
namespace {

/// Rows of one size. An interlaced image is seven small ones, another is one.
struct Pass {
  std::int64_t rows, rowBytes;
};

std::vector<Pass> passesOf(const PngHeader& header) {
  const auto [height, width] = header.size;
  if (!header.interlaced) return {{height, header.rowBytes(width)}};
  struct Grid {
    std::int64_t left, top, stepX, stepY;
  };
  constexpr std::array<Grid, 7> kAdam7{{{0, 0, 8, 8},
                                        {4, 0, 8, 8},
                                        {0, 4, 4, 8},
                                        {2, 0, 4, 4},
                                        {0, 2, 2, 4},
                                        {1, 0, 2, 2},
                                        {0, 1, 1, 2}}};
  std::vector<Pass> passes;
  for (const auto& [left, top, stepX, stepY] : kAdam7) {
    if (width <= left || height <= top) continue;
    passes.push_back(
        {(height - top + stepY - 1) / stepY, header.rowBytes((width - left + stepX - 1) / stepX)});
  }
  return passes;
}

/// Follows the unpacked bytes and looks at the filter byte in front of each row.
class RowCheck {
 public:
  explicit RowCheck(std::vector<Pass> passes) : passes_(std::move(passes)) {}

  /// False where a filter is none of the five that exist.
  bool take(const std::uint8_t* bytes, std::int64_t count) {
    while (pass_ < passes_.size() && nextRow_ < taken_ + count) {
      if (bytes[nextRow_ - taken_] > 4) return false;
      nextRow_ += passes_[pass_].rowBytes + 1;
      if (++row_ < passes_[pass_].rows) continue;
      row_ = 0;
      ++pass_;
    }
    taken_ += count;
    return true;
  }

  std::int64_t taken() const { return taken_; }

 private:
  std::vector<Pass> passes_;
  std::size_t pass_ = 0;
  std::int64_t row_ = 0, nextRow_ = 0, taken_ = 0;
};

struct Inflater {
  z_stream stream{};
  Inflater() {
    if (::inflateInit(&stream) != Z_OK) throw OutOfMemory("no memory to unpack an image");
  }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
  ~Inflater() { ::inflateEnd(&stream); }
};

/// Unpacks the parts one after the other into a small buffer.
class PixelCheck {
 public:
  PixelCheck(const PngHeader& header, const std::string& file)
      : rows_(passesOf(header)), wanted_(header.dataBytes()), file_(file) {}

  void take(Bytes part) {
    z_stream& stream = inflater_.stream;
    stream.next_in = const_cast<Bytef*>(part.data());
    stream.avail_in = static_cast<uInt>(part.size());
    // A full buffer may hide more output even where no input is left.
    for (bool more = part.size() > 0; more;) {
      if (ended_) fail(fmt::format("{} bytes follow its end", stream.avail_in));
      stream.next_out = buffer_.data();
      stream.avail_out = static_cast<uInt>(buffer_.size());
      const int code = ::inflate(&stream, Z_NO_FLUSH);
      if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR) {
        fail(stream.msg ? stream.msg : "it cannot be unpacked");
      }
      takeRows(static_cast<std::int64_t>(buffer_.size() - stream.avail_out));
      ended_ = code == Z_STREAM_END;
      more = stream.avail_in > 0 || (stream.avail_out == 0 && !ended_);
    }
  }

  void finish() const {
    if (!ended_) {
      fail(fmt::format("it ends after {} of {} bytes", rows_.taken(), wanted_));
    }
    if (rows_.taken() != wanted_) {
      fail(fmt::format("it holds {} bytes where the header announces {}", rows_.taken(), wanted_));
    }
  }

 private:
  void takeRows(std::int64_t count) {
    if (rows_.taken() + count > wanted_) {
      fail(fmt::format("it holds more than the {} bytes that the header announces", wanted_));
    }
    if (!rows_.take(buffer_.data(), count)) fail("a row has an unknown filter");
  }

  [[noreturn]] void fail(std::string_view why) const {
    throw FileError(fmt::format("the PNG's pixel data is damaged: {}", why), file_,
                    "Copy, download or write the file again");
  }

  RowCheck rows_;
  std::int64_t wanted_;
  const std::string& file_;
  Inflater inflater_;
  std::array<std::uint8_t, 64 * 1024> buffer_;
  bool ended_ = false;
};

}  // namespace

std::int64_t PngHeader::dataBytes() const {
  std::int64_t bytes = 0;
  for (const auto& [rows, rowSize] : passesOf(*this)) bytes += rows * (rowSize + 1);
  return bytes;
}

void checkPngPixels(const std::vector<Bytes>& parts, const PngHeader& header,
                    const std::string& file) {
  PixelCheck check(header, file);
  for (const Bytes part : parts) check.take(part);
  check.finish();
}

}  // namespace fathom
