#include "core/parallel.h"

#include <ATen/Parallel.h>

#include <algorithm>

namespace fathom {

void parallelFor(std::int64_t count, std::int64_t grain, const Progress& progress,
                 const std::function<void(std::int64_t, std::int64_t)>& body) {
  progress.checkpoint();
  at::parallel_for(0, count, grain, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t piece = begin; piece < end; piece += grain) {
      if (progress.stop.stop_requested()) return;
      body(piece, std::min(piece + grain, end));
    }
  });
  progress.checkpoint();
}

}  // namespace fathom
