#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "app/methods/toml.h"
#include "app/pipeline/choices.h"
#include "core/setting.h"

namespace fathom {

/// How a method that a user brings comes by its depth.
enum class MethodKind {
  kPredictions,  ///< files in a folder, one per sample
  kCommand,      ///< a program of the user's
  kTorchScript,  ///< a TorchScript module
  kEnsemble,     ///< several methods, combined pixel by pixel
  kChain,        ///< one method after the other
};
/// All kinds, in the order of a menu; their ids in a file ("predictions", "command",
/// "torchscript", "ensemble", "chain"), their titles ("Folder of predictions") and one sentence.
struct MethodKindInfo {
  MethodKind kind;
  std::string id, title, summary;
};
const std::vector<MethodKindInfo>& methodKinds();
const MethodKindInfo& infoOf(MethodKind kind);

/// A method that a user brings: what a [[method]] table of a run file says, what a session keeps
/// and what a dialog edits.
struct MethodDefinition {
  std::string id;      ///< letters, digits, "_", "-" and "."; part of file names
  std::string title;   ///< empty: the id
  std::string colour;  ///< "#rrggbb", or empty: by its place in the list
  MethodKind kind = MethodKind::kPredictions;
  Values parameters;                  ///< all of parametersOf(kind)
  std::vector<std::string> command;   ///< kCommand: program and arguments, placeholders unfilled
  std::vector<Setting> settings;      ///< kCommand: knobs of the program, filled into {name}
  std::vector<MethodChoice> members;  ///< kEnsemble, kChain: what they are made of, in order
  std::filesystem::path base;         ///< relative paths start here: the folder of the file

  /// A parameter that names a file or folder, made absolute; empty where it is empty.
  std::filesystem::path path(std::string_view parameter) const;
};

/// What can be said of a method of this kind, with ranges and initial values: for forms, files and
/// documentation. Those that are no File can also be changed per run, like any method's settings.
const std::vector<Setting>& parametersOf(MethodKind kind);

/// A definition with the initial values of its kind.
MethodDefinition newDefinition(MethodKind kind, std::string id);

/// Throws BadInput that names the method, the field and what is allowed.
void check(const MethodDefinition& definition);

/// Reads a [[method]] table that has a "kind".
/// @param file  for errors ("FILE:LINE: …"); relative paths start in its folder
/// Throws BadInput on unknown keys (with the nearest known one), wrong types, values out of range.
MethodDefinition readDefinition(const TomlTable& table, const std::string& file, int line);

/// The table that readDefinition reads back to the same. What has its initial value is left out.
/// @param base  the folder of the file it goes to; relative paths are turned to start there
TomlTable writeDefinition(const MethodDefinition& definition, const std::filesystem::path& base);

/// Members as in "members": an id, or { id = "bicubic", kernel = "pillow" }.
TomlValue writeMembers(const std::vector<MethodChoice>& members);

/// A path as text that means the same file from another folder. Absolute ones stay as they are.
std::string movedPath(const std::string& path, const std::filesystem::path& from,
                      const std::filesystem::path& to);

}  // namespace fathom
