#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <string_view>

namespace fathom {

/// "cpu" or "cuda" (with an optional index) as a device. Throws BadInput with the reason where the
/// device is not there: built without CUDA, or no GPU found.
at::Device deviceFromText(std::string_view text);

/// True where the kernels were compiled for CUDA and a CUDA device answers. Asks the driver at the
/// first call (slow): never on the way to the first window.
bool hasCudaDevice();
/// True where the CUDA kernels were compiled in.
bool builtWithCuda();
/// What to call it in a status bar and in provenance: "CPU, 2 threads", "NVIDIA … (cuda:0)".
std::string describeDevice(at::Device device);

/// The tensor on the CPU and contiguous, without a copy where it is already.
at::Tensor onCpu(const at::Tensor& tensor);

/// The CUDA stream (a cudaStream_t) that LibTorch uses for this device at the moment.
void* currentStream(at::Device device);

}  // namespace fathom
