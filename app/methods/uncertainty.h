#pragma once

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/upsampler.h"

namespace fathom {

/// One standard deviation as a method of a user's states it, before it is believed.
struct StatedUncertainty {
  std::string name;     ///< of its file, or which output it is
  at::Tensor metres;    ///< undefined where it could not be read
  std::string problem;  ///< why not
};

/// Where the uncertainty that belongs to a file may be: "a_uncertainty.npy" beside "a.npy", or
/// "uncertainty/a.npy" below its folder; with any ending that readDepth knows.
std::vector<std::filesystem::path> uncertaintyPaths(const std::filesystem::path& prediction);
/// Those of them that are there.
std::vector<std::filesystem::path> uncertaintyFiles(const std::filesystem::path& prediction);
/// "a" of "a_uncertainty"; nothing of other names.
std::optional<std::string> withoutUncertainty(const std::string& name);

/// What lies beside a prediction; nothing where there is none. Never throws for what is in a file:
/// the problem says it.
/// @param metresPerValue  as for readDepth
std::optional<StatedUncertainty> readUncertainty(const std::filesystem::path& prediction,
                                                 double metresPerValue);

/// Makes it the prediction's uncertainty, on its device, if it has its size, and is finite and not
/// negative wherever the prediction has a value. Where not, the prediction stays without one, its
/// stamp names what was left out, and the log says why.
void addUncertainty(Prediction& made, const std::optional<StatedUncertainty>& stated,
                    const std::string& sampleId);

}  // namespace fathom
