#include "models/checkpoints/checkpoint.h"

#include "core/error.h"
#include "models/checkpoints/mapped_file.h"
#include "models/checkpoints/safetensors_reader.h"

namespace fathom {

CheckpointPtr openCheckpoint(const std::filesystem::path& path, const Progress& progress) {
  progress.checkpoint();
  MappedFilePtr file = MappedFile::open(path);
  const std::string_view bytes = file->bytes();
  if (looksLikeSafetensors(bytes)) return openSafetensors(std::move(file));
  throwDamaged(path, "is no weights file of a known format");
}

}  // namespace fathom
