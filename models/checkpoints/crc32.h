#pragma once

#include <cstdint>
#include <string_view>

namespace fathom {

/// CRC-32 of zip files (polynomial 0xEDB88320), continued from `crc`: crc32(b, crc32(a)) is that
/// of a and b together.
std::uint32_t crc32(std::string_view bytes, std::uint32_t crc = 0);

}  // namespace fathom
