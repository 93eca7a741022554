#pragma once

#include "models/checkpoints/checkpoint.h"
#include "models/checkpoints/mapped_file.h"

namespace fathom {

/// Opens what torch.save writes since PyTorch 1.6: a zip file. Throws FileError.
CheckpointPtr openPyTorchZip(MappedFilePtr file);

/// Opens what torch.save wrote before, and still writes on request. Throws FileError.
CheckpointPtr openPyTorchLegacy(MappedFilePtr file);

}  // namespace fathom
