#include "app/methods/script_method.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/isnan.h>
#include <ATen/ops/replication_pad2d.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/upsample_bicubic2d.h>
#include <ATen/ops/upsample_bilinear2d.h>
#include <ATen/ops/upsample_nearest2d.h>
#include <ATen/ops/where.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <cmath>

#include "app/methods/uncertainty.h"
#include "core/error.h"
#include "core/sha256.h"
#include "core/shape_text.h"
#include "core/stopwatch.h"
#include "datasets/codecs/input_file.h"

namespace fathom {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMostBytes = 16ull << 30;

std::string stateOf(const fs::path& path) {
  struct stat about {};
  if (::stat(path.c_str(), &about) != 0) return "missing";
  return fmt::format("{}:{}.{}", about.st_size, about.st_mtim.tv_sec, about.st_mtim.tv_nsec);
}

/// The very bytes that are hashed are the ones that run.
std::string readBytes(const fs::path& path) {
  const InputFile file(path);
  if (file.size() > kMostBytes) file.fail("is longer than 16 GB");
  std::string bytes(file.size(), '\0');
  file.readAt(0, bytes.data(), bytes.size());
  return bytes;
}

std::int64_t roundedUp(std::int64_t length, std::int64_t multiple) {
  return (length + multiple - 1) / multiple * multiple;
}

/// 1×C×H×W enlarged at the right and the bottom by repeating the last row and column.
at::Tensor padded(const at::Tensor& map, Size size) {
  const std::int64_t right = size.width - map.size(3), below = size.height - map.size(2);
  return right == 0 && below == 0 ? map : at::replication_pad2d(map, {0, right, 0, below});
}

/// What forward is given, all of one padded size.
class Inputs {
 public:
  Inputs(const UpsamplerInput& input, const ScriptManifest& manifest)
      : input_(input), manifest_(manifest) {
    picture_ = {input.rgb.size(1), input.rgb.size(2)};
    padded_ = {roundedUp(picture_.height, manifest.multipleOf),
               roundedUp(picture_.width, manifest.multipleOf)};
  }
  Size paddedSize() const { return padded_; }

  std::vector<at::Tensor> all() const {
    std::vector<at::Tensor> tensors;
    for (const std::string& name : manifest_.inputs) {
      tensors.push_back(name == "rgb" ? rgb() : name == "low" ? low() : initial());
    }
    return tensors;
  }

 private:
  at::Tensor perChannel(const std::array<double, 3>& values) const {
    return at::tensor({values[0], values[1], values[2]}, at::TensorOptions(at::kFloat))
        .view({1, 3, 1, 1})
        .to(input_.rgb.device());
  }

  at::Tensor rgb() const {
    const at::Tensor values = input_.rgb.to(at::kFloat).unsqueeze(0).mul(manifest_.rgbScale);
    return padded((values - perChannel(manifest_.mean)) / perChannel(manifest_.std), padded_);
  }

  at::Tensor scaledLow() const {
    const double unit = manifest_.lowInMetres ? input_.low.metresPerLevel : 1.0;
    return input_.low.levels.unsqueeze(0).unsqueeze(0).mul(unit * manifest_.lowScale);
  }

  at::Tensor enlarged(const at::Tensor& map) const {
    const std::vector<std::int64_t> size{picture_.height, picture_.width};
    if (manifest_.interpolation == "nearest") return at::upsample_nearest2d(map, size);
    if (manifest_.interpolation == "bicubic") return at::upsample_bicubic2d(map, size, false);
    return at::upsample_bilinear2d(map, size, false);
  }

  at::Tensor low() const {
    if (manifest_.lowEnlarged) return padded(enlarged(scaledLow()), padded_);
    const Size cells = input_.low.size();
    const auto share = [](std::int64_t to, std::int64_t from, std::int64_t count) {
      return to == from
                 ? count
                 : static_cast<std::int64_t>(std::ceil(double(to) * double(count) / double(from)));
    };
    return padded(scaledLow(), {share(padded_.height, picture_.height, cells.height),
                                share(padded_.width, picture_.width, cells.width)});
  }

