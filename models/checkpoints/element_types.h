#pragma once

#include <c10/core/ScalarType.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/shape_text.h"

namespace fathom {

/// "float32", as PyTorch calls it.
std::string elementName(at::ScalarType type);

/// By safetensors' name ("F32"), PyTorch's storage class ("FloatStorage") or type ("float32").
std::optional<at::ScalarType> elementFromSafetensors(std::string_view name);
std::optional<at::ScalarType> elementFromStorage(std::string_view storageClass);
std::optional<at::ScalarType> elementFromName(std::string_view name);

/// safetensors' name; nullptr where that format has none.
const char* safetensorsName(at::ScalarType type);

/// All types that are known here.
std::span<const at::ScalarType> knownElements();

/// True for the types whose values may be NaN or infinite, complex ones included.
bool isFloatingElement(at::ScalarType type);

/// Tensors of more dimensions are refused: none of the networks has them, and they cost stack.
constexpr std::size_t kMaxRank = 8;
/// Files of more tensors are refused.
constexpr std::size_t kMaxTensors = 100000;

/// Product of the sides; nothing where one is negative or the product exceeds 2⁶³−1.
std::optional<std::int64_t> elementCount(const std::vector<std::int64_t>& shape);

}  // namespace fathom
