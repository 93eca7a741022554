#include "models/checkpoints/element_types.h"

#include <array>

namespace fathom {
namespace {

struct Element {
  at::ScalarType type;
  const char* name;         ///< in PyTorch
  const char* safetensors;  ///< nullptr: the format has none
  const char* storage;      ///< nullptr: PyTorch writes an untyped storage
  bool floating;
};

constexpr std::array kElements = {
    Element{at::kFloat, "float32", "F32", "FloatStorage", true},
    Element{at::kHalf, "float16", "F16", "HalfStorage", true},
    Element{at::kBFloat16, "bfloat16", "BF16", "BFloat16Storage", true},
    Element{at::kDouble, "float64", "F64", "DoubleStorage", true},
    Element{at::kLong, "int64", "I64", "LongStorage", false},
    Element{at::kInt, "int32", "I32", "IntStorage", false},
    Element{at::kShort, "int16", "I16", "ShortStorage", false},
    Element{at::kChar, "int8", "I8", "CharStorage", false},
    Element{at::kByte, "uint8", "U8", "ByteStorage", false},
    Element{at::kBool, "bool", "BOOL", "BoolStorage", false},
    Element{at::kUInt16, "uint16", "U16", nullptr, false},
    Element{at::kUInt32, "uint32", "U32", nullptr, false},
    Element{at::kUInt64, "uint64", "U64", nullptr, false},
    Element{at::kFloat8_e5m2, "float8_e5m2", "F8_E5M2", nullptr, true},
    Element{at::kFloat8_e4m3fn, "float8_e4m3fn", "F8_E4M3", nullptr, true},
    Element{at::kFloat8_e5m2fnuz, "float8_e5m2fnuz", nullptr, nullptr, true},
    Element{at::kFloat8_e4m3fnuz, "float8_e4m3fnuz", nullptr, nullptr, true},
    Element{at::kComplexFloat, "complex64", "C64", "ComplexFloatStorage", true},
    Element{at::kComplexDouble, "complex128", nullptr, "ComplexDoubleStorage", true},
};

constexpr auto kTypes = [] {
  std::array<at::ScalarType, kElements.size()> types{};
  for (std::size_t i = 0; i < types.size(); ++i) types[i] = kElements[i].type;
  return types;
}();

const Element* find(at::ScalarType type) {
  for (const Element& element : kElements) {
    if (element.type == type) return &element;
  }
  return nullptr;
}

std::optional<at::ScalarType> find(const char* Element::*column, std::string_view name) {
  for (const Element& element : kElements) {
    if (element.*column != nullptr && name == element.*column) return element.type;
  }
  return {};
}

}  // namespace

std::string elementName(at::ScalarType type) {
  const Element* element = find(type);
  return element ? element->name : c10::toString(type);
}

std::optional<at::ScalarType> elementFromSafetensors(std::string_view name) {
  return find(&Element::safetensors, name);
}

std::optional<at::ScalarType> elementFromStorage(std::string_view storageClass) {
  return find(&Element::storage, storageClass);
}

std::optional<at::ScalarType> elementFromName(std::string_view name) {
  return find(&Element::name, name);
}

const char* safetensorsName(at::ScalarType type) {
  const Element* element = find(type);
  return element ? element->safetensors : nullptr;
}

std::span<const at::ScalarType> knownElements() {
  return kTypes;
}

bool isFloatingElement(at::ScalarType type) {
  const Element* element = find(type);
  return element && element->floating;
}

std::optional<std::int64_t> elementCount(const std::vector<std::int64_t>& shape) {
  std::int64_t count = 1;
  bool overflow = false, empty = false;
  for (const std::int64_t side : shape) {
    if (side < 0) return {};
    empty = empty || side == 0;
    // The other sides of an empty tensor count too: its strides must not overflow either.
    overflow = overflow || __builtin_mul_overflow(count, side == 0 ? 1 : side, &count);
  }
  if (overflow) return {};
  return empty ? 0 : count;
}

}  // namespace fathom
