#pragma once

#include <string_view>

#include "models/checkpoints/pickle_heap.h"
#include "models/checkpoints/pickle_machine.h"

namespace fathom {

/// The storage of a persistent id ("storage", class, key, location, count[, view]); an opaque
/// object where its class is unknown. Throws PickleError.
PickleValue pickledStorage(PickleHeap& heap, PickleValue id, PickleValue storageClass,
                           PickleDialect dialect);

/// The tensor that one of the rebuilding functions makes. Throws PickleError where it would lie
/// outside its storage.
PickleValue rebuiltTensor(PickleHeap& heap, Callable function, PickleValue arguments);

/// "cpu", "cuda:1" and the like.
bool isDeviceName(std::string_view name);

}  // namespace fathom
