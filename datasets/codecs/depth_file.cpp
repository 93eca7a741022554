#include "datasets/codecs/depth_file.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "core/error.h"
#include "core/shape_text.h"
#include "datasets/codecs/exr.h"
#include "datasets/codecs/hdf5.h"
#include "datasets/codecs/image.h"
#include "datasets/codecs/image_limits.h"
#include "datasets/codecs/input_file.h"
#include "datasets/codecs/npy.h"
#include "datasets/codecs/pfm.h"
#include "datasets/codecs/png.h"
#include "datasets/codecs/stored_depth.h"

namespace fathom {
namespace {

namespace fs = std::filesystem;

std::string endingOf(const fs::path& path) {
  std::string ending = path.extension().string();
  std::ranges::transform(ending, ending.begin(), [](unsigned char c) {
    return static_cast<char>(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
  });
  return ending;
}

Size npySize(const fs::path& path) {
  const NpyHeader header = readNpyHeader(path);
  return mapSize(header.shape, path.string());
}

StoredDepth readNpyValues(const fs::path& path) {
  const Size size = npySize(path);
  const at::Tensor values = readNpy(path);
  const auto type = values.scalar_type();
  return {values.view({size.height, size.width}).to(at::kFloat), !c10::isFloatingType(type)};
}

/// Through float64 the codes would stay exact as well; 16 bits fit float32.
StoredDepth readPngValues(const fs::path& path) {
  const DepthMap codes = readDepthPng(path, 1.0);
  constexpr float kNothing = std::numeric_limits<float>::quiet_NaN();
  return {codes.metres.masked_fill(counts(codes).logical_not(), kNothing), true};
}

Size pngSize(const fs::path& path) {
  const InputFile file(path);
  std::array<std::uint8_t, kPngHeaderBytes> start{};
  const std::size_t got = file.readSome(0, start.data(), start.size());
  return readPngHeader(Bytes(start).first(got), file.name()).size;
}

StoredDepth readValues(const fs::path& path, const std::string& dataset) {
  const std::string ending = endingOf(path);
  if (ending == ".npy") return readNpyValues(path);
  if (ending == ".png") return readPngValues(path);
  if (ending == ".pfm") return {readPfm(path), false};
  if (ending == ".exr") return readExr(path);
  if (ending == ".h5" || ending == ".hdf5") return readHdf5(path, dataset);
  throw FileError("is in no format that is read as depth", path.string(),
                  fmt::format("Known are {}", fmt::join(depthEndings(), ", ")));
}

}  // namespace

const std::vector<std::string>& depthEndings() {
  static const std::vector<std::string> endings{".npy", ".png", ".pfm", ".exr", ".h5", ".hdf5"};
  return endings;
}

bool isDepthFile(const fs::path& path) {
  return std::ranges::find(depthEndings(), endingOf(path)) != depthEndings().end();
}

Size mapSize(const std::vector<std::int64_t>& shape, const std::string& file) {
  std::vector<std::int64_t> kept = shape;
  while (kept.size() > 2 && kept.front() == 1) kept.erase(kept.begin());
  while (kept.size() > 2 && kept.back() == 1) kept.pop_back();
  if (kept.size() != 2) {
    throw FileError(fmt::format("holds {}, but a depth map has two dimensions, rows and columns",
                                shapeText(shape)),
                    file, "Save one map per file");
  }
  if (kept[0] < 1 || kept[1] < 1) {
    throw FileError("holds a depth map without pixels", file, "Write it again");
  }
  if (kept[0] > kMostPixels || kept[1] > kMostPixels || kept[0] * kept[1] > kMostPixels) {
    throw FileError(fmt::format("announces {}×{} pixels; at most {} million are read", kept[1],
                                kept[0], kMostPixels / 1'000'000),
                    file, "Cut the map into parts");
  }
  return {kept[0], kept[1]};
}

at::Tensor readDepth(const fs::path& path, double metresPerValue, const std::string& dataset) {
  if (!std::isfinite(metresPerValue) || metresPerValue < 0) {
    throw BadInput("metres per value must be finite and not below 0", path.string());
  }
  const StoredDepth stored = readValues(path, dataset);
  if (metresPerValue > 0) {
    return stored.values.to(at::kDouble).mul(metresPerValue).to(at::kFloat);
  }
  if (stored.whole) {
    throw FileError("holds whole numbers, and nothing says how many metres one of them is",
                    path.string(), "Give a scale, such as 0.001 for millimetres");
  }
  return stored.values;
}

Size depthSize(const fs::path& path, const std::string& dataset) {
  const std::string ending = endingOf(path);
  if (ending == ".npy") return npySize(path);
  if (ending == ".png") return pngSize(path);
  if (ending == ".pfm") return pfmSize(path);
  if (ending == ".exr") return exrSize(path);
  if (ending == ".h5" || ending == ".hdf5") return hdf5Size(path, dataset);
  throw FileError("is in no format that is read as depth", path.string(),
                  fmt::format("Known are {}", fmt::join(depthEndings(), ", ")));
}

}  // namespace fathom
