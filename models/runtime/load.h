#pragma once

#include "models/checkpoints/load_plan.h"
#include "models/layers/module.h"

namespace fathom {

/// Gives a network the tensors of one or several files, as float32 on the CPU. All or nothing: on
/// any missing, unexpected or mis-shaped tensor, or a value that is not finite, it throws FileError
/// with the whole list and the network is as before.
void loadWeights(Module& network, const std::vector<CheckpointPtr>& files,
                 const Progress& progress = {});

}  // namespace fathom
