#include "models/checkpoints/inspection.h"

#include <fmt/format.h>

#include <cmath>
#include <cstring>

#include "core/error.h"
#include "models/checkpoints/element_types.h"
#include "models/checkpoints/tensor_bytes.h"

namespace fathom {
namespace {

/// First value whose exponent is full. Bits are compared, so that any type of that size will do.
template <class Bits>
std::optional<std::int64_t> firstFullExponent(const void* values, std::int64_t count,
                                              Bits exponent) {
  const auto* bits = static_cast<const Bits*>(values);
  constexpr std::int64_t kPiece = 4096;  // looked at as a whole first, which the compiler widens
  for (std::int64_t from = 0; from < count; from += kPiece) {
    const std::int64_t to = std::min(count, from + kPiece);
    std::int64_t found = 0;
    for (std::int64_t i = from; i < to; ++i) found += (bits[i] & exponent) == exponent;
    if (found == 0) continue;
    for (std::int64_t i = from; i < to; ++i) {
      if ((bits[i] & exponent) == exponent) return i;
    }
  }
  return {};
}

/// First byte with one of these values (the few that are not finite in 8-bit types).
std::optional<std::int64_t> firstByte(const void* values, std::int64_t count, unsigned char mask,
                                      unsigned char value) {
  const auto* bytes = static_cast<const unsigned char*>(values);
  for (std::int64_t i = 0; i < count; ++i) {
    if ((bytes[i] & mask) == value) return i;
  }
  return {};
}

/// "[2, 0, 5]": where an element lies.
std::string placeText(std::int64_t index, const std::vector<std::int64_t>& shape) {
  std::string text;
  for (std::size_t d = shape.size(); d-- > 0;) {
    text = fmt::format("{}{}{}", index % shape[d], text.empty() ? "" : ", ", text);
    index /= shape[d];
  }
  return "[" + text + "]";
}

}  // namespace

std::optional<std::int64_t> firstNotFinite(const at::Tensor& tensor) {
  const void* values = tensor.const_data_ptr();
  const std::int64_t count = tensor.numel();
  std::optional<std::int64_t> part;  // of a complex tensor: real and imaginary parts counted apart
  switch (tensor.scalar_type()) {
    case at::kFloat:
      return firstFullExponent<std::uint32_t>(values, count, 0x7F800000u);
    case at::kDouble:
      return firstFullExponent<std::uint64_t>(values, count, 0x7FF0000000000000u);
    case at::kHalf:
      return firstFullExponent<std::uint16_t>(values, count, 0x7C00u);
    case at::kBFloat16:
      return firstFullExponent<std::uint16_t>(values, count, 0x7F80u);
    case at::kFloat8_e5m2:
      return firstFullExponent<std::uint8_t>(values, count, 0x7Cu);
    case at::kFloat8_e4m3fn:
      return firstByte(values, count, 0x7F, 0x7F);
    case at::kFloat8_e5m2fnuz:
    case at::kFloat8_e4m3fnuz:
      return firstByte(values, count, 0xFF, 0x80);
    case at::kComplexFloat:
      part = firstFullExponent<std::uint32_t>(values, 2 * count, 0x7F800000u);
      break;
    case at::kComplexDouble:
      part = firstFullExponent<std::uint64_t>(values, 2 * count, 0x7FF0000000000000u);
      break;
    default:
      break;
  }
  if (!part) return {};
  return *part / 2;
}

std::vector<std::string> verifyCheckpoint(const Checkpoint& file, const Progress& progress) {
  std::vector<std::string> problems;
  // The values come first: a wrong checksum is then reported with the tensor's name.
  const Progress values = progress.part(0, 0.7);
  const auto count = file.tensors().size();
  for (std::size_t i = 0; i < count; ++i) {
    const TensorInfo& info = file.tensors()[i];
    values.at(static_cast<double>(i) / static_cast<double>(count), "reading " + info.key);
    at::Tensor tensor;
    try {
      tensor = file.read(i);
    } catch (const FileError& error) {
      throw FileError(fmt::format("\"{}\" cannot be read: {}", info.key, error.problem()),
                      error.subject(), error.remedy());
    }
    if (const auto place = firstNotFinite(tensor)) {
      problems.push_back(fmt::format("{} holds a value that is not finite at {}", info.key,
                                     placeText(*place, info.shape)));
    }
  }
  file.verifyChecksums(progress.part(0.7, 1));
  return problems;
}

void convertCheckpoint(const Checkpoint& file, const std::filesystem::path& to,
                       const std::map<std::string, std::string>& metadata,
                       const Progress& progress) {
  std::map<std::string, std::string> all = file.metadata();
  for (const auto& [name, value] : metadata) all[name] = value;
  writeSafetensors(
      to, file.tensors(), [&](std::size_t i) { return file.read(i); }, all, progress);
}

}  // namespace fathom
