#include "core/shape_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace fathom {

std::string shapeText(const std::vector<std::int64_t>& shape) {
  return shape.empty() ? "a single value" : fmt::format("{}", fmt::join(shape, "×"));
}

}  // namespace fathom
