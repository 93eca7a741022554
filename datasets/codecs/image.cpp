#include "datasets/codecs/image.h"

#include <ATen/ops/empty.h>
#include <fmt/format.h>

#include <cmath>
#include <mutex>
#include <opencv2/core.hpp>
#include <opencv2/core/utils/logger.hpp>
#include <opencv2/imgcodecs.hpp>
#include <variant>
#include <vector>

#include "core/atomic_file.h"
#include "core/device.h"
#include "core/error.h"
#include "datasets/codecs/input_file.h"
#include "datasets/codecs/jpeg.h"
#include "datasets/codecs/png.h"

namespace fathom {
namespace {

/// Room for text and colour profiles beside the pixels; also the longest JPEG.
constexpr std::int64_t kMostOtherBytes = 256ll << 20;

/// A checked image file: what its header says, and bytes that a decoder can be trusted with.
struct Encoded {
  std::string name;
  std::variant<PngHeader, JpegHeader> header;
  std::vector<std::uint8_t> bytes;

  Size size() const {
    return std::visit([](const auto& known) { return known.size; }, header);
  }
  const PngHeader* png() const { return std::get_if<PngHeader>(&header); }
};

/// OpenCV adds no threads of its own to those that call the codecs, and is silent: what is wrong
/// with a file is said in the error.
void prepareOpenCv() {
  static std::once_flag once;
  std::call_once(once, [] {
    cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
    cv::setNumThreads(1);
  });
}

void checkPixels(Size size, std::int64_t mostPixels, const InputFile& file) {
  if (size.height * size.width <= mostPixels) return;
  file.fail(fmt::format("announces {}×{} pixels; at most {} million are read", size.width,
                        size.height, mostPixels / 1'000'000),
            "Cut or shrink the image");
}

std::vector<std::uint8_t> readWhole(const InputFile& file, std::int64_t mostBytes) {
  if (file.size() > static_cast<std::uint64_t>(mostBytes)) {
    file.fail(fmt::format("is {} bytes long; an image of its size takes at most {}", file.size(),
                          mostBytes),
              "Save the image again");
  }
  std::vector<std::uint8_t> bytes(file.size());
  file.readAt(0, bytes.data(), bytes.size());
  return bytes;
}

PngHeader pngHeader(const InputFile& file, const std::vector<std::uint8_t>& start,
                    std::int64_t mostPixels) {
  const PngHeader header = readPngHeader(start, file.name());
  checkPixels(header.size, mostPixels, file);
  return header;
}

Encoded readJpeg(const InputFile& file, std::int64_t mostPixels) {
  std::vector<std::uint8_t> bytes = readWhole(file, kMostOtherBytes);
  const JpegHeader header = readJpegHeader(bytes, file.name());
  checkPixels(header.size, mostPixels, file);
  bytes.resize(checkedJpeg(bytes, file.name()).size());
  return {file.name(), header, std::move(bytes)};
}

/// As many bytes as the header of a PNG has.
std::vector<std::uint8_t> startOf(const InputFile& file) {
  std::vector<std::uint8_t> start(kPngHeaderBytes);
  start.resize(file.readSome(0, start.data(), start.size()));
  if (start.empty()) file.fail("is empty", "Copy or download it again");
  if (!looksLikePng(start) && !looksLikeJpeg(start)) {
    file.fail("is neither a PNG nor a JPEG", "Convert it to PNG");
  }
  return start;
}

/// Looks at the header first; memory for the rest is asked for only if the header is in order.
Encoded readEncoded(const std::filesystem::path& path, std::int64_t mostPixels) {
  const InputFile file(path);
  const std::vector<std::uint8_t> start = startOf(file);
  if (!looksLikePng(start)) return readJpeg(file, mostPixels);
  const PngHeader header = pngHeader(file, start, mostPixels);
  // Packing can add a little to what does not shrink.
  const std::int64_t data = header.dataBytes();
  const auto bytes = readWhole(file, data + data / 64 + kMostOtherBytes);
  return {file.name(), header, checkedPng(bytes, header, file.name())};
}

cv::Mat decode(const Encoded& image, int flags) {
  prepareOpenCv();
  cv::Mat decoded;
  try {
    const cv::Mat bytes(1, static_cast<int>(image.bytes.size()), CV_8U,
                        const_cast<std::uint8_t*>(image.bytes.data()));
    decoded = cv::imdecode(bytes, flags | cv::IMREAD_IGNORE_ORIENTATION);
  } catch (const cv::Exception& error) {
    if (error.code == cv::Error::StsNoMem) {
      throw OutOfMemory("the machine's memory did not suffice", image.name, "Shrink the image");
    }
    throw FileError(fmt::format("cannot be decoded: {}", error.err), image.name);
  }
  if (decoded.empty()) {
    throw FileError("cannot be decoded: its pixel data is damaged", image.name,
                    "Copy or download it again");
  }
  return decoded;
}

/// Blue, green, red side by side becomes three planes.
at::Tensor toPlanes(const cv::Mat& image) {
  at::Tensor rgb = at::empty({3, image.rows, image.cols}, at::TensorOptions(at::kByte));
  const std::int64_t plane = std::int64_t{image.rows} * image.cols;
  auto* red = rgb.mutable_data_ptr<std::uint8_t>();
  auto *green = red + plane, *blue = green + plane;
  for (int row = 0; row < image.rows; ++row) {
    const auto* pixel = image.ptr<std::uint8_t>(row);
    for (int column = 0; column < image.cols; ++column, pixel += 3) {
      *blue++ = pixel[0];
      *green++ = pixel[1];
      *red++ = pixel[2];
    }
  }
  return rgb;
}

cv::Mat fromPlanes(const at::Tensor& rgb) {
  cv::Mat image(static_cast<int>(rgb.size(1)), static_cast<int>(rgb.size(2)), CV_8UC3);
  const std::int64_t plane = rgb.size(1) * rgb.size(2);
  const auto* red = rgb.const_data_ptr<std::uint8_t>();
  auto* out = image.ptr<std::uint8_t>();
  for (std::int64_t at = 0; at < plane; ++at) {
    *out++ = red[at + 2 * plane];
    *out++ = red[at + plane];
    *out++ = red[at];
  }
  return image;
}

Encoded readColour(const std::filesystem::path& path, std::int64_t mostPixels) {
  Encoded image = readEncoded(path, mostPixels);
  if (const PngHeader* png = image.png(); png && png->bits == 16) {
    const bool grey = png->channels() < 3;
    throw FileError(grey ? "is a 16-bit grey PNG, a depth map rather than a colour image"
                         : "has 16 bits per channel; colour images have 8",
                    image.name,
                    grey ? "Check which folder holds the colour images"
                         : "Convert it to an 8-bit PNG, so that the reduction is your choice");
  }
  return image;
}

/// The strongest reduction of the decoder that leaves enough for a thumbnail.
int reducedFlags(Size size) {
  const std::int64_t spare = std::max(size.width / 96, size.height / 72);
  if (spare >= 8) return cv::IMREAD_REDUCED_COLOR_8;
  if (spare >= 4) return cv::IMREAD_REDUCED_COLOR_4;
  return spare >= 2 ? cv::IMREAD_REDUCED_COLOR_2 : cv::IMREAD_COLOR;
}

void checkScale(double metresPerValue, const std::string& name) {
  if (std::isfinite(metresPerValue) && metresPerValue > 0) return;
  throw BadInput("metres per value of a depth PNG must be finite and above 0", name);
}

void writePng(const std::filesystem::path& path, const cv::Mat& image) {
  prepareOpenCv();
  std::vector<std::uint8_t> bytes;
  if (!cv::imencode(".png", image, bytes)) throw FileError("cannot be packed", path.string());
  writeFile(path, std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
}

std::uint16_t depthValue(float metres, double metresPerValue, const std::string& name) {
  const double value = std::round(metres / metresPerValue);
  if (value > 65535 || metres < 0) {
    throw BadInput(fmt::format("{} m cannot be written at {} m per value: 0 to {} m fit", metres,
                               metresPerValue, 65535 * metresPerValue),
                   name, "Choose a larger scale, or write NPY");
  }
  return static_cast<std::uint16_t>(std::max(value, 1.0));
}

}  // namespace

at::Tensor readRgb(const std::filesystem::path& path, std::int64_t mostPixels) {
  const Encoded image = readColour(path, mostPixels);
  const cv::Mat decoded = decode(image, cv::IMREAD_COLOR);
  if (decoded.rows != image.size().height || decoded.cols != image.size().width ||
      decoded.type() != CV_8UC3) {
    throw FileError("is decoded to another size or type than its header announces", image.name,
                    "Save the image again");
  }
  return toPlanes(decoded);
}

Size imageSize(const std::filesystem::path& path, std::int64_t mostPixels) {
  const InputFile file(path);
  const std::vector<std::uint8_t> start = startOf(file);
  return looksLikePng(start) ? pngHeader(file, start, mostPixels).size
                             : readJpeg(file, mostPixels).size();
}

Thumbnail readThumbnail(const std::filesystem::path& path) {
  const Encoded image = readColour(path, kMostPixels);
  return makeThumbnail(toPlanes(decode(image, reducedFlags(image.size()))));
}

DepthMap readDepthPng(const std::filesystem::path& path, double metresPerValue,
                      std::int64_t mostPixels) {
  checkScale(metresPerValue, path.string());
  const Encoded image = readEncoded(path, mostPixels);
  const PngHeader* png = image.png();
  if (!png || png->colour != PngColour::kGrey || png->bits != 16) {
    throw FileError("is not a 16-bit grey PNG, so it holds no depth in metres", image.name,
                    "Give the depth map as a 16-bit grey PNG or as NPY");
  }
  const cv::Mat values = decode(image, cv::IMREAD_UNCHANGED);
  if (values.type() != CV_16UC1) throw FileError("is not decoded to 16 bits", image.name);
  at::Tensor metres = at::empty({values.rows, values.cols}, at::TensorOptions(at::kFloat));
  auto* out = metres.mutable_data_ptr<float>();
  for (int row = 0; row < values.rows; ++row) {
    const auto* value = values.ptr<std::uint16_t>(row);
    for (int column = 0; column < values.cols; ++column) {
      *out++ = static_cast<float>(value[column] * metresPerValue);
    }
  }
  return makeDepthMap(std::move(metres));
}

void writeDepthPng(const std::filesystem::path& path, const DepthMap& depth,
                   double metresPerValue) {
  checkScale(metresPerValue, path.string());
  const at::Tensor metres = onCpu(depth.metres), counting = onCpu(counts(depth));
  cv::Mat values(static_cast<int>(metres.size(0)), static_cast<int>(metres.size(1)), CV_16UC1);
  const auto* in = metres.const_data_ptr<float>();
  const auto* counted = counting.const_data_ptr<bool>();
  auto* out = values.ptr<std::uint16_t>();
  for (std::int64_t at = 0; at < metres.numel(); ++at) {
    out[at] = counted[at] ? depthValue(in[at], metresPerValue, path.string()) : std::uint16_t{0};
  }
  writePng(path, values);
}

void writeRgbPng(const std::filesystem::path& path, const at::Tensor& rgb) {
  const at::Tensor image = rgb.defined() ? onCpu(rgb) : rgb;
  if (!image.defined() || image.dim() != 3 || image.size(0) != 3 || image.numel() == 0 ||
      image.scalar_type() != at::kByte) {
    throw BadInput("a colour image is 3×H×W uint8 with at least one pixel", path.string());
  }
  writePng(path, fromPlanes(image));
}

}  // namespace fathom
