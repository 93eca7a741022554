#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "core/setting.h"
#include "core/upsampler.h"

namespace fathom {

/// A folder of its own for what goes to a program and comes back; removed when this goes.
class ScratchFolder {
 public:
  /// In the system's folder for temporary files. Throws FileError.
  ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  ~ScratchFolder();
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// Where the files of one sample lie.
struct ExchangeFiles {
  std::filesystem::path rgb;      ///< 8-bit PNG
  std::filesystem::path rgbNpy;   ///< NPY, 3×H×W uint8: the same, for programs without a decoder
  std::filesystem::path low;      ///< NPY, h×w float32, levels as transmitted
  std::filesystem::path info;     ///< JSON, beside low: see infoOf
  std::filesystem::path initial;  ///< NPY, H×W float32 metres; only where a chain brings one
  std::filesystem::path
      relative;               ///< NPY, H×W float32, larger is nearer; only where a chain has one
  std::filesystem::path out;  ///< for the program to write
  std::filesystem::path outUncertainty;  ///< where readUncertainty() looks beside `out`
};
/// @param ending  of `out`: ".npy"
ExchangeFiles exchangeFiles(const std::filesystem::path& folder, const std::string& ending);

/// What the JSON beside the levels says: sample, height, width, metres_per_level, factor and phase
/// (a number, or [x, y] where the directions differ), intrinsics (fx, fy, cx, cy, or null) and the
/// settings by name.
nlohmann::ordered_json infoOf(const UpsamplerInput& input, const Values& settings);
/// As text, on one line or indented; what is no UTF-8 is replaced.
std::string textOf(const nlohmann::ordered_json& json, bool indented);

/// Writes what goes to the program, and removes what was written before. Returns the info. Throws
/// FileError.
nlohmann::ordered_json writeInputs(const ExchangeFiles& files, const UpsamplerInput& input,
                                   const Values& settings);

}  // namespace fathom
