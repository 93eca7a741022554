#pragma once

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "models/checkpoints/crc32.h"
#include "tests/models/checkpoints_support.h"

/// Weights files put together byte by byte, right ones and wrong ones.
namespace fathom::test {

namespace pickle {

inline const std::string kStart = "\x80\x02", kTrue = "\x88", kFalse = "\x89", kNone = "N";

inline std::string text(const std::string& s) {
  return "X" + little(s.size(), 4) + s;
}
inline std::string number(std::int64_t n) {
  if (n >= INT32_MIN && n <= INT32_MAX) return "J" + little(std::uint64_t(n), 4);
  return "\x8a\x08" + little(std::uint64_t(n), 8);
}
inline std::string global(const std::string& module, const std::string& name) {
  return "c" + module + "\n" + name + "\n";
}
inline std::string tuple(const std::vector<std::int64_t>& numbers) {
  std::string s = "(";
  for (const std::int64_t n : numbers) s += number(n);
  return s + "t";
}
inline std::string dict(const std::vector<std::pair<std::string, std::string>>& entries) {
  std::string s = "}(";
  for (const auto& [key, value] : entries) s += text(key) + value;
  return s + "u";
}
inline const std::string kOrdered = global("collections", "OrderedDict") + ")R";

inline std::string storage(const std::string& key, std::int64_t count, bool legacy = false,
                           const std::string& type = "FloatStorage",
                           const std::string& place = "cpu") {
  return "(" + text("storage") + global("torch", type) + text(key) + text(place) + number(count) +
         (legacy ? kNone : "") + "tQ";
}
inline std::string tensor(const std::string& storage, std::int64_t offset,
                          const std::vector<std::int64_t>& shape,
                          const std::vector<std::int64_t>& strides, const std::string& more = {}) {
  return global("torch._utils", "_rebuild_tensor_v2") + "(" + storage + number(offset) +
         tuple(shape) + tuple(strides) + kFalse + kOrdered + more + "tR";
}

}  // namespace pickle

struct ZipPart {
  std::string name, content;
  std::uint32_t crc = 0;  ///< 0: the right one
};

/// A stored zip file as PyTorch writes it, sizes in both headers.
inline std::string zipFile(const std::vector<ZipPart>& parts) {
  std::string bytes, directory;
  for (const ZipPart& part : parts) {
    const std::string common = little(0, 2) + little(0, 2) + little(0, 4) +
                               little(part.crc ? part.crc : crc32(part.content), 4) +
                               little(part.content.size(), 4) + little(part.content.size(), 4) +
                               little(part.name.size(), 2) + little(0, 2);
    directory += "PK\x01\x02" + little(0, 2) + little(0, 2) + common + little(0, 10) +
                 little(bytes.size(), 4) + part.name;
    bytes += "PK\x03\x04" + little(0, 2) + common + part.name + part.content;
  }
  const std::string end = "PK\x05\x06" + little(0, 4) + little(parts.size(), 2) +
                          little(parts.size(), 2) + little(directory.size(), 4) +
                          little(bytes.size(), 4) + little(0, 2);
  return bytes + directory + end;
}

/// The parts of a zip file that hold this pickle and these storages.
inline std::vector<ZipPart> zipParts(const std::string& body,
                                     const std::vector<std::string>& storages = {}) {
  std::vector<ZipPart> parts = {
      {"a/data.pkl", pickle::kStart + body + "."}, {"a/byteorder", "little"}, {"a/version", "3\n"}};
  for (std::size_t i = 0; i < storages.size(); ++i) {
    parts.push_back({"a/data/" + std::to_string(i), storages[i]});
  }
  return parts;
}

/// A file of the old format; `storages` are (key, number of elements, bytes).
struct LegacyStorage {
  std::string key;
  std::uint64_t count;
  std::string bytes;
};
inline std::string legacyFile(const std::string& body,
                              const std::vector<LegacyStorage>& storages = {}) {
  using namespace pickle;
  std::string bytes = kStart + "\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19." + kStart +
                      number(1001) + "." + kStart + dict({{"little_endian", kTrue}}) + "." +
                      kStart + body + "." + kStart + "](";
  for (const auto& storage : storages) bytes += text(storage.key);
  bytes += "e.";
  for (const auto& storage : storages) bytes += little(storage.count, 8) + storage.bytes;
  return bytes;
}

/// The numbers 0, 1, 2, … as float32.
inline std::string floats(int count) {
  std::string bytes;
  for (int i = 0; i < count; ++i) {
    const float value = static_cast<float>(i);
    bytes.append(reinterpret_cast<const char*>(&value), 4);
  }
  return bytes;
}

}  // namespace fathom::test
