#pragma once

#include <functional>

#include "core/progress.h"

namespace fathom::scenes {

/// Calls work(first, last) for blocks of rows until all `rows` are done, on `threads` threads of
/// which the calling one is the first. Throws Cancelled, and what `work` throws, after all have
/// stopped; reports progress on the calling thread.
void parallelRows(int rows, int threads, const Progress& progress,
                  const std::function<void(int first, int last)>& work);

}  // namespace fathom::scenes
