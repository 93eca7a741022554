#include "models/checkpoints/zip_archive.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "core/error.h"
#include "models/checkpoints/crc32.h"

namespace fathom {
namespace {

// The records of the format; all numbers are little-endian.
constexpr std::uint32_t kLocalHeader = 0x04034b50, kCentralHeader = 0x02014b50;
constexpr std::uint32_t kEnd = 0x06054b50, kEnd64 = 0x06064b50, kLocator64 = 0x07064b50;
constexpr std::uint64_t kLocalBytes = 30, kCentralBytes = 46, kEndBytes = 22, kEnd64Bytes = 56,
                        kLocatorBytes = 20;
constexpr std::uint16_t kSizesFollow = 1 << 3, kUtf8 = 1 << 11;
constexpr std::uint16_t kExtra64 = 1;
constexpr std::uint32_t kFolder = 0x10;  // an attribute
constexpr std::uint64_t kFull16 = 0xFFFF, kFull32 = 0xFFFFFFFF;
// PyTorch writes one entry per storage and half a dozen others.
constexpr std::uint64_t kMaxEntries = 150'000;

std::uint64_t number(std::string_view bytes, std::size_t at, std::size_t count) {
  std::uint64_t value = 0;
  for (std::size_t i = count; i-- > 0;) {
    value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  }
  return value;
}

/// The values that did not fit into 32 bits, from the extra field that holds them in order.
/// False where the field is missing or too short.
bool extend(std::string_view extra, std::initializer_list<std::uint64_t*> values) {
  while (extra.size() >= 4) {
    const std::uint64_t id = number(extra, 0, 2), size = number(extra, 2, 2);
    if (size > extra.size() - 4) return false;
    std::string_view field = extra.substr(4, size);
    extra.remove_prefix(4 + size);
    if (id != kExtra64) continue;
    for (std::uint64_t* value : values) {
      if (*value != kFull32) continue;
      if (field.size() < 8) return false;
      *value = number(field, 0, 8);
      field.remove_prefix(8);
    }
    return true;
  }
  return std::none_of(values.begin(), values.end(), [](auto* v) { return *v == kFull32; });
}

}  // namespace

void ZipArchive::damaged(const std::string& what) const {
  throwDamaged(file_->path(), what);
}

ZipArchive::ZipArchive(MappedFilePtr file) : file_(std::move(file)) {
  const Directory directory = findDirectory();
  if (directory.entries > std::min(kMaxEntries, directory.size / kCentralBytes)) {
    damaged(fmt::format("the zip file announces {} entries", directory.entries));
  }
  entries_.reserve(directory.entries);
  byName_.reserve(directory.entries);
  std::uint64_t at = directory.start;
  for (std::uint64_t i = 0; i < directory.entries; ++i) at = readEntry(at, directory);
  if (at != directory.start + directory.size)
    damaged("the zip file's directory has another length");
  checkOverlaps(directory.start);
  verified_ = std::vector<std::atomic<bool>>(entries_.size());
  hasChecksums_ = std::any_of(entries_.begin(), entries_.end(),
                              [](const Entry& entry) { return entry.size > 0 && entry.crc != 0; });
}

ZipArchive::Directory ZipArchive::findDirectory() const {
  const std::string_view bytes = file_->bytes();
  if (bytes.size() < kEndBytes || number(bytes, bytes.size() - kEndBytes, 4) != kEnd) {
    damaged("the zip file does not end as it should; was it cut?");
  }
  const std::uint64_t end = bytes.size() - kEndBytes;
  if (number(bytes, end + 4, 4) != 0 || number(bytes, end + 20, 2) != 0 ||
      number(bytes, end + 8, 2) != number(bytes, end + 10, 2)) {
    damaged("the zip file's end contradicts itself, or it is split or commented");
  }
  Directory directory{number(bytes, end + 16, 4), number(bytes, end + 12, 4),
                      number(bytes, end + 10, 2)};
  std::uint64_t limit = end;
  if (end >= kLocatorBytes && number(bytes, end - kLocatorBytes, 4) == kLocator64) {
    directory = findLargeDirectory(end - kLocatorBytes, directory);
    limit = end - kLocatorBytes - kEnd64Bytes;
  }
  if (directory.start > limit || directory.size != limit - directory.start) {
    damaged("the zip file's directory lies elsewhere than announced");
  }
  return directory;
}

ZipArchive::Directory ZipArchive::findLargeDirectory(std::uint64_t locator,
                                                     const Directory& small) const {
  const std::string_view bytes = file_->bytes();
  const std::uint64_t at = number(bytes, locator + 8, 8);
  if (number(bytes, locator + 4, 4) != 0 || number(bytes, locator + 16, 4) != 1 ||
      locator < kEnd64Bytes || at != locator - kEnd64Bytes || number(bytes, at, 4) != kEnd64 ||
      number(bytes, at + 4, 8) != kEnd64Bytes - 12 || number(bytes, at + 16, 8) != 0) {
    damaged("the zip file's end contradicts itself");
  }
  const Directory large{number(bytes, at + 48, 8), number(bytes, at + 40, 8),
                        number(bytes, at + 32, 8)};
  const auto agree = [](std::uint64_t in64, std::uint64_t in32, std::uint64_t full) {
    return in32 == full ? in64 >= full : in64 == in32;
  };
  if (large.entries != number(bytes, at + 24, 8) || !agree(large.start, small.start, kFull32) ||
      !agree(large.size, small.size, kFull32) || !agree(large.entries, small.entries, kFull16)) {
    damaged("the zip file's two ends contradict each other");
  }
  return large;
}

std::uint64_t ZipArchive::readEntry(std::uint64_t at, const Directory& directory) {
  const std::string_view bytes = file_->bytes();
  const std::uint64_t end = directory.start + directory.size;
  if (end - at < kCentralBytes || number(bytes, at, 4) != kCentralHeader) {
    damaged("the zip file's directory is damaged");
  }
  const std::uint64_t nameSize = number(bytes, at + 28, 2), extraSize = number(bytes, at + 30, 2),
                      commentSize = number(bytes, at + 32, 2);
  const std::uint64_t size = kCentralBytes + nameSize + extraSize + commentSize;
  if (size > end - at) damaged("the zip file's directory is damaged");
  Entry entry;
  entry.name = bytes.substr(at + kCentralBytes, nameSize);
  entry.crc = static_cast<std::uint32_t>(number(bytes, at + 16, 4));
  std::uint64_t packed = number(bytes, at + 20, 4);
  entry.size = number(bytes, at + 24, 4);
  entry.header = number(bytes, at + 42, 4);
  const std::string_view extra = bytes.substr(at + kCentralBytes + nameSize, extraSize);
  if (!extend(extra, {&entry.size, &packed, &entry.header})) damaged("a zip entry lacks its size");
  entry.compressed = number(bytes, at + 10, 2) != 0;
  if (entry.compressed) entry.size = packed;
  if (number(bytes, at + 8, 2) & ~(kSizesFollow | kUtf8) || packed != entry.size ||
      number(bytes, at + 34, 2) != 0 || number(bytes, at + 38, 4) & kFolder) {
    damaged(fmt::format("the zip entry \"{:.200}\" is none that PyTorch writes", entry.name));
  }
  checkLocalHeader(entry, bytes.substr(at, kCentralBytes));
  if (!byName_.emplace(entry.name, entries_.size()).second) {
    damaged(fmt::format("the zip file holds \"{:.200}\" twice", entry.name));
  }
  entries_.push_back(entry);
  return at + size;
}

void ZipArchive::checkLocalHeader(Entry& entry, std::string_view central) const {
  const std::string_view bytes = file_->bytes();
  const auto contradicts = [&] {
    damaged(fmt::format("the zip file contradicts itself about \"{:.200}\"", entry.name));
  };
  if (entry.header > bytes.size() || bytes.size() - entry.header < kLocalBytes ||
      number(bytes, entry.header, 4) != kLocalHeader) {
    contradicts();
  }
  const std::string_view local = bytes.substr(entry.header, kLocalBytes);
  const std::uint64_t nameSize = number(local, 26, 2), extraSize = number(local, 28, 2);
  entry.offset = entry.header + kLocalBytes + nameSize + extraSize;
  if (entry.offset > bytes.size() || entry.size > bytes.size() - entry.offset ||
      bytes.substr(entry.header + kLocalBytes, nameSize) != entry.name ||
      local.substr(6, 4) != central.substr(8, 4)) {  // flags and method
    contradicts();
  }
  if (number(local, 6, 2) & kSizesFollow) return;
  std::uint64_t size = number(local, 22, 4), packed = number(local, 18, 4);
  const std::string_view extra = bytes.substr(entry.header + kLocalBytes + nameSize, extraSize);
  if (number(local, 14, 4) != entry.crc || !extend(extra, {&size, &packed}) || size != entry.size ||
      packed != entry.size) {
    contradicts();
  }
}

void ZipArchive::checkOverlaps(std::uint64_t directoryStart) const {
  std::vector<std::size_t> order(entries_.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return entries_[a].header < entries_[b].header; });
  for (std::size_t i = 0; i < order.size(); ++i) {
    const Entry& entry = entries_[order[i]];
    const std::uint64_t next =
        i + 1 < order.size() ? entries_[order[i + 1]].header : directoryStart;
    if (entry.offset > next || entry.size > next - entry.offset) {
      damaged(fmt::format("the zip entry \"{:.200}\" overlaps another", entry.name));
    }
  }
}

std::optional<std::size_t> ZipArchive::find(std::string_view name) const {
  const auto found = byName_.find(name);
  if (found == byName_.end()) return {};
  return found->second;
}

std::string_view ZipArchive::content(std::size_t entry) const {
  if (entries_.at(entry).compressed) {
    throw FileError("is a compressed zip file", file_->path().string(),
                    "PyTorch's files are stored uncompressed: use the original, or load and save "
                    "it again in Python with torch.save");
  }
  const std::string_view bytes =
      file_->bytes().substr(entries_.at(entry).offset, entries_[entry].size);
  if (hasChecksums_ && !verified_[entry].load(std::memory_order_relaxed)) {
    if (crc32(bytes) != entries_[entry].crc) {
      damaged(fmt::format("the checksum of \"{:.200}\" is wrong", entries_[entry].name));
    }
    verified_[entry].store(true, std::memory_order_relaxed);
  }
  return bytes;
}

}  // namespace fathom
