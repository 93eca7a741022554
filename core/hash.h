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

/// 64-bit FNV-1a, continued from `hash`: for keys of caches, not for security.
constexpr std::uint64_t fnv1a64(std::string_view bytes,
                                std::uint64_t hash = 14695981039346656037ull) {
  for (const char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ull;
  return hash;
}

}  // namespace fathom
