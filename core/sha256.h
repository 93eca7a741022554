#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "core/progress.h"

namespace fathom {

/// SHA-256 (FIPS 180-4) of bytes that come in pieces.
class Sha256 {
 public:
  Sha256();
  void add(const void* bytes, std::size_t count);
  void add(std::string_view bytes) { add(bytes.data(), bytes.size()); }
  /// 64 lower-case hexadecimal digits. Ends this sum: start a new one for the next.
  std::string finish();

 private:
  std::array<std::uint32_t, 8> state_;
  std::array<std::uint8_t, 64> block_{};  ///< what does not yet fill a block
  std::size_t filled_ = 0;
  std::uint64_t count_ = 0;  ///< bytes so far
};

std::string sha256(std::string_view bytes);

/// Of a file's content. Throws FileError, Cancelled.
std::string sha256OfFile(const std::filesystem::path& path, const Progress& progress = {});

/// Lets tests try the way of processors without instructions for it.
void usePlainSha256(bool plain);

}  // namespace fathom
