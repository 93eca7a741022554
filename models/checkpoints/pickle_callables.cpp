#include "models/checkpoints/pickle_callables.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "models/checkpoints/element_types.h"
#include "models/checkpoints/pickle_tensors.h"

namespace fathom {
namespace {

using Value = PickleValue;
using Kind = PickleValue::Kind;

struct Known {
  std::string_view name;
  Callable callable;
};

constexpr std::array kKnown = {
    Known{"collections.OrderedDict", Callable::OrderedDict},
    Known{"torch.Tensor", Callable::Tensor},
    Known{"torch.nn.parameter.Parameter", Callable::Parameter},
    Known{"torch._utils._rebuild_tensor", Callable::RebuildTensor},
    Known{"torch._utils._rebuild_tensor_v2", Callable::RebuildTensorV2},
    Known{"torch._utils._rebuild_tensor_v3", Callable::RebuildTensorV3},
    Known{"torch._utils._rebuild_parameter", Callable::RebuildParameter},
    Known{"torch._utils._rebuild_parameter_with_state", Callable::RebuildParameterWithState},
    Known{"torch._tensor._rebuild_from_type_v2", Callable::RebuildFromType},
    Known{"torch.Size", Callable::Size},
    Known{"torch.device", Callable::Device},
    Known{"_codecs.encode", Callable::Encode},
};

constexpr std::string_view kUntyped = "torch.storage.UntypedStorage";

/// Number of letters to change, insert or remove between two names, or `limit` where more.
std::size_t editDistance(std::string_view a, std::string_view b, std::size_t limit) {
  const std::size_t gap = a.size() > b.size() ? a.size() - b.size() : b.size() - a.size();
  if (gap >= limit || a.size() > 80) return limit;
  std::array<std::size_t, 96> row{};
  if (b.size() + 1 > row.size()) return limit;
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t above = row[j + 1];
      row[j + 1] = std::min({above + 1, row[j] + 1, diagonal + (a[i] == b[j] ? 0 : 1)});
      diagonal = above;
    }
  }
  return std::min(row[b.size()], limit);
}

/// What PyTorch writes too, or reads without being told to, and we keep as unknown.
constexpr std::array<std::string_view, 28> kStrangers = {
    "torch._utils._rebuild_qtensor",
    "torch._utils._rebuild_sparse_tensor",
    "torch._utils._rebuild_nested_tensor",
    "torch._utils._rebuild_meta_tensor_no_storage",
    "torch._utils._rebuild_wrapper_subclass",
    "torch._utils._rebuild_device_tensor_from_numpy",
    "torch._utils._rebuild_device_tensor_from_cpu_tensor",
    "torch._tensor._rebuild_from_type",
    "torch.serialization._get_layout",
    "torch.QInt8Storage",
    "torch.QUInt8Storage",
    "torch.QInt32Storage",
    "torch.QUInt4x2Storage",
    "torch.QUInt2x4Storage",
    "torch.qint8",
    "torch.quint8",
    "torch.qint32",
    "torch.complex32",
    "torch.float8_e8m0fnu",
    "torch.float4_e2m1fn_x2",
    "collections.Counter",
    "collections.defaultdict",
    "builtins.set",
    "__builtin__.set",
    "builtins.bytearray",
    "__builtin__.bytearray",
    "builtins.complex",
    "__builtin__.complex",
};

/// True for a name that a few changed bytes can have made of a known one. Checksums do not tell:
/// the old format has none, and a zip file may have been put together again.
bool looksDamaged(const std::string& name) {
  if (std::find(kStrangers.begin(), kStrangers.end(), name) != kStrangers.end()) return false;
  const std::size_t dot = name.rfind('.');
  const std::string_view module = std::string_view(name).substr(0, dot);
  const std::string_view last = std::string_view(name).substr(dot + 1);
  const auto near = [&](std::string_view known) {
    constexpr std::size_t kLimit = 5;
    const std::size_t knownDot = known.rfind('.');
    const std::string_view knownLast = known.substr(knownDot + 1);
    // Short names lie close together: int and set are both whole.
    const std::size_t limit = std::min(kLimit, 1 + knownLast.size() / 2);
    const std::size_t lastChanges = editDistance(last, knownLast, limit);
    if (lastChanges >= limit) return false;
    return lastChanges + editDistance(module, known.substr(0, knownDot), kLimit) < kLimit;
  };
  if (near(kUntyped) || std::any_of(kStrangers.begin(), kStrangers.end(), near) ||
      std::any_of(kKnown.begin(), kKnown.end(), [&](const Known& k) { return near(k.name); })) {
    return true;
  }
  return std::any_of(knownElements().begin(), knownElements().end(), [&](at::ScalarType type) {
    return near(fmt::format("torch.{}Storage", c10::toString(type))) ||
           near("torch." + elementName(type));
  });
}

bool isName(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || c == '<' || c == '>';
  });
}

std::optional<Value> known(std::string_view module, std::string_view name,
                           const std::string& whole) {
  for (const Known& entry : kKnown) {
    if (whole == entry.name) {
      return Value{Kind::Callable, 0, static_cast<std::int64_t>(entry.callable)};
    }
  }
  if (whole == kUntyped) return Value{Kind::StorageClass, 0, -1};
  if (module != "torch" && module != "torch.cuda") return {};
  if (const auto type = elementFromStorage(name)) {
    return Value{Kind::StorageClass, 0, static_cast<std::int64_t>(*type)};
  }
  if (const auto type = module == "torch" ? elementFromName(name) : std::nullopt) {
    return Value{Kind::ElementType, 0, static_cast<std::int64_t>(*type)};
  }
  return {};
}

