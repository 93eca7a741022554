#include "models/checkpoints/pickle_tensors.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "models/checkpoints/element_types.h"

namespace fathom {
namespace {

using Value = PickleValue;
using Kind = PickleValue::Kind;

[[noreturn]] void odd() {
  throw PickleError("it describes a tensor in an unknown way");
}

/// What a tensor that repeats its values (expand) may grow to beyond the bytes in the file.
constexpr std::int64_t kMaxRepeated = std::int64_t{16} << 20;

std::vector<std::int64_t> sides(const PickleHeap& heap, Value tuple) {
  if (tuple.kind != Kind::Tuple) odd();
  if (tuple.size > kMaxRank) throw PickleError("it describes a tensor of more than 8 dimensions");
  std::vector<std::int64_t> values(tuple.size);
  for (std::size_t i = 0; i < tuple.size; ++i) {
    const Value side = heap.item(tuple, i);
    if (side.kind != Kind::Int || side.data < 0) odd();
    values[i] = side.data;
  }
  return values;
}

/// Throws unless the tensor lies inside its storage.
void checkInside(const PickledTensor& tensor, std::int64_t storageBytes) {
  const auto count = elementCount(tensor.shape);
  if (!count || tensor.offset < 0) odd();
  const auto size = static_cast<std::int64_t>(c10::elementSize(tensor.type));
  std::int64_t last = tensor.offset, end = 0;
  bool overflow = false;
  for (std::size_t d = 0; d < tensor.shape.size() && *count > 0; ++d) {
    std::int64_t step = 0;
    overflow = overflow || __builtin_mul_overflow(tensor.shape[d] - 1, tensor.strides[d], &step) ||
               __builtin_add_overflow(last, step, &last);
  }
  overflow = overflow || __builtin_add_overflow(last, 1, &end) ||
             __builtin_mul_overflow(end, size, &end) || __builtin_mul_overflow(*count, size, &last);
  if (*count > 0 && (overflow || end > storageBytes)) {
    throw PickleError(fmt::format("a tensor of {} lies outside its data", shapeText(tensor.shape)));
  }
}

/// conj() and neg() are views that only a flag tells from their base.
const char* flagProblem(const PickleHeap& heap, Value flags) {
  if (flags.kind == Kind::None) return nullptr;
  if (flags.kind != Kind::Dict) odd();
  const auto& items = heap.nodeOf(flags).items;
  const char* problem = nullptr;
  for (std::size_t i = 0; i < items.size(); i += 2) {
    const std::string_view name = items[i].kind == Kind::Text ? heap.text(items[i]) : "";
    if ((name != "conj" && name != "neg") || items[i + 1].kind != Kind::Bool) odd();
    if (items[i + 1].data) problem = "is a conjugate or negative view (resolve_conj, resolve_neg)";
  }
  return problem;
}

void checkGradient(const PickleHeap& heap, Value tensor, Value wanted, Value hooks) {
  if (wanted.kind != Kind::Bool || (hooks.kind != Kind::Dict && hooks.kind != Kind::None)) odd();
  const auto& described = heap.tensors()[static_cast<std::size_t>(tensor.data)];
  if (wanted.data && !isFloatingElement(described.type)) odd();
}

/// storage, offset, size, stride[, requires_grad, hooks[, type][, flags]]
Value plainTensor(PickleHeap& heap, Callable function, Value arguments) {
  const bool v1 = function == Callable::RebuildTensor, v3 = function == Callable::RebuildTensorV3;
  const std::uint32_t least = v1 ? 4 : v3 ? 7 : 6;
  if (arguments.size < least || arguments.size > (v1 ? 4 : least + 1)) odd();
  const auto argument = [&](std::size_t i) { return heap.item(arguments, i); };
  if (argument(0).kind != Kind::Storage || argument(1).kind != Kind::Int) odd();
  PickledTensor tensor;
  tensor.storage = static_cast<std::uint32_t>(argument(0).data);
  const PickledStorage& storage = heap.storages()[tensor.storage];
  tensor.type = storage.type;
  if (v3) {
    if (argument(6).kind != Kind::ElementType) odd();
    tensor.type = static_cast<at::ScalarType>(argument(6).data);
  }
  tensor.offset = argument(1).data;
  tensor.shape = sides(heap, argument(2));
  tensor.strides = sides(heap, argument(3));
  if (tensor.shape.size() != tensor.strides.size()) odd();
  checkInside(tensor, storage.bytes);
  if (arguments.size > least) tensor.problem = flagProblem(heap, argument(least));
  const std::int64_t bytes =
      *elementCount(tensor.shape) * static_cast<std::int64_t>(c10::elementSize(tensor.type));
  if (bytes > std::max(storage.bytes, kMaxRepeated)) {
    tensor.problem = "repeats few values to a large tensor (expand)";
  }
  const Value value = heap.tensor(std::move(tensor));
  if (!v1) checkGradient(heap, value, argument(4), argument(5));
  if (v3 && argument(4).data != 0) odd();  // PyTorch itself cannot read this
  return value;
}

/// Attributes do not matter to us, as long as they do not replace the tensor's data.
void checkAttributes(const PickleHeap& heap, Value state) {
  if (state.kind == Kind::Tuple && state.size == 2) {
    for (std::size_t i = 0; i < 2; ++i) {
      if (heap.item(state, i).kind == Kind::Tuple) odd();
      checkAttributes(heap, heap.item(state, i));
    }
    return;
  }
  if (state.kind == Kind::None) return;
  if (state.kind != Kind::Dict) odd();
  const auto& items = heap.nodeOf(state).items;
  for (std::size_t i = 0; i < items.size(); i += 2) {
    if (items[i].kind != Kind::Text || heap.text(items[i]) == "data") odd();
  }
}

/// tensor, requires_grad, hooks[, attributes]
Value parameter(PickleHeap& heap, Callable function, Value arguments) {
  const std::uint32_t count = function == Callable::RebuildParameter ? 3 : 4;
  if (arguments.size != count || heap.item(arguments, 0).kind != Kind::Tensor) odd();
  const Value tensor = heap.item(arguments, 0);
  checkGradient(heap, tensor, heap.item(arguments, 1), heap.item(arguments, 2));
  if (count == 4) checkAttributes(heap, heap.item(arguments, 3));
  return tensor;
}

/// rebuilding function, class, its arguments, attributes
Value typedTensor(PickleHeap& heap, Value arguments) {
  if (arguments.size != 4) odd();
  const Value function = heap.item(arguments, 0), type = heap.item(arguments, 1),
              inner = heap.item(arguments, 2);
  const bool plain =
      type.kind == Kind::Callable && (type.data == static_cast<std::int64_t>(Callable::Tensor) ||
                                      type.data == static_cast<std::int64_t>(Callable::Parameter));
  if (!plain && type.kind != Kind::Opaque) odd();
  if (function.kind != Kind::Callable || inner.kind != Kind::Tuple ||
      function.data == static_cast<std::int64_t>(Callable::RebuildFromType)) {
    odd();
  }
  checkAttributes(heap, heap.item(arguments, 3));
  const Value tensor = rebuiltTensor(heap, static_cast<Callable>(function.data), inner);
  if (plain) return tensor;
  const Value unknown = heap.node(Kind::Opaque, heap.nodeOf(type).name);
  heap.append(heap.nodeOf(unknown).items, tensor);
  return unknown;
}

/// Parameter(tensor[, requires_grad])
Value newParameter(PickleHeap& heap, Value arguments) {
  if (arguments.size < 1 || arguments.size > 2) odd();
  const Value tensor = heap.item(arguments, 0);
  if (tensor.kind != Kind::Tensor) odd();
  const Value wanted = arguments.size == 2 ? heap.item(arguments, 1) : Value{Kind::Bool, 0, 1};
  checkGradient(heap, tensor, wanted, {Kind::None});
  return tensor;
}

/// A part of another storage, as files from before 0.4 write it: (key, offset, count) or None.
Value storageView(PickleHeap& heap, PickledStorage whole, Value view) {
  const Value base = heap.storage(whole);
  if (view.kind == Kind::None) return base;
  if (view.kind != Kind::Tuple || view.size != 3) odd();
  const Value key = heap.item(view, 0), offset = heap.item(view, 1), count = heap.item(view, 2);
  const auto size = static_cast<std::int64_t>(c10::elementSize(whole.type));
  PickledStorage part = whole;
  part.parent = static_cast<std::int32_t>(base.data);
  std::int64_t end = 0;
  if (key.kind != Kind::Text || offset.kind != Kind::Int || count.kind != Kind::Int ||
      offset.data < 0 || count.data < 0 ||
      __builtin_mul_overflow(offset.data, size, &part.parentOffset) ||
      __builtin_mul_overflow(count.data, size, &part.bytes) ||
      __builtin_add_overflow(part.parentOffset, part.bytes, &end) || end > whole.bytes) {
    throw PickleError("a part of its data lies outside of it");
  }
  part.key = heap.text(key);
  return heap.storage(part);
}

}  // namespace

bool isDeviceName(std::string_view name) {
  constexpr std::array kDevices = {"cpu", "cuda", "mps", "xpu", "hpu", "npu", "mlu", "xla", "hip"};
  const std::size_t colon = name.find(':');
  const std::string_view kind = name.substr(0, colon);
  if (std::find(kDevices.begin(), kDevices.end(), kind) == kDevices.end()) return false;
  if (colon == std::string_view::npos) return true;
  const std::string_view index = name.substr(colon + 1);
  return !index.empty() && index.size() <= 3 &&
         std::all_of(index.begin(), index.end(), [](char c) { return c >= '0' && c <= '9'; });
}

PickleValue pickledStorage(PickleHeap& heap, PickleValue id, PickleValue storageClass,
                           PickleDialect dialect) {
  const Value key = heap.item(id, 2), location = heap.item(id, 3), count = heap.item(id, 4);
  if (storageClass.kind == Kind::Opaque) {
    const Value unknown = heap.node(Kind::Opaque, heap.nodeOf(storageClass).name);
    heap.nodeOf(unknown).holdsData = true;
    return unknown;
  }
  if (storageClass.kind != Kind::StorageClass || key.kind != Kind::Text ||
      location.kind != Kind::Text || count.kind != Kind::Int || count.data < 0) {
    throw PickleError("it refers to data in an unknown way");
  }
  if (!isDeviceName(heap.text(location))) {
    throw PickleError(
        fmt::format("its data belongs to an unknown device, {:.20}", heap.text(location)));
  }
  PickledStorage storage;
  storage.key = heap.text(key);
  storage.untyped = storageClass.data < 0;
  if (storage.untyped && dialect == PickleDialect::Legacy) {
    throw PickleError("it holds types that PyTorch's old format cannot hold; save it again");
  }
  if (!storage.untyped) storage.type = static_cast<at::ScalarType>(storageClass.data);
  const auto size = static_cast<std::int64_t>(c10::elementSize(storage.type));
  if (__builtin_mul_overflow(count.data, size, &storage.bytes)) odd();
  return storageView(heap, storage,
                     dialect == PickleDialect::Legacy ? heap.item(id, 5) : Value{Kind::None});
}

PickleValue rebuiltTensor(PickleHeap& heap, Callable function, PickleValue arguments) {
  switch (function) {
    case Callable::RebuildTensor:
    case Callable::RebuildTensorV2:
    case Callable::RebuildTensorV3:
      return plainTensor(heap, function, arguments);
    case Callable::RebuildParameter:
    case Callable::RebuildParameterWithState:
      return parameter(heap, function, arguments);
    case Callable::RebuildFromType:
      return typedTensor(heap, arguments);
    case Callable::Parameter:
      return newParameter(heap, arguments);
    default:
      odd();
  }
}

}  // namespace fathom
