#include "models/checkpoints/pickle_heap.h"

#include <fmt/format.h>

namespace fathom {
namespace {

constexpr std::size_t kMaxMemory = std::size_t{32} << 20;

}  // namespace

void PickleHeap::charge(std::size_t bytes) {
  charged_ += bytes;
  if (charged_ > kMaxMemory) {
    throw PickleError("it describes far more objects than the tensors of a network need",
                      "Save the network's state dict alone, in Python");
  }
}

PickleValue PickleHeap::tuple(std::span<const PickleValue> items) {
  charge(items.size() * sizeof(PickleValue));
  const auto start = static_cast<std::int64_t>(tuples_.size());
  tuples_.insert(tuples_.end(), items.begin(), items.end());
  return {PickleValue::Kind::Tuple, static_cast<std::uint32_t>(items.size()), start};
}

PickleValue PickleHeap::node(PickleValue::Kind kind, PickleValue name) {
  charge(sizeof(Node));
  nodes_.push_back({{}, {}, name, false});
  return {kind, 0, static_cast<std::int64_t>(nodes_.size() - 1)};
}

PickleValue PickleHeap::storage(const PickledStorage& described) {
  const auto [found, isNew] =
      storageByKey_.emplace(described.key, static_cast<std::uint32_t>(storages_.size()));
  if (isNew) {
    charge(2 * sizeof(PickledStorage) + 64);
    storages_.push_back(described);
  } else {
    const PickledStorage& known = storages_[found->second];
    if (known.type != described.type || known.untyped != described.untyped ||
        known.bytes != described.bytes || known.parent != described.parent ||
        known.parentOffset != described.parentOffset) {
      throw PickleError(fmt::format("it describes the storage {:.40} in two ways", described.key));
    }
  }
  return {PickleValue::Kind::Storage, 0, found->second};
}

PickleValue PickleHeap::tensor(PickledTensor tensor) {
  // Growing doubles the table; a vector of up to 8 sides takes up to 80 bytes.
  charge(2 * sizeof(PickledTensor) + 2 * (16 + 8 * tensor.shape.size()));
  tensors_.push_back(std::move(tensor));
  return {PickleValue::Kind::Tensor, 0, static_cast<std::int64_t>(tensors_.size() - 1)};
}

std::optional<std::uint32_t> PickleHeap::findStorage(std::string_view key) const {
  const auto found = storageByKey_.find(key);
  if (found == storageByKey_.end()) return {};
  return found->second;
}

}  // namespace fathom
