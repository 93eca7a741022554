#include "tests/support/standin_gpu.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/EmptyTensor.h>
#include <ATen/detail/HPUHooksInterface.h>
#include <ATen/native/CPUFallback.h>
#include <ATen/ops/_reshape_alias_native.h>
#include <ATen/ops/as_strided_native.h>
#include <ATen/ops/convolution.h>
#include <ATen/ops/convolution_backward.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/view_native.h>
#include <c10/core/impl/DeviceGuardImplInterface.h>
#include <torch/library.h>

#include <cstdlib>
#include <cstring>

namespace fathom::test {
namespace {

constexpr auto kType = c10::DeviceType::HPU;
const c10::DispatchKeySet kKeys(c10::DispatchKey::HPU);
using Sizes = c10::IntArrayRef;

struct Memory final : c10::Allocator {
  static void release(void* memory) { std::free(memory); }
  c10::DataPtr allocate(std::size_t bytes) override {
    void* memory = bytes ? std::malloc(bytes) : nullptr;
    if (memory) std::memset(memory, 0xff, bytes);
    return {memory, memory, &release, c10::Device(kType, 0)};
  }
  c10::DeleterFnPtr raw_deleter() const override { return &release; }
  void copy_data(void* to, const void* from, std::size_t bytes) const override {
    std::memcpy(to, from, bytes);
  }
};
Memory memoryOfStandin;
REGISTER_ALLOCATOR(kType, &memoryOfStandin);

/// One device, one stream, nothing ever under way.
struct Guard final : c10::impl::DeviceGuardImplInterface {
  static constexpr c10::DeviceType static_type = kType;
  c10::DeviceType type() const override { return kType; }
  c10::Device exchangeDevice(c10::Device) const override { return getDevice(); }
  c10::Device getDevice() const override { return {kType, 0}; }
  void setDevice(c10::Device) const override {}
  void uncheckedSetDevice(c10::Device) const noexcept override {}
  c10::Stream getStream(c10::Device) const override {
    return c10::Stream(c10::Stream::DEFAULT, c10::Device(kType, 0));
  }
  c10::Stream exchangeStream(c10::Stream) const override { return getStream(getDevice()); }
  c10::DeviceIndex deviceCount() const noexcept override { return 1; }
  void synchronizeDevice(c10::DeviceIndex) const override {}
  void synchronizeStream(const c10::Stream&) const override {}
  bool queryStream(const c10::Stream&) const override { return true; }
  void record(void**, const c10::Stream&, c10::DeviceIndex, c10::EventFlag) const override {}
  void block(void*, const c10::Stream&) const override {}
  bool queryEvent(void*) const override { return true; }
  void destroyEvent(void*, c10::DeviceIndex) const noexcept override {}
};
C10_REGISTER_GUARD_IMPL(HPU, Guard)

struct Hooks final : at::HPUHooksInterface {
  explicit Hooks(at::HPUHooksArgs) {}
  void init() const override {}
  bool hasHPU() const override { return true; }
  bool isBuilt() const override { return true; }
  bool isAvailable() const override { return true; }
  bool hasPrimaryContext(c10::DeviceIndex) const override { return true; }
  c10::DeviceIndex deviceCount() const override { return 1; }
  const at::Generator& getDefaultGenerator(c10::DeviceIndex) const override {
    return at::detail::getDefaultCPUGenerator();
  }
};
using at::HPUHooksArgs;
using at::HPUHooksRegistry;
using at::RegistererHPUHooksRegistry;
REGISTER_HPU_HOOKS(Hooks);

/// The same memory seen as a CPU tensor.
at::Tensor onHost(const at::Tensor& tensor) {
  if (!tensor.defined() || tensor.is_cpu()) return tensor;
  char* start = static_cast<char*>(tensor.storage().mutable_data_ptr().get());
  if (start) start += tensor.storage_offset() * static_cast<std::int64_t>(tensor.element_size());
  return at::from_blob(
      start, tensor.sizes(), tensor.strides(), [](void*) {},
      at::TensorOptions().dtype(tensor.dtype()), c10::Device(at::kCPU));
}

at::Tensor empty(Sizes sizes, std::optional<at::ScalarType> type, std::optional<at::Layout>,
                 std::optional<at::Device>, std::optional<bool>,
                 std::optional<at::MemoryFormat> format) {
  return at::detail::empty_generic(sizes, &memoryOfStandin, kKeys, c10::dtype_or_default(type),
                                   format);
}

at::Tensor emptyStrided(Sizes sizes, Sizes strides, std::optional<at::ScalarType> type,
                        std::optional<at::Layout>, std::optional<at::Device>, std::optional<bool>) {
  return at::detail::empty_strided_generic(sizes, strides, &memoryOfStandin, kKeys,
                                           c10::dtype_or_default(type));
}

at::Tensor copyFrom(const at::Tensor& from, const at::Tensor& to, bool) {
  onHost(to).copy_(onHost(from));
  return to;
}

at::Tensor copyFromAndResize(const at::Tensor& from, const at::Tensor& to) {
  if (from.sizes() != to.sizes()) to.resize_(from.sizes());
  return copyFrom(from, to, false);
}

at::Tensor asStrided(const at::Tensor& tensor, Sizes sizes, Sizes strides,
                     std::optional<std::int64_t> offset) {
  return at::native::as_strided_tensorimpl(tensor, sizes, strides, offset);
}

at::Tensor view(const at::Tensor& tensor, Sizes sizes) {
  return at::native::view(tensor, sizes);
}

at::Tensor reshapeAlias(const at::Tensor& tensor, Sizes sizes, Sizes strides) {
  return at::native::_reshape_alias(tensor, sizes, strides);
}

const at::Tensor& resize(const at::Tensor& tensor, Sizes sizes, std::optional<at::MemoryFormat>) {
  auto* description = tensor.unsafeGetTensorImpl();
  description->set_sizes_contiguous(sizes);
  const auto bytes = static_cast<std::size_t>(description->numel()) * tensor.element_size();
  const c10::Storage& storage = tensor.storage();
  if (storage.nbytes() < bytes) {
    c10::DataPtr memory = memoryOfStandin.allocate(bytes);
    if (storage.nbytes()) std::memcpy(memory.get(), storage.data(), storage.nbytes());
    storage.unsafeGetStorageImpl()->set_data_ptr_noswap(std::move(memory));
    storage.unsafeGetStorageImpl()->set_nbytes(bytes);
  }
  return tensor;
}

at::Tensor convolution(const at::Tensor& input, const at::Tensor& weight,
                       const std::optional<at::Tensor>& bias, Sizes stride, Sizes padding,
                       Sizes dilation, bool transposed, Sizes outputPadding, std::int64_t groups) {
  const bool biased = bias && bias->defined();
  TORCH_CHECK(input.device() == weight.device() && (!biased || bias->device() == input.device()),
              "convolution: tensors on different devices");
  return at::convolution(onHost(input), onHost(weight),
                         biased ? std::optional(onHost(*bias)) : std::nullopt, stride, padding,
                         dilation, transposed, outputPadding, groups)
      .to(input.device());
}

std::tuple<at::Tensor, at::Tensor, at::Tensor> convolutionBackward(
    const at::Tensor& gradient, const at::Tensor& input, const at::Tensor& weight, Sizes stride,
    Sizes padding, Sizes dilation, bool transposed, Sizes outputPadding, std::int64_t groups,
    std::array<bool, 3> wanted) {
  const std::vector<std::int64_t> bias{gradient.size(1)};
  const auto [a, b, c] = at::convolution_backward(
      onHost(gradient), onHost(input), onHost(weight), at::OptionalIntArrayRef(bias), stride,
      padding, dilation, transposed, outputPadding, groups, wanted);
  const auto back = [&](const at::Tensor& t) { return t.defined() ? t.to(input.device()) : t; };
  return {back(a), back(b), back(c)};
}

/// Attention by its formula: the fused kernels are the CPU's and CUDA's own.
std::int64_t attentionByFormula(const at::Tensor&, const at::Tensor&, const at::Tensor&,
                                const std::optional<at::Tensor>&, double, bool,
                                std::optional<double>, bool) {
  return 0;
}

/// Every other operator: on the CPU, unless its tensors are on different devices.
void onCpuUnlessMixed(const c10::OperatorHandle& op, torch::jit::Stack* stack) {
  bool standin = false, cpu = false;
  const auto look = [&](const at::Tensor& tensor) {
    if (!tensor.defined()) return;
    if (tensor.device().type() == kType) {
      standin = true;
    } else if (tensor.dim() > 0) {
      cpu = true;
    }
  };
  for (const auto& value : torch::jit::last(*stack, op.schema().arguments().size())) {
    if (value.isTensor()) look(value.toTensor());
    if (!value.isTensorList()) continue;
    for (const at::Tensor& tensor : value.toTensorVector()) look(tensor);
  }
  TORCH_CHECK(!(standin && cpu), op.schema().name(),
              ": tensors on different devices (stand-in GPU and CPU)");
  at::native::cpu_fallback(op, stack);
}

TORCH_LIBRARY_IMPL(aten, HPU, library) {
  library.impl("empty.memory_format", empty);
  library.impl("empty_strided", emptyStrided);
  library.impl("_copy_from", copyFrom);
  library.impl("_copy_from_and_resize", copyFromAndResize);
  library.impl("as_strided", asStrided);
  library.impl("view", view);
  library.impl("_reshape_alias", reshapeAlias);
  library.impl("resize_", resize);
  library.impl("convolution_overrideable", convolution);
  library.impl("convolution_backward_overrideable", convolutionBackward);
  library.impl("_fused_sdp_choice", attentionByFormula);
}

TORCH_LIBRARY_IMPL(_, HPU, library) {
  library.fallback(torch::CppFunction::makeFromBoxedFunction<&onCpuUnlessMixed>());
}

}  // namespace

at::Device standinGpu() {
  return {kType, 0};
}

}  // namespace fathom::test
