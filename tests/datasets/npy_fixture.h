#pragma once

#include <cstdint>
#include <string>

namespace fathom::fixtures {

/// An NPY file made by hand, so that it can lie.
struct NpyFile {
  std::string dictionary = "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }";
  std::string payload = std::string(48, '\0');
  std::string magic = "\x93NUMPY";
  int major = 1, minor = 0;
  std::int64_t announcedLength = -1;  ///< of the header; −1: what it is

  std::string bytes() const {
    std::string header = dictionary;
    const std::size_t field = major == 1 ? 2 : 4;
    while ((magic.size() + 2 + field + header.size() + 1) % 64 != 0) header += ' ';
    header += '\n';
    const auto length = static_cast<std::uint64_t>(
        announcedLength < 0 ? static_cast<std::int64_t>(header.size()) : announcedLength);
    std::string all = magic + static_cast<char>(major) + static_cast<char>(minor);
    for (std::size_t at = 0; at < field; ++at) all += static_cast<char>(length >> 8 * at & 0xff);
    return all + header + payload;
  }
};

/// The same with another dictionary.
inline std::string npyWith(const std::string& dictionary, std::size_t payload = 48) {
  NpyFile file;
  file.dictionary = dictionary;
  file.payload.assign(payload, '\0');
  return file.bytes();
}
inline std::string npyWithShape(const std::string& shape, std::size_t payload = 48) {
  return npyWith("{'descr': '<f4', 'fortran_order': False, 'shape': " + shape + ", }", payload);
}
inline std::string npyWithType(const std::string& descr) {
  return npyWith("{'descr': " + descr + ", 'fortran_order': False, 'shape': (3, 4), }");
}

}  // namespace fathom::fixtures
