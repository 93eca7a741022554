#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace fathom {

/// A tensor's shape for a text: "480×640", "a single value".
std::string shapeText(const std::vector<std::int64_t>& shape);

}  // namespace fathom
