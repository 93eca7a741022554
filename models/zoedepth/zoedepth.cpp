#include "models/zoedepth/zoedepth.h"

#include "models/zoedepth/head.h"

namespace fathom {

ZoeDepth::ZoeDepth(const Options& options)
    : options_(options),
      core_(part<DepthAnything>("core.core", depthAnythingVariant(options.core), 0.0)),
      head_(part<Head>("", depthAnythingVariant(options.core).features, options)) {}

NamedTensors ZoeDepth::forward(const NamedTensors& inputs, const Progress& progress) const {
  const auto taps = core_.taps(imageInput(inputs, "image", 3), progress.part(0, 0.9));
  const Head::Bins bins = head_(taps, progress.part(0.9, 1));
  return {{"depth", head_.depth(bins)},
          {"centres", bins.centres},
          {"probabilities", bins.probabilities}};
}

at::Tensor ZoeDepth::depth(const at::Tensor& image, const Progress& progress) const {
  const auto taps = core_.taps(image, progress.part(0, 0.9));
  return head_.depth(head_(taps, progress.part(0.9, 1)));
}

void registerZoeDepth(Architectures& architectures) {
  ArchitectureInfo info;
  info.id = "zoedepth";
  info.title = "ZoeDepth on Depth Anything";
  info.source = "Bhat et al., ZoeDepth, 2023; Depth Anything's metric_depth";
  info.settings = {
      {"core", "core", "", "size of the vision transformer",
       Choice{{"vits", "vitb", "vitl"}, "vitl"}},
      {"bins", "bins", "", "unbounded (softplus) or bounded (normed) bin centres",
       Choice{{"softplus", "normed"}, "softplus"}},
      {"min_depth", "least depth", "m", "lower end of bounded bins", Real{0, 100, 0.001}},
      {"max_depth", "greatest depth", "m", "upper end of bounded bins", Real{0.01, 100000, 10}}};
  info.inputs = {"image"};
  info.outputs = {"depth", "centres", "probabilities"};
  architectures.add(std::move(info), [](const Values& values) {
    return std::make_unique<ZoeDepth>(
        ZoeDepth::Options{text(values, "core"), text(values, "bins") == "normed",
                          real(values, "min_depth"), real(values, "max_depth")});
  });
}

}  // namespace fathom
