#include "models/checkpoints/weights_folder.h"

#include <fmt/format.h>

#include <cstdlib>

#include "core/error.h"

namespace fathom {
namespace {

namespace fs = std::filesystem;

/// Empty where the variable is unset. The XDG rules ignore a path that is not absolute.
fs::path folderFrom(const char* variable) {
  const char* value = std::getenv(variable);
  return value && *value == '/' ? fs::path(value) : fs::path();
}

bool isFile(const fs::path& path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored);
}

}  // namespace

fs::path weightsFolder() {
  // Our own variable may also name a folder relative to the current one.
  if (const char* own = std::getenv("FATHOM_WEIGHTS"); own && *own) return fs::absolute(own);
  fs::path data = folderFrom("XDG_DATA_HOME");
  if (data.empty()) data = folderFrom("HOME") / ".local/share";
  return data / "fathom/weights";
}

std::optional<fs::path> storedWeights(const fs::path& folder, std::string_view name) {
  for (const char* suffix : {".safetensors", ".pth", ".pt", ".ckpt"}) {
    fs::path path = folder / name;
    path += suffix;
    if (isFile(path)) return path;
  }
  return std::nullopt;
}

fs::path findWeights(const std::string& name, const std::string& chosen) {
  const std::string fetch = fmt::format(
      "fetch it: fathom-cli weights fetch {}, or in the window's weights manager", name);
  if (!chosen.empty()) {
    if (isFile(chosen)) return chosen;
    throw MissingResource(
        "the chosen weights file is not there", chosen,
        fmt::format("Choose another file for {}, or choose none and {}", name, fetch));
  }
  const fs::path folder = weightsFolder();
  if (auto stored = storedWeights(folder, name)) return *stored;
  throw MissingResource(fmt::format("the weights are missing: there is no {0}.safetensors, "
                                    ".pth, .pt or .ckpt in {1}",
                                    name, folder.string()),
                        name, fmt::format("Choose a file, or {}", fetch));
}

}  // namespace fathom
