#pragma once

#include "models/checkpoints/checkpoint.h"
#include "models/checkpoints/mapped_file.h"

namespace fathom {

/// True where the first bytes can be a safetensors file: a length, then {.
bool looksLikeSafetensors(std::string_view bytes);

/// Opens a safetensors file strictly: every byte of the data belongs to exactly one tensor.
/// Throws FileError.
CheckpointPtr openSafetensors(MappedFilePtr file);

}  // namespace fathom
