#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "datasets/codecs/input_file.h"
#include "datasets/codecs/npy.h"

namespace fathom {

/// How many dimensions an NPY file may have here.
inline constexpr std::size_t kMostNpyDimensions = 8;

/// NumPy's name of an element type ("f4") and ours.
struct NpyType {
  std::string_view name;
  at::ScalarType dtype;
  std::string_view title;  ///< "float32"
};
inline constexpr std::array<NpyType, 7> kNpyTypes{{{"f2", at::kHalf, "float16"},
                                                   {"f4", at::kFloat, "float32"},
                                                   {"f8", at::kDouble, "float64"},
                                                   {"u1", at::kByte, "uint8"},
                                                   {"u2", at::kUInt16, "uint16"},
                                                   {"i2", at::kShort, "int16"},
                                                   {"i4", at::kInt, "int32"}}};

/// The entry of a type, or null where NPY files of that type are not read and written here.
const NpyType* npyType(at::ScalarType dtype);

/// readNpyHeader of a file that is open.
NpyHeader readNpyHeader(const InputFile& file);

/// Magic, version, length and dictionary as numpy.save writes them.
std::string npyHeaderBytes(const NpyType& type, const std::vector<std::int64_t>& shape);

}  // namespace fathom
