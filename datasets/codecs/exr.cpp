#include "datasets/codecs/exr.h"

#include <ATen/ops/empty.h>
#include <ImfChannelList.h>
#include <ImfFrameBuffer.h>
#include <ImfHeader.h>
#include <ImfIO.h>
#include <ImfInputFile.h>
#include <ImfOutputFile.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <cstring>
#include <memory>
#include <mutex>
#include <string_view>
#include <vector>

#include "core/atomic_file.h"
#include "core/device.h"
#include "core/error.h"
#include "datasets/codecs/input_file.h"

namespace fathom {
namespace {

/// OpenEXR reads from a file that is open already, and so was looked at.
class Stream : public Imf::IStream {
 public:
  explicit Stream(const InputFile& file) : IStream(file.name().c_str()), file_(file) {}
  bool read(char to[], int count) override {
    file_.readAt(at_, to, static_cast<std::size_t>(count));
    at_ += static_cast<std::uint64_t>(count);
    return at_ < file_.size();
  }
  std::uint64_t tellg() override { return at_; }
  void seekg(std::uint64_t position) override { at_ = position; }

 private:
  const InputFile& file_;
  std::uint64_t at_ = 0;
};

class MemoryStream : public Imf::OStream {
 public:
  MemoryStream() : OStream("memory") {}
  void write(const char from[], int count) override {
    const std::size_t end = at_ + static_cast<std::size_t>(count);
    if (bytes.size() < end) bytes.resize(end);
    bytes.replace(at_, static_cast<std::size_t>(count), from, static_cast<std::size_t>(count));
    at_ = end;
  }
  std::uint64_t tellp() override { return at_; }
  void seekp(std::uint64_t position) override { at_ = position; }

  std::string bytes;

