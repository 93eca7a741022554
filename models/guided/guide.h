#pragma once

#include <ATen/core/Tensor.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <vector>

#include "core/parallel.h"

namespace fathom {

/// H·W values in [0, 1]: Rec. 601 luminance of a 3×H×W uint8 image.
std::vector<float> luminance(const at::Tensor& rgb);

/// Calls body(beginRow, endRow) for strips of rows on LibTorch's threads. The strips depend on the
/// width alone, never on the number of threads.
inline void forRows(std::int64_t rows, std::int64_t columns, const Progress& progress,
                    const std::function<void(std::int64_t begin, std::int64_t end)>& body) {
  constexpr std::int64_t kPixels = 1 << 15;
  parallelFor(rows, std::max<std::int64_t>(1, kPixels / columns), progress, body);
}

}  // namespace fathom
