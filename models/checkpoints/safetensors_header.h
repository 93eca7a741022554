#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "models/checkpoints/checkpoint.h"

namespace fathom {

/// What a safetensors file says before its bytes.
struct SafetensorsHeader {
  struct Entry {
    TensorInfo info;
    std::uint64_t begin = 0, end = 0;  ///< within the data, bytes
  };
  std::vector<Entry> entries;  ///< in the file's order
  std::map<std::string, std::string> metadata;
};

/// Reads the JSON text strictly, in bounded memory and time linear in its length: nothing unknown,
/// nothing twice, at most 100,000 tensors of rank 8. Spans are not checked against the data.
/// Throws std::runtime_error with what is wrong.
SafetensorsHeader parseSafetensorsHeader(std::string_view json);

}  // namespace fathom