Value newOrderedDict(PickleHeap& heap) {
  Value dict = heap.node(Kind::Dict);
  dict.size = 1;
  return dict;
}

/// OrderedDict(), or OrderedDict([(key, value), …]) as Python 2 writes it.
Value orderedDict(PickleHeap& heap, Value arguments) {
  const Value dict = newOrderedDict(heap);
  if (arguments.size == 0) return dict;
  const Value list = heap.item(arguments, 0);
  if (arguments.size != 1 || list.kind != Kind::List) {
    throw PickleError("its pickle makes a dictionary of something odd");
  }
  auto& items = heap.nodeOf(dict).items;
  for (const Value pair : heap.nodeOf(list).items) {
    const bool isTuple = pair.kind == Kind::Tuple && pair.size == 2;
    const bool isList = pair.kind == Kind::List && heap.nodeOf(pair).items.size() == 2;
    if (!isTuple && !isList) throw PickleError("its pickle makes a dictionary of something odd");
    for (std::size_t i = 0; i < 2; ++i) {
      heap.append(items, isTuple ? heap.item(pair, i) : heap.nodeOf(pair).items[i]);
    }
  }
  return dict;
}

/// torch.Size((2, 3)): as good as the tuple.
Value size(PickleHeap& heap, Value arguments) {
  if (arguments.size == 1 && heap.item(arguments, 0).kind == Kind::Tuple) {
    return heap.item(arguments, 0);
  }
  throw PickleError("its pickle holds a size that is none");
}

Value device(PickleHeap& heap, Value arguments) {
  const bool numbered = arguments.size == 2 && heap.item(arguments, 1).kind == Kind::Int;
  if ((arguments.size != 1 && !numbered) || heap.item(arguments, 0).kind != Kind::Text ||
      !isDeviceName(heap.text(heap.item(arguments, 0)))) {
    throw PickleError("its pickle names a device that is none");
  }
  return {Kind::Plain};
}

/// _codecs.encode("…", "latin1"): how protocol 2 writes bytes.
Value encode(PickleHeap& heap, Value arguments) {
  const auto isText = [&](std::size_t i) { return heap.item(arguments, i).kind == Kind::Text; };
  if (arguments.size == 2 && isText(0) && isText(1) &&
      heap.text(heap.item(arguments, 1)) == "latin1") {
    const std::string_view text = heap.text(heap.item(arguments, 0));
    // In UTF-8 the characters up to 255 begin with a byte up to 0xC3.
    if (std::all_of(text.begin(), text.end(),
                    [](char c) { return static_cast<unsigned char>(c) <= 0xC3; })) {
      return {Kind::Plain};
    }
  }
  throw PickleError("its pickle holds damaged bytes");
}

Value opaque(PickleHeap& heap, Value name, std::initializer_list<Value> parts) {
  const Value object = heap.node(Kind::Opaque, name);
  for (const Value part : parts) heap.append(heap.nodeOf(object).items, part);
  return object;
}

}  // namespace

PickleValue pickledGlobal(PickleHeap& heap, std::string_view module, std::string_view name,
                          PickleValue text) {
  if (!isName(module) || !isName(name)) throw PickleError("its pickle holds a damaged name");
  const std::string whole = fmt::format("{}.{}", module, name);
  if (const auto value = known(module, name, whole)) return *value;
  heap.charge(4096);  // for the time that the search takes
  if (looksDamaged(whole)) throw PickleError(fmt::format("the name {} in it is damaged", whole));
  return heap.node(Kind::Opaque, text);
}

PickleValue pickledCall(PickleHeap& heap, PickleValue function, PickleValue arguments) {
  if (function.kind == Kind::Opaque) {
    return opaque(heap, heap.nodeOf(function).name, {function, arguments});
  }
  if (function.kind != Kind::Callable || arguments.kind != Kind::Tuple) {
    throw PickleError("its pickle calls something that cannot be called");
  }
  switch (static_cast<Callable>(function.data)) {
    case Callable::OrderedDict:
      return orderedDict(heap, arguments);
    case Callable::Size:
      return size(heap, arguments);
    case Callable::Device:
      return device(heap, arguments);
    case Callable::Encode:
      return encode(heap, arguments);
    default:
      break;
  }
  // A tensor made of something unknown is unknown itself.
  if (arguments.size > 0 && heap.item(arguments, 0).kind == Kind::Opaque) {
    return opaque(heap, heap.nodeOf(heap.item(arguments, 0)).name, {arguments});
  }
  return rebuiltTensor(heap, static_cast<Callable>(function.data), arguments);
}

PickleValue pickledPersistent(PickleHeap& heap, PickleValue id, PickleDialect dialect) {
  const auto isText = [&](std::size_t i) { return heap.item(id, i).kind == Kind::Text; };
  if (id.kind != Kind::Tuple || id.size < 2 || !isText(0)) {
    throw PickleError("its pickle refers to data in an unknown way");
  }
  const std::string_view what = heap.text(heap.item(id, 0));
  // Old files of whole models: the class of a module, with its source text.
  const Value storageClass = heap.item(id, 1);
  if (what == "module" && dialect == PickleDialect::Legacy && storageClass.kind == Kind::Opaque)
    return storageClass;
  if (what != "storage" || id.size != (dialect == PickleDialect::Legacy ? 6u : 5u)) {
    throw PickleError("its pickle refers to data in an unknown way");
  }
  return pickledStorage(heap, id, storageClass, dialect);
}

}  // namespace fathom
