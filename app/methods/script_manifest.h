#pragma once

#include <array>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "app/methods/output_unit.h"

namespace fathom {

/// What a TorchScript module is given and what it gives: a JSON file beside it, see
/// docs/own-methods.md.
struct ScriptManifest {
  /// forward's arguments in order: "rgb" (1×3×H×W), "low" (1×1×h×w or 1×1×H×W), "initial"
  /// (1×1×H×W metres: what the method before it made; the enlarged low where there is none)
  std::vector<std::string> inputs{"rgb", "low"};

  double rgbScale = 1.0 / 255;  ///< (value · scale − mean) / std
  std::array<double, 3> mean{0, 0, 0}, std{1, 1, 1};

  bool lowInMetres = true;                 ///< else levels
  double lowScale = 1;                     ///< multiplied to them
  bool lowEnlarged = false;                ///< to the picture's size
  std::string interpolation = "bilinear";  ///< nearest, bilinear, bicubic

  OutputUnit unit = OutputUnit::kMetres;
  double outputScale = 1;
  int outputIndex = 0;        ///< where forward gives several
  int uncertaintyIndex = -1;  ///< σ in metres; −1: none
  int multipleOf = 1;         ///< the picture is padded to such sides at the right and the bottom
};

/// Reads it. Throws BadInput that names the key and what is allowed (unknown keys are errors).
ScriptManifest parseManifest(std::string_view text, const std::string& file);
/// Throws FileError too.
ScriptManifest readManifest(const std::filesystem::path& file);

}  // namespace fathom
