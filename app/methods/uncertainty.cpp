#include "app/methods/uncertainty.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/isfinite.h>
#include <fmt/format.h>

#include "core/error.h"
#include "core/log.h"
#include "core/shape_text.h"
#include "datasets/codecs/depth_file.h"

namespace fathom {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kTail = "_uncertainty";

/// Why it is no standard deviation of this prediction; empty where it is one.
std::string problemOf(const at::Tensor& sigma, const DepthMap& depth) {
  if (sigma.sizes() != depth.metres.sizes()) {
    return fmt::format("is {} (height×width), but the picture is {}×{}",
                       shapeText(sigma.sizes().vec()), depth.size().height, depth.size().width);
  }
  const at::Tensor wrong = at::isfinite(sigma).logical_and(sigma.ge(0)).logical_not();
  const auto count = wrong.logical_and(counts(depth)).sum().item<std::int64_t>();
  return count == 0 ? "" : fmt::format("has {} values that are negative or not finite", count);
}

}  // namespace

std::vector<fs::path> uncertaintyPaths(const fs::path& prediction) {
  std::vector<fs::path> paths;
  const std::string stem = prediction.stem().string();
  for (const std::string& ending : depthEndings()) {
    paths.push_back(prediction.parent_path() / (stem + std::string(kTail) + ending));
    paths.push_back(prediction.parent_path() / "uncertainty" / (stem + ending));
  }
  return paths;
}

std::vector<fs::path> uncertaintyFiles(const fs::path& prediction) {
  std::vector<fs::path> there;
  for (fs::path& path : uncertaintyPaths(prediction)) {
    std::error_code unknown;
    if (fs::exists(path, unknown)) there.push_back(std::move(path));
  }
  return there;
}

std::optional<std::string> withoutUncertainty(const std::string& name) {
  if (name.size() <= kTail.size() || !name.ends_with(kTail)) return {};
  return name.substr(0, name.size() - kTail.size());
}

std::optional<StatedUncertainty> readUncertainty(const fs::path& prediction,
                                                 double metresPerValue) {
  const std::vector<fs::path> files = uncertaintyFiles(prediction);
  if (files.empty()) return {};
  StatedUncertainty stated{files[0].filename().string(), {}, {}};
  if (files.size() > 1) {
    stated.problem = fmt::format("and {} are both there", files[1].filename().string());
    return stated;
  }
  try {
    stated.metres = readDepth(files[0], metresPerValue);
  } catch (const Error& error) {
    stated.problem = error.problem();
  }
  return stated;
}

void addUncertainty(Prediction& made, const std::optional<StatedUncertainty>& stated,
                    const std::string& sampleId) {
  if (!stated) return;
  std::string problem = stated->problem;
  if (problem.empty()) {
    const at::Tensor sigma = stated->metres.to(made.depth.metres.device(), at::kFloat).contiguous();
    problem = problemOf(sigma, made.depth);
    if (problem.empty()) made.uncertainty = sigma;
  }
  if (problem.empty()) return;
  log().warn("{}: uncertainty left out: {} {}", sampleId, stated->name, problem);
  if (!made.stamp.empty()) made.stamp += "; ";
  made.stamp += fmt::format("uncertainty left out: {} {}", stated->name, problem);
}

}  // namespace fathom
