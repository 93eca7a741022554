#pragma once

#include <cstdint>
#include <string_view>

namespace fathom {

/// 32-bit FNV-1a of the bytes: part of every sample's noise key.
constexpr std::uint32_t fnv1a32(std::string_view bytes) {
  std::uint32_t hash = 2166136261u;
  for (const char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619u;
  return hash;
}

}  // namespace fathom
