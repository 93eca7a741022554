#include "core/stopwatch.h"

#include <c10/core/impl/VirtualGuardImpl.h>

namespace fathom {
namespace {

std::chrono::steady_clock::time_point settled(at::Device device) {
  if (!device.is_cpu()) {
    const c10::impl::VirtualGuardImpl guard(device.type());
    guard.synchronizeDevice(device.has_index() ? device.index() : c10::DeviceIndex{0});
  }
  return std::chrono::steady_clock::now();
}

}  // namespace

Stopwatch::Stopwatch(at::Device device) : device_(device), start_(settled(device)) {}

double Stopwatch::milliseconds() const {
  const std::chrono::duration<double, std::milli> spent = settled(device_) - start_;
  return spent.count();
}

}  // namespace fathom
