#include "datasets/codecs/pfm.h"

#include <ATen/ops/empty.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <string_view>

#include "core/atomic_file.h"
#include "core/device.h"
#include "core/error.h"
#include "datasets/codecs/input_file.h"
#include "datasets/codecs/stored_depth.h"

namespace fathom {
namespace {

struct PfmHeader {
  Size size;
  bool bigEndian = false;
  std::uint64_t offset = 0;
};

constexpr std::size_t kLongestHeader = 100;

constexpr bool isSpace(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/// The next word of the header and the one white space behind it.
std::string_view word(std::string_view& rest, const InputFile& file) {
  while (!rest.empty() && isSpace(rest.front())) rest.remove_prefix(1);
  const auto end = std::ranges::find_if(rest, isSpace);
  const auto length = static_cast<std::size_t>(end - rest.begin());
  if (length == 0 || length == rest.size()) {
    file.fail("has no complete header: it is no PFM, or cut short", "Write it again");
  }
  const std::string_view found = rest.substr(0, length);
  rest.remove_prefix(length + 1);
  return found;
}

template <class Number>
Number number(std::string_view text, const InputFile& file) {
  Number value{};
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc() || end != text.data() + text.size()) {
    file.fail(fmt::format("has \"{}\" in its header where a number is expected", text),
              "Write it again");
  }
  return value;
}

PfmHeader readHeader(const InputFile& file) {
  std::array<char, kLongestHeader> start{};
  const std::size_t got = file.readSome(0, start.data(), start.size());
  if (got == 0) file.fail("is empty", "It may still be being written: write it again");
  const std::string_view whole(start.data(), got);
  std::string_view rest = whole;
  const std::string_view magic = word(rest, file);
  if (magic == "PF") file.fail("is a colour PFM; depth is a grey one (\"Pf\")");
  if (magic != "Pf") file.fail("is no PFM: it does not begin with \"Pf\"");
  const auto width = number<std::int64_t>(word(rest, file), file);
  const auto height = number<std::int64_t>(word(rest, file), file);
  const auto scale = number<double>(word(rest, file), file);
  if (!std::isfinite(scale) || scale == 0) file.fail("has a scale that is 0 or not finite");
  PfmHeader header{mapSize({height, width}, file.name()), scale > 0, whole.size() - rest.size()};
  const std::uint64_t wanted =
      header.offset + static_cast<std::uint64_t>(width) * static_cast<std::uint64_t>(height) * 4;
  if (file.size() != wanted) {
    file.fail(fmt::format("announces {}×{} values, which take {} bytes with the header, but has {}",
                          width, height, wanted, file.size()),
              "It is cut short, or still being written");
  }
  return header;
}

}  // namespace

Size pfmSize(const std::filesystem::path& path) {
  return readHeader(InputFile(path)).size;
}

at::Tensor readPfm(const std::filesystem::path& path) {
  const InputFile file(path);
  const PfmHeader header = readHeader(file);
  at::Tensor values =
      at::empty({header.size.height, header.size.width}, at::TensorOptions(at::kFloat));
  auto* first = values.mutable_data_ptr<float>();
  const auto row = static_cast<std::size_t>(header.size.width) * sizeof(float);
  for (std::int64_t y = 0; y < header.size.height; ++y) {
    file.readAt(header.offset + static_cast<std::uint64_t>(y) * row,
                first + (header.size.height - 1 - y) * header.size.width, row);
  }
  if (header.bigEndian == (std::endian::native == std::endian::big)) return values;
  auto* bytes = reinterpret_cast<std::uint8_t*>(first);
  for (std::int64_t i = 0; i < values.numel(); ++i) std::reverse(bytes + 4 * i, bytes + 4 * i + 4);
  return values;
}

void writePfm(const std::filesystem::path& path, const at::Tensor& values) {
  if (!values.defined() || values.dim() != 2 || values.scalar_type() != at::kFloat ||
      values.numel() == 0) {
    throw BadInput("only H×W float32 is written as PFM", path.string());
  }
  static_assert(std::endian::native == std::endian::little, "the data is written as it lies");
  const at::Tensor rows = onCpu(values.flip({0}));
  const std::string header = fmt::format("Pf\n{} {}\n-1.0\n", rows.size(1), rows.size(0));
  writeFile(path, [&](const Append& append) {
    append(header.data(), header.size());
    append(rows.const_data_ptr(), rows.nbytes());
  });
}

}  // namespace fathom
