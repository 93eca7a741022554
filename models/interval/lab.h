#pragma once

#include <cstdint>
#include <vector>

#include "core/progress.h"
#include "models/interval/cues.h"

namespace fathom {

/// CIE Lab of a picture in bytes, as is usual: L·255/100, a + 128, b + 128 (sRGB, D65).
struct LabPicture {
  Size size;
  std::vector<std::uint8_t> l, a, b;
};
LabPicture labOf(const PictureBytes& picture, const Progress& progress);

}  // namespace fathom
