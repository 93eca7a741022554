#include "models/checkpoints/safetensors_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <numeric>
#include <stdexcept>

#include "core/error.h"
#include "models/checkpoints/safetensors_header.h"
#include "models/checkpoints/tensor_bytes.h"

namespace fathom {
namespace {

constexpr std::size_t kLengthBytes = 8;
constexpr std::uint64_t kMaxHeader = 100'000'000;

std::uint64_t headerLength(std::string_view bytes) {
  std::uint64_t length = 0;
  for (std::size_t i = kLengthBytes; i-- > 0;) {
    length = length << 8 | static_cast<unsigned char>(bytes[i]);
  }
  return length;
}

class Safetensors final : public Checkpoint {
 public:
  Safetensors(MappedFilePtr file, SafetensorsHeader header, std::uint64_t dataStart)
      : file_(std::move(file)), dataStart_(dataStart) {
    path_ = file_->path();
    metadata_ = std::move(header.metadata);
    tensors_.reserve(header.entries.size());
    begins_.reserve(header.entries.size());
    for (auto& entry : header.entries) {
      tensors_.push_back(std::move(entry.info));
      begins_.push_back(entry.begin);
    }
  }

  std::string format() const override { return "safetensors"; }
  at::Tensor read(std::size_t index) const override {
    return tensorAt(file_, dataStart_ + begins_.at(index), tensors_.at(index));
  }

 private:
  MappedFilePtr file_;
  std::uint64_t dataStart_;
  std::vector<std::uint64_t> begins_;
};

/// Every tensor fills its span, and the spans fill the data without a hole or an overlap.
void checkSpans(const MappedFile& file, const SafetensorsHeader& header, std::uint64_t dataBytes) {
  std::vector<std::size_t> order(header.entries.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto spanOf = [&](std::size_t i) {
    return std::pair(header.entries[i].begin, header.entries[i].end);
  };
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return spanOf(a) < spanOf(b); });
  std::uint64_t filled = 0;
  for (const std::size_t i : order) {
    const auto& entry = header.entries[i];
    const auto refuse = [&](const char* what) {
      throwDamaged(file.path(), fmt::format("\"{:.200}\": {}", entry.info.key, what));
    };
    const auto bytes = byteCount(entry.info);
    if (!bytes) refuse("its shape overflows");
    if (entry.begin > entry.end || entry.end > dataBytes) refuse("its bytes lie outside the file");
    if (entry.end - entry.begin != static_cast<std::uint64_t>(*bytes)) {
      refuse("its shape and type need another number of bytes than data_offsets gives");
    }
    if (entry.begin < filled) refuse("its bytes belong to another tensor too");
    if (entry.begin > filled) refuse("there are bytes before it that belong to no tensor");
    filled = entry.end;
  }
  if (filled != dataBytes) {
    throwDamaged(file.path(),
                 fmt::format("the last {} bytes belong to no tensor", dataBytes - filled));
  }
}

}  // namespace

bool looksLikeSafetensors(std::string_view bytes) {
  return bytes.size() > kLengthBytes && bytes[kLengthBytes] == '{' &&
         headerLength(bytes) <= kMaxHeader;
}

CheckpointPtr openSafetensors(MappedFilePtr file) {
  const std::string_view bytes = file->bytes();
  if (bytes.size() < kLengthBytes) throwDamaged(file->path(), "the file is too short");
  const std::uint64_t length = headerLength(bytes);
  const std::uint64_t available = bytes.size() - kLengthBytes;
  if (length > kMaxHeader || length > available) {
    throwDamaged(file->path(), fmt::format("a header of {} bytes is announced, {} bytes follow",
                                           length, available));
  }
  SafetensorsHeader header;
  try {
    header = parseSafetensorsHeader(bytes.substr(kLengthBytes, length));
  } catch (const std::runtime_error& error) {
    throwDamaged(file->path(), error.what());
  }
  checkSpans(*file, header, available - length);
  const std::uint64_t dataStart = kLengthBytes + length;
  return std::make_shared<Safetensors>(std::move(file), std::move(header), dataStart);
}

}  // namespace fathom
