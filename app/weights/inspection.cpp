#include "app/weights/inspection.h"

#include <fmt/format.h>

#include <algorithm>

#include "app/weights/state.h"
#include "core/error.h"
#include "core/sha256.h"
#include "models/checkpoints/element_types.h"
#include "models/checkpoints/inspection.h"

namespace fathom {
namespace {

namespace fs = std::filesystem;

/// What the file should be where it lies in the weights folder under a name of the catalogue.
void compareWithName(const fs::path& path, const Catalogue& catalogue, const fs::path& folder,
                     WeightsVerdict& verdict) {
  for (const WeightsEntry& entry : catalogue.entries()) {
    std::error_code ignored;
    if (!fs::equivalent(path, folder / entry.storedFile(), ignored)) continue;
    const std::string expected = entry.sha256.empty() ? recordedHash(entry, folder) : entry.sha256;
    if (expected.empty() || expected == verdict.sha256) continue;
    verdict.problems.push_back(
        fmt::format("the SHA-256 of {} is {} ({}), that of the file is {}", entry.name, expected,
                    entry.sha256.empty()       ? "as it was downloaded"
                    : entry.hashFromThirdParty ? "as a third party has found it"
                                               : "as published",
                    verdict.sha256));
  }
}

}  // namespace

WeightsSummary inspectWeights(const fs::path& path, const Progress& progress) {
  const CheckpointPtr file = openCheckpoint(path, progress);
  WeightsSummary summary;
  summary.path = path;
  summary.format = file->format();
  summary.bytes = std::int64_t(fs::file_size(path));
  summary.tensors = file->tensors();
  summary.metadata = file->metadata();
  summary.notes = file->notes();
  for (const TensorInfo& info : summary.tensors) {
    if (at::isFloatingType(info.type)) summary.parameters += elementCount(info.shape).value_or(0);
  }
  return summary;
}

WeightsVerdict verifyWeights(const fs::path& path, const Catalogue& catalogue,
                             const fs::path& folder, const Progress& progress) {
  const CheckpointPtr file = openCheckpoint(path, progress);
  WeightsVerdict verdict;
  verdict.sha256 = sha256OfFile(path, progress.part(0, 0.5));
  const auto published =
      std::ranges::find(catalogue.entries(), verdict.sha256, &WeightsEntry::sha256);
  if (published != catalogue.entries().end()) verdict.published = published->name;
  compareWithName(path, catalogue, folder, verdict);
  for (std::string& problem : verifyCheckpoint(*file, progress.part(0.5, 1))) {
    verdict.problems.push_back(std::move(problem));
  }
  verdict.tensors = std::int64_t(file->tensors().size());
  return verdict;
}

void convertWeights(const fs::path& from, const fs::path& to, const Progress& progress) {
  std::error_code ignored;
  if (to.extension() != ".safetensors") {
    throw BadInput("the converted file must be called .safetensors", to.string());
  }
  if (fs::equivalent(from, to, ignored)) {
    throw BadInput("is the file that is to be converted", to.string(), "Name another one");
  }
  const CheckpointPtr file = openCheckpoint(from, progress);
  const std::string hash = sha256OfFile(from, progress.part(0, 0.5));
  convertCheckpoint(*file, to,
                    {{"converted_from", from.filename().string()}, {"converted_from_sha256", hash}},
                    progress.part(0.5, 1));
}

}  // namespace fathom
