#pragma once

#include <ATen/core/Tensor.h>

namespace fathom::test {

/// A stand-in for a GPU, for machines without one: a device in LibTorch's unused HPU slot. Its
/// memory is the host's, filled with 0xff bytes when fresh (NaN in float, so that reading what was
/// never written shows); every operator runs on the CPU; a call that mixes it with CPU tensors of
/// one dimension or more throws, as CUDA would. It proves that code runs where its input is. It
/// does not catch CPU index tensors (CUDA allows those), and it says nothing about kernels, speed
/// or memory of a real GPU. Programs that use it link LibTorch's CPU libraries only.
at::Device standinGpu();

}  // namespace fathom::test
