#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace fathom {

/// Where weights files live: FATHOM_WEIGHTS, else $XDG_DATA_HOME/fathom/weights, else
/// ~/.local/share/fathom/weights. It need not exist.
std::filesystem::path weightsFolder();

/// NAME.safetensors, .pth, .pt or .ckpt in a folder, the first of these that is there.
/// @param name  as in the catalogue: "depth_anything_v2_vits"
std::optional<std::filesystem::path> storedWeights(const std::filesystem::path& folder,
                                                   std::string_view name);

/// The file that a method is to read: the chosen one where there is one, else the stored one of
/// this name. Throws MissingResource that says which file is wanted and how to get it.
/// @param chosen  a path, or empty
std::filesystem::path findWeights(const std::string& name, const std::string& chosen = {});

}  // namespace fathom
