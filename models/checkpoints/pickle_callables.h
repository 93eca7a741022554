#pragma once

#include <string_view>

#include "models/checkpoints/pickle_heap.h"
#include "models/checkpoints/pickle_machine.h"

namespace fathom {

/// What a pickle means by this name: something known, or an opaque object of that name.
/// @param name  where the name stands in the file, for the opaque object
/// Throws PickleError where the name is no name, or nearly a known one and so damaged.
PickleValue pickledGlobal(PickleHeap& heap, std::string_view module, std::string_view name,
                          PickleValue text);

/// The result of calling `function` with a tuple of arguments, as far as we know it.
/// Throws PickleError where the arguments are not what PyTorch writes.
PickleValue pickledCall(PickleHeap& heap, PickleValue function, PickleValue arguments);

/// The storage (or whatever else) that a persistent id stands for. Throws PickleError.
PickleValue pickledPersistent(PickleHeap& heap, PickleValue id, PickleDialect dialect);

}  // namespace fathom
