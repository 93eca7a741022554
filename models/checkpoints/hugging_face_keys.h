#pragma once

#include <optional>

#include "models/checkpoints/key_repairs.h"

namespace fathom {

/// The names of the original repositories for a file with Hugging Face's names of DINOv2, Depth
/// Anything or DPT on DINOv2 (which keep query, key and value apart); nothing for other files.
/// Names that the tables do not know stay as they are.
std::optional<KeyReading> fromHuggingFace(const KeyReading& reading);

}  // namespace fathom
