#pragma once

#include <cstdint>
#include <vector>

#include "models/checkpoints/checkpoint.h"
#include "models/checkpoints/mapped_file.h"
#include "models/checkpoints/pickle_heap.h"

namespace fathom {

/// What the two formats of PyTorch share: tensors that look into storages.
class PyTorchCheckpoint : public Checkpoint {
 public:
  at::Tensor read(std::size_t index) const final;

 protected:
  explicit PyTorchCheckpoint(MappedFilePtr file);

  /// Takes over the tensors of the state dict under `root`. `storageStarts[i]` is where the
  /// storage i of the heap begins in the file; views of storages are resolved here.
  void takeTensors(const PickleHeap& heap, PickleValue root,
                   const std::vector<std::uint64_t>& storageStarts);
  /// Called before the bytes of a storage are read.
  virtual void verifyStorage(std::uint32_t storage) const = 0;

  const MappedFilePtr& file() const { return file_; }

 private:
  struct Place {
    std::uint32_t storage;
    std::uint64_t start;  ///< byte in the file
    std::vector<std::int64_t> strides;
    bool contiguous;
  };
  MappedFilePtr file_;
  std::vector<Place> places_;
};

/// Runs a function that reads pickles; a PickleError becomes a FileError about this file.
void readingPickles(const MappedFile& file, const std::function<void()>& read);

}  // namespace fathom
