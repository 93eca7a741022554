#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/checkpoints/pickle_heap.h"

namespace fathom {

/// The named tensors among all that a training file may hold.
struct StateDict {
  struct Item {
    std::string key;
    std::uint32_t tensor;  ///< index in the heap
  };
  std::vector<Item> items;
  std::vector<std::string> notes;  ///< where it was found, and what was left unread
};

/// Looks for the tensors of a network: in the root, or in one of the dictionaries that training
/// programs wrap around it ("state_dict", "model", …). Throws PickleError where there are none,
/// where it cannot be told which ones, or where one of them is of a kind that we cannot read.
StateDict findStateDict(const PickleHeap& heap, PickleValue root);

}  // namespace fathom
