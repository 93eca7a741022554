#include "models/checkpoints/pytorch_checkpoint.h"

#include "core/error.h"
#include "models/checkpoints/state_dict.h"
#include "models/checkpoints/tensor_bytes.h"

namespace fathom {
namespace {

bool isContiguous(const PickledTensor& tensor) {
  std::int64_t expected = 1;
  for (std::size_t d = tensor.shape.size(); d-- > 0;) {
    if (tensor.shape[d] != 1 && tensor.strides[d] != expected) return false;
    expected *= tensor.shape[d];
  }
  return true;
}

}  // namespace

PyTorchCheckpoint::PyTorchCheckpoint(MappedFilePtr file) : file_(std::move(file)) {
  path_ = file_->path();
}

void PyTorchCheckpoint::takeTensors(const PickleHeap& heap, PickleValue root,
                                    const std::vector<std::uint64_t>& storageStarts) {
  StateDict found = findStateDict(heap, root);
  notes_.insert(notes_.end(), found.notes.begin(), found.notes.end());
  tensors_.reserve(found.items.size());
  places_.reserve(found.items.size());
  for (auto& item : found.items) {
    const PickledTensor& tensor = heap.tensors()[item.tensor];
    const PickledStorage& storage = heap.storages()[tensor.storage];
    const bool isView = storage.parent >= 0;
    const auto base = isView ? static_cast<std::uint32_t>(storage.parent) : tensor.storage;
    tensors_.push_back({std::move(item.key), tensor.type, tensor.shape});
    // An empty tensor has no bytes; its offset means nothing and may be anywhere.
    const bool empty = byteCount(tensors_.back()).value() == 0;
    const auto inside = static_cast<std::uint64_t>(tensor.offset) * c10::elementSize(tensor.type) +
                        static_cast<std::uint64_t>(storage.parentOffset);
    places_.push_back({base, storageStarts[base] + (empty ? 0 : inside),
                       isContiguous(tensor) ? std::vector<std::int64_t>{} : tensor.strides,
                       isContiguous(tensor)});
  }
}

at::Tensor PyTorchCheckpoint::read(std::size_t index) const {
  const Place& place = places_.at(index);
  verifyStorage(place.storage);
  if (place.contiguous) return tensorAt(file_, place.start, tensors_[index]);
  return stridedTensorAt(file_, place.start, tensors_[index], place.strides);
}

void readingPickles(const MappedFile& file, const std::function<void()>& read) {
  try {
    read();
  } catch (const PickleError& error) {
    if (error.remedy().empty()) throwDamaged(file.path(), error.what());
    throw FileError(error.what(), file.path().string(), error.remedy());
  }
}

}  // namespace fathom
