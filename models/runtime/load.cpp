#include "models/runtime/load.h"

#include <ATen/ops/equal.h>

#include <map>

#include "core/error.h"
#include "models/checkpoints/inspection.h"

namespace fathom {
namespace {

std::string namesOf(const std::vector<CheckpointPtr>& files) {
  std::string names;
  for (const CheckpointPtr& file : files) {
    names += (names.empty() ? "" : ", ") + file->path().string();
  }
  return names;
}

/// The file's tensor as the network wants it. Throws FileError.
at::Tensor valueFor(const Weight& weight, const std::string& key, const LoadPlan::Source& source,
                    const std::string& file) {
  const at::Tensor read = readSource(source);
  if (weight.constant) {
    // A counter differs from file to file and is not used; an index table must be the same.
    if (read.dim() > 0 && !at::equal(read.to(weight.type), weight.value)) {
      throw FileError("the table " + key + " is not the one that the network is built on", file,
                      "The file is for another network, or damaged.");
    }
    return weight.value;
  }
  // A copy: what was read may look into the mapped file.
  const at::Tensor value = read.to(weight.type, false, true).contiguous();
  if (firstNotFinite(value)) {
    throw FileError("the tensor " + key + " holds values that are not finite", file,
                    "The training that wrote it diverged, or the file is damaged.");
  }
  return value;
}

}  // namespace

void loadWeights(Module& network, const std::vector<CheckpointPtr>& files,
                 const Progress& progress) {
  const std::vector<TensorInfo> wanted = stateDict(network);
  const LoadPlan plan = planLoad(files, wanted);
  const std::string names = namesOf(files);
  if (!plan.complete()) {
    throw FileError("the file does not fit the network: " + describe(plan), names,
                    "fathom-cli weights inspect lists what is inside.");
  }
  std::map<Weight*, at::Tensor> values;
  std::size_t place = 0;
  network.visit([&](const std::string& key, Weight& weight) {
    progress.at(double(place) / double(wanted.size()), "reading weights");
    const LoadPlan::Source& source = plan.sources[place++];
    if (source.parts.empty()) return;  // a counter that may be missing
    values[&weight] = valueFor(weight, key, source, names);
  });
  for (auto& [weight, value] : values) weight->value = std::move(value);
}

}  // namespace fathom