  at::Tensor initial() const {
    const at::Tensor plain =
        enlarged(input_.low.levels.unsqueeze(0).unsqueeze(0).mul(input_.low.metresPerLevel));
    if (!input_.initial) return padded(plain, padded_);
    const at::Tensor given = input_.initial->unsqueeze(0).unsqueeze(0);
    return padded(at::where(at::isnan(given), plain, given), padded_);
  }

  const UpsamplerInput& input_;
  const ScriptManifest& manifest_;
  Size picture_, padded_;
};

/// H×W of the picture out of what forward gave.
at::Tensor mapOf(const std::vector<at::Tensor>& outputs, int index, Size size,
                 const UpsamplerInput& input) {
  if (static_cast<std::size_t>(index) >= outputs.size()) {
    throw BadInput(fmt::format("the module gives {} tensors; the manifest asks for number {}",
                               outputs.size(), index),
                   input.sampleId);
  }
  at::Tensor map = outputs[static_cast<std::size_t>(index)];
  const std::string shape = shapeText(map.sizes().vec());
  while (map.dim() > 2 && map.size(0) == 1) map = map.squeeze(0);
  if (map.dim() != 2 || map.size(0) != size.height || map.size(1) != size.width) {
    throw BadInput(fmt::format("the module gives {} where 1×1×{}×{} is expected", shape,
                               size.height, size.width),
                   input.sampleId, "See multiple_of in docs/own-methods.md");
  }
  return map.slice(0, 0, input.rgb.size(1)).slice(1, 0, input.rgb.size(2)).to(at::kFloat);
}

StatedUncertainty uncertaintyOf(const std::vector<at::Tensor>& outputs,
                                const ScriptManifest& manifest, Size size,
                                const UpsamplerInput& input) {
  StatedUncertainty stated{fmt::format("output {}", manifest.uncertaintyIndex), {}, {}};
  try {
    stated.metres = mapOf(outputs, manifest.uncertaintyIndex, size, input);
  } catch (const BadInput& error) {
    stated.problem = fmt::format("is not there: {}", error.problem());
  }
  return stated;
}

}  // namespace

fs::path manifestPath(const MethodDefinition& definition) {
  const fs::path given = definition.path("manifest");
  return given.empty() ? definition.path("file").replace_extension(".json") : given;
}

std::string ScriptStore::state() const {
  return stateOf(definition_.path("file")) + ";" + stateOf(manifestPath(definition_));
}

std::shared_ptr<const ScriptStore::Loaded> ScriptStore::get() {
  const std::lock_guard lock(mutex_);
  const std::string now = state();
  if (loaded_ && now == loadedState_) return loaded_;
  const fs::path file = definition_.path("file");
  ScriptManifest manifest = readManifest(manifestPath(definition_));
  const std::string bytes = readBytes(file);
  consent_->require(file, sha256(bytes));
  loaded_ = std::make_shared<const Loaded>(
      Loaded{ScriptModule(bytes, file.string()), std::move(manifest)});
  loadedState_ = now;
  return loaded_;
}

Prediction ScriptMethod::operator()(const UpsamplerInput& input, const Progress& progress) const {
  progress.at(0, "module");
  const ScriptManifest& manifest = loaded_->manifest;
  const Stopwatch watch(input.rgb.device());
  const Inputs inputs(input, manifest);
  const auto outputs = loaded_->module.forward(inputs.all());
  const at::Tensor values =
      mapOf(outputs, manifest.outputIndex, inputs.paddedSize(), input).mul(manifest.outputScale);
  progress.checkpoint();
  Prediction made = predictionOf(values, manifest.unit, input, progress);
  if (manifest.uncertaintyIndex >= 0) {
    addUncertainty(made, uncertaintyOf(outputs, manifest, inputs.paddedSize(), input),
                   input.sampleId);
  }
  made.milliseconds = watch.milliseconds();
  return made;
}

}  // namespace fathom
