#include <cuda_runtime.h>

#include <string>

namespace fathom {

/// The driver's name of a GPU; empty where it does not tell. Declared in device.cpp.
std::string cudaDeviceName(int index) {
  cudaDeviceProp properties;
  return cudaGetDeviceProperties(&properties, index) == cudaSuccess ? properties.name : "";
}

}  // namespace fathom
