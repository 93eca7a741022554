#pragma once

#include <cstdint>
#include <functional>

#include "core/progress.h"

namespace fathom {

/// Calls body(begin, end) for pieces of [0, count) on LibTorch's threads, at least `grain` long; up
/// to `grain` stays on this thread. Choose a grain worth about half a millisecond: waking
/// others for less saves little on an idle machine, and on a busy one waiting for the last of them
/// costs a time slice of the system.
/// Between pieces the work can be cancelled (throws Cancelled). Bodies must not throw otherwise.
void parallelFor(std::int64_t count, std::int64_t grain, const Progress& progress,
                 const std::function<void(std::int64_t begin, std::int64_t end)>& body);

}  // namespace fathom
