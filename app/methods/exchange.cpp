#include "app/methods/exchange.h"

#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "app/methods/uncertainty.h"
#include "core/atomic_file.h"
#include "core/error.h"
#include "datasets/codecs/image.h"
#include "datasets/codecs/npy.h"

namespace fathom {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

Json oneOrBoth(double x, double y) {
  return x == y ? Json(x) : Json::array({x, y});
}

Json jsonOf(const Value& value) {
  return std::visit([](const auto& held) { return Json(held); }, value);
}

}  // namespace

ScratchFolder::ScratchFolder() {
  std::error_code unknown;
  const fs::path place = fs::temp_directory_path(unknown);
  std::string name = ((unknown ? fs::path("/tmp") : place) / "fathom-XXXXXX").string();
  if (!::mkdtemp(name.data())) throwFileError("cannot make a folder in", name, errno);
  path_ = name;
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

ExchangeFiles exchangeFiles(const fs::path& folder, const std::string& ending) {
  return {folder / "rgb.png",        folder / "rgb.npy",
          folder / "low.npy",        folder / "low.json",
          folder / "initial.npy",    folder / "relative.npy",
          folder / ("out" + ending), folder / ("out_uncertainty" + ending)};
}

Json infoOf(const UpsamplerInput& input, const Values& settings) {
  Json json;
  json["sample"] = input.sampleId;
  json["height"] = input.rgb.size(1);
  json["width"] = input.rgb.size(2);
  json["metres_per_level"] = input.low.metresPerLevel;
  json["factor"] = oneOrBoth(input.low.factorX, input.low.factorY);
  json["phase"] = oneOrBoth(input.low.phaseX, input.low.phaseY);
  json["intrinsics"] = nullptr;
  if (const auto& camera = input.intrinsics) {
    json["intrinsics"] = {
        {"fx", camera->fx}, {"fy", camera->fy}, {"cx", camera->cx}, {"cy", camera->cy}};
  }
  json["settings"] = Json::object();
  for (const auto& [name, value] : settings) json["settings"][name] = jsonOf(value);
  return json;
}

std::string textOf(const Json& json, bool indented) {
  return json.dump(indented ? 2 : -1, ' ', false, Json::error_handler_t::replace) + "\n";
}

Json writeInputs(const ExchangeFiles& files, const UpsamplerInput& input, const Values& settings) {
  std::error_code ignored;
  fs::remove_all(files.out, ignored);
  for (const fs::path& path : uncertaintyPaths(files.out)) fs::remove_all(path, ignored);
  fs::remove(files.initial, ignored);
  fs::remove(files.relative, ignored);
  writeRgbPng(files.rgb, input.rgb);
  writeNpy(files.rgbNpy, input.rgb);
  writeNpy(files.low, input.low.levels);
  Json info = infoOf(input, settings);
  writeFile(files.info, textOf(info, true));
  if (input.initial) writeNpy(files.initial, *input.initial);
  if (input.relative) writeNpy(files.relative, *input.relative);
  return info;
}

}  // namespace fathom
