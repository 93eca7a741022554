#include "models/checkpoints/checkpoint.h"

#include "core/error.h"
#include "models/checkpoints/mapped_file.h"
#include "models/checkpoints/pytorch_reader.h"
#include "models/checkpoints/safetensors_reader.h"

namespace fathom {
namespace {

constexpr std::size_t kTarMagicAt = 257;

CheckpointPtr openMapped(MappedFilePtr file) {
  const std::string_view bytes = file->bytes();
  // First: the length that such a file begins with may look like the others' first bytes.
  if (looksLikeSafetensors(bytes)) return openSafetensors(std::move(file));
  if (bytes.starts_with("PK")) return openPyTorchZip(std::move(file));
  if (bytes.starts_with('\x80')) return openPyTorchLegacy(std::move(file));
  if (bytes.size() > kTarMagicAt + 5 && bytes.substr(kTarMagicAt, 5) == "ustar") {
    throw FileError("is of PyTorch's first format (tar, 2016)", file->path().string(),
                    "Load and save it once with PyTorch before using it here");
  }
  throwDamaged(file->path(), "is no weights file of a known format");
}

}  // namespace

CheckpointPtr openCheckpoint(const std::filesystem::path& path, const Progress& progress) {
  progress.checkpoint();
  try {
    return openMapped(MappedFile::open(path));
  } catch (...) {
    rethrowAsOurs(path.string());
  }
}

}  // namespace fathom