 private:
  std::size_t at_ = 0;
};

/// The library believes headers up to these limits when it makes room for its tables.
void limitHeaders() {
  static std::once_flag once;
  std::call_once(once, [] {
    Imf::Header::setMaxImageSize(1 << 15, 1 << 15);
    Imf::Header::setMaxTileSize(1 << 13, 1 << 13);
  });
}

constexpr std::uint64_t kLongestAttribute = 1 << 20, kLongestChannels = 2048;

/// A text that ends with a zero, as names in the header do.
std::string headerText(const InputFile& file, std::uint64_t& at) {
  std::array<char, 256> text{};
  const std::size_t got = file.readSome(at, text.data(), text.size());
  const auto* end = static_cast<const char*>(std::memchr(text.data(), 0, got));
  if (!end) file.fail("has a damaged OpenEXR header", "Write it again");
  at += static_cast<std::uint64_t>(end - text.data()) + 1;
  return std::string(text.data(), static_cast<std::size_t>(end - text.data()));
}

/// The library makes room for whatever length an attribute announces; so the header is walked
/// first.
void checkHeader(const InputFile& file) {
  std::array<std::uint8_t, 8> start{};
  if (file.readSome(0, start.data(), start.size()) < start.size() || start[0] != 0x76 ||
      start[1] != 0x2f || start[2] != 0x31 || start[3] != 0x01) {
    file.fail(file.size() == 0 ? "is empty" : "is no OpenEXR file", "Write it again");
  }
  if (start[5] & 0x18)
    file.fail("is a deep or multi-part OpenEXR file", "Write a single flat part");
  std::uint64_t at = start.size();
  while (true) {
    const std::string name = headerText(file, at);
    if (name.empty()) return;
    const std::string type = headerText(file, at);
    std::array<std::uint8_t, 4> bytes{};
    file.readAt(at, bytes.data(), bytes.size());
    const std::uint64_t length =
        bytes[0] | bytes[1] << 8 | bytes[2] << 16 | static_cast<std::uint64_t>(bytes[3]) << 24;
    at += bytes.size() + length;
    if (at > file.size() || length > (type == "chlist" ? kLongestChannels : kLongestAttribute)) {
      file.fail(fmt::format("announces {} bytes for \"{}\" in its header", length, name),
                "It is damaged or cut short: write it again");
    }
  }
}

/// Runs what calls the library; what it throws becomes an error about the file.
template <class Function>
auto guarded(const InputFile& file, const Function& function) {
  limitHeaders();
  checkHeader(file);
  try {
    return function();
  } catch (const Error&) {
    throw;
  } catch (const std::bad_alloc&) {
    file.fail("wants more memory than there is", "Write it again, in scan lines");
  } catch (const std::exception& error) {
    file.fail(fmt::format("cannot be read as OpenEXR: {}", error.what()),
              "It is damaged, cut short or still being written: write it again");
  }
}

struct Open {
  explicit Open(const InputFile& file) : stream(file), input(stream, 0) {}
  Stream stream;
  Imf::InputFile input;
};

Size checkedSize(const Imf::InputFile& input, const InputFile& file) {
  const Imath::Box2i data = input.header().dataWindow();
  const Imath::Box2i shown = input.header().displayWindow();
  if (data != shown) {
    file.fail("covers another window than the picture's own",
              "Write it with equal data and display windows");
  }
  return mapSize(
      {std::int64_t{data.max.y} - data.min.y + 1, std::int64_t{data.max.x} - data.min.x + 1},
      file.name());
}

std::string depthChannel(const Imf::InputFile& input, const InputFile& file) {
  std::vector<std::string> names;
  const Imf::ChannelList& channels = input.header().channels();
  for (auto each = channels.begin(); each != channels.end(); ++each)
    names.emplace_back(each.name());
  if (names.size() == 1) return names[0];
  for (const std::string_view wanted : {"Z", "depth", "Depth", "Y", "V"}) {
    for (const std::string& name : names) {
      if (std::string_view(name).substr(name.rfind('.') + 1) == wanted) return name;
    }
  }
  file.fail(fmt::format("has the channels {}, none of which is called Z, depth, Y or V",
                        fmt::join(names, ", ")),
            "Write the depth as a single channel");
}

}  // namespace

Size exrSize(const std::filesystem::path& path) {
  const InputFile file(path);
  return guarded(file, [&] {
    const Open open(file);
    return checkedSize(open.input, file);
  });
}

StoredDepth readExr(const std::filesystem::path& path) {
  const InputFile file(path);
  return guarded(file, [&]() -> StoredDepth {
    Open open(file);
    Imf::InputFile& input = open.input;
    const Size size = checkedSize(input, file);
    const std::string name = depthChannel(input, file);
    const Imf::Channel& channel = input.header().channels()[name];
    if (channel.xSampling != 1 || channel.ySampling != 1) file.fail("has a subsampled channel");
    if (!input.isComplete()) {
      file.fail("is not complete", "It is cut short or still being written: write it again");
    }
    at::Tensor values = at::empty({size.height, size.width}, at::TensorOptions(at::kFloat));
    const Imath::Box2i window = input.header().dataWindow();
    Imf::FrameBuffer buffer;
    buffer.insert(name, Imf::Slice::Make(Imf::FLOAT, values.mutable_data_ptr<float>(), window));
    input.setFrameBuffer(buffer);
    input.readPixels(window.min.y, window.max.y);
    return {std::move(values), channel.type == Imf::UINT};
  });
}

void writeExr(const std::filesystem::path& path, const at::Tensor& values) {
  if (!values.defined() || values.dim() != 2 || values.scalar_type() != at::kFloat ||
      values.numel() == 0) {
    throw BadInput("only H×W float32 is written as OpenEXR", path.string());
  }
  const at::Tensor rows = onCpu(values);
  MemoryStream stream;
  {
    Imf::Header header(static_cast<int>(rows.size(1)), static_cast<int>(rows.size(0)));
    header.channels().insert("Z", Imf::Channel(Imf::FLOAT));
    Imf::FrameBuffer buffer;
    buffer.insert("Z",
                  Imf::Slice::Make(Imf::FLOAT, rows.const_data_ptr<float>(), header.dataWindow()));
    Imf::OutputFile output(stream, header, 0);
    output.setFrameBuffer(buffer);
    output.writePixels(static_cast<int>(rows.size(0)));
  }
  writeFile(path, stream.bytes);
}

}  // namespace fathom
