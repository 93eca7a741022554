#pragma once

#include <functional>
#include <vector>

#include "core/upsampler.h"

namespace fathom {

/// A part of a big picture, with the part of the transmitted map that lies below it.
struct Tile {
  std::int64_t top = 0, left = 0;
  Size size;
};

/// Tiles of at most `side` pixels that cover the picture and overlap by at least `overlap`, each
/// beginning on a whole cell.
/// Throws BadInput where the overlap leaves nothing, or the factor is not whole.
std::vector<Tile> tilesOf(const UpsamplerInput& input, std::int64_t side, std::int64_t overlap);

/// Runs each tile on its own and blends them linearly where they overlap.
/// @param run  one tile's input to its h×w metres
at::Tensor tiled(const UpsamplerInput& input, std::int64_t side, std::int64_t overlap,
                 const Progress& progress,
                 const std::function<at::Tensor(const UpsamplerInput& tile, const Progress&)>& run);

}  // namespace fathom
