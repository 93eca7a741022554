#pragma once

#include <cstdint>
#include <span>

namespace fathom {

/// A file's contents, or a part of them.
using Bytes = std::span<const std::uint8_t>;

}  // namespace fathom
