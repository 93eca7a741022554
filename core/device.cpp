#include "core/device.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <c10/core/impl/VirtualGuardImpl.h>
#include <fmt/format.h>

#include "core/error.h"

namespace fathom {

#ifdef FATHOM_WITH_CUDA
std::string cudaDeviceName(int index);  // device.cu
#endif

bool builtWithCuda() {
#ifdef FATHOM_WITH_CUDA
  return true;
#else
  return false;
#endif
}

bool hasCudaDevice() {
  static const bool has = builtWithCuda() && at::hasCUDA() && at::getNumGPUs() > 0;
  return has;
}

at::Device deviceFromText(std::string_view text) {
  if (text == "cpu") return at::kCPU;
  if (text != "cuda" && text.substr(0, 5) != "cuda:") {
    throw BadInput("no such device", std::string(text), "Known are cpu, cuda and cuda:N");
  }
  if (!builtWithCuda()) {
    throw BadInput("this build has no CUDA kernels", std::string(text),
                   "Install a CUDA compiler and build again, or use --device cpu");
  }
  if (!hasCudaDevice()) {
    throw BadInput("no CUDA device answers", std::string(text),
                   "Check the driver with nvidia-smi, or use --device cpu");
  }
  try {
    const at::Device device{std::string(text)};
    const auto index = device.has_index() ? device.index() : c10::DeviceIndex{0};
    if (static_cast<std::size_t>(index) < at::getNumGPUs()) return {at::kCUDA, index};
  } catch (const c10::Error&) {
  }
  throw BadInput("there is no such device", std::string(text),
                 fmt::format("This machine has {} (cuda:0 to cuda:{})", at::getNumGPUs(),
                             at::getNumGPUs() - 1));
}

std::string describeDevice(at::Device device) {
  if (device.is_cpu()) {
    const int threads = at::get_num_threads();
    return fmt::format("CPU, {} thread{}", threads, threads == 1 ? "" : "s");
  }
#ifdef FATHOM_WITH_CUDA
  if (device.is_cuda()) {
    const std::string name = cudaDeviceName(device.has_index() ? device.index() : 0);
    if (!name.empty()) return fmt::format("{} ({})", name, device.str());
  }
#endif
  return device.str();
}

at::Tensor onCpu(const at::Tensor& tensor) {
  return tensor.to(at::kCPU).contiguous();
}

void* currentStream(at::Device device) {
  const c10::impl::VirtualGuardImpl guard(device.type());
  return guard.getStreamNativeHandle(guard.getStream(device));
}

}  // namespace fathom
