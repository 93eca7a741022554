#include "app/window/weights_jobs.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <set>

#include "app/weights/inspection.h"
#include "core/atomic_file.h"
#include "core/error.h"
#include "models/checkpoints/checkpoint.h"
#include "models/checkpoints/weights_folder.h"

namespace fathom {
namespace {

namespace fs = std::filesystem;

}  // namespace

std::string verifyStoredWeights(const fs::path& file, const fs::path& folder,
                                const Progress& progress) {
  const WeightsVerdict verdict = verifyWeights(file, loadCatalogue(folder), folder, progress);
  if (!verdict.problems.empty()) {
    throw FileError(fmt::format("is not as it should be: {}", fmt::join(verdict.problems, "; ")),
                    file.string(), "Remove it and get it again");
  }
  const std::string tensors =
      fmt::format("{} tensor{}, all finite", verdict.tensors, verdict.tensors == 1 ? "" : "s");
  return verdict.published.empty()
             ? fmt::format("In order: {}. SHA-256 {}, which the catalogue does not know.", tensors,
                           verdict.sha256)
             : fmt::format("In order: {}. SHA-256 equal to that of {} in the catalogue.", tensors,
                           verdict.published);
}

std::string adoptWeights(const WeightsEntry& entry, const fs::path& file, const fs::path& folder,
                         const Progress& progress) {
  const std::string suffix = file.extension().string();
  if (!std::set<std::string>{".safetensors", ".pth", ".pt", ".ckpt"}.contains(suffix)) {
    throw BadInput("its name does not end in .safetensors, .pth, .pt or .ckpt", file.string(),
                   "Choose a weights file");
  }
  if (const auto stored = storedWeights(folder, entry.name)) {
    throw BadInput("there is one already: " + stored->string(), entry.name, "Remove it first");
  }
  openCheckpoint(file, progress);  // throws where it is none
  checkWritableFolder(folder);
  const fs::path link = folder / (entry.name + suffix);
  std::error_code problem;
  fs::remove(link, problem);  // of a file that is gone
  fs::create_symlink(fs::absolute(file), link, problem);
  if (problem) throwFileError("cannot be linked", link, problem.value());
  return fmt::format("Linked to {}; the file stays where it is.", file.string());
}

}  // namespace fathom
