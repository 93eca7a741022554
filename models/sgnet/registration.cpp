#include <fmt/format.h>

#include "core/error.h"
#include "models/layers/resize.h"
#include "models/sgnet/sgnet.h"

namespace fathom {
namespace {

using namespace sgnet;

constexpr const char* kSource =
    "Wang, Yan and Yang: SGNet: Structure Guided Network via Gradient-Frequency Awareness for "
    "Depth Map Super-Resolution. AAAI 2024. github.com/yanzq95/SGNet";

Setting featuresSetting(std::int64_t initial) {
  return {"num_feats", "Features", "", "width of the network: 40, or 48 and 24 in published files",
          Integer{16, 256, initial}};
}
Setting scaleSetting() {
  return {"scale", "Scale", "", "how many times larger the picture is than the depth",
          Choice{{"2", "4", "8", "16"}, "8"}};
}
Setting phaseSetting() {
  return {"deterministic_phase", "Deterministic phase", "",
          "frequencies that are real but for rounding count as real; off: as the reference, whose "
          "result then depends on the machine",
          Flag{true}};
}
Setting channelsSetting(std::string name, std::string help, std::int64_t initial) {
  return {std::move(name), "Channels", "", std::move(help), Integer{1, 4096, initial}};
}

std::int64_t scaleOf(const Values& values) {
  return std::stoll(text(values, "scale"));
}

class InvBlockAlone : public Network {
 public:
  InvBlockAlone(std::int64_t channels, std::int64_t split)
      : channels_(channels), block_(part<InvBlock>("bridge1.spa_process.0", channels, split)) {}

  NamedTensors forward(const NamedTensors& inputs, const Progress& progress) const override {
    return {{"out", block_(imageInput(inputs, "c", channels_), progress)}};
  }

 private:
  std::int64_t channels_;
  const InvBlock& block_;
};

class FrequencyBlockAlone : public Network {
 public:
  FrequencyBlockAlone(std::int64_t channels, std::int64_t rgbChannels, bool deterministicPhase)
      : channels_(channels),
        rgbChannels_(rgbChannels),
        block_(part<FrequencyBlock>("bridge1.fre_process", channels, rgbChannels,
                                    deterministicPhase)) {}

  NamedTensors forward(const NamedTensors& inputs, const Progress& progress) const override {
    const at::Tensor& depth = imageInput(inputs, "c", channels_);
    const at::Tensor& rgb = imageInput(inputs, "e", rgbChannels_);
    if (sizeOf(depth) != sizeOf(rgb) || depth.size(0) != rgb.size(0)) {
      throw BadInput(fmt::format("it must be of the size of c, {}×{}×{} (number×height×width)",
                                 depth.size(0), depth.size(2), depth.size(3)),
                     "e");
    }
    return {{"out", block_(depth, rgb, progress)}};
  }

 private:
  std::int64_t channels_, rgbChannels_;
  const FrequencyBlock& block_;
};

class UpsamplerAlone : public Network {
 public:
  UpsamplerAlone(std::int64_t features, std::int64_t scale)
      : channels_(3 * features),
        up_(part<DenseProjection>("upsampler", channels_, channels_, scale, Direction::kUp)) {}

  NamedTensors forward(const NamedTensors& inputs, const Progress& progress) const override {
    return {{"out", up_(imageInput(inputs, "c", channels_), progress)}};
  }

 private:
  std::int64_t channels_;
  const DenseProjection& up_;
};

void addParts(Architectures& architectures) {
  architectures.add({"sgnet_invblock",
                     "SGNet's invertible block (bridge1.spa_process.0)",
                     kSource,
                     {channelsSetting("channels", "of the input", 32),
                      channelsSetting("split", "how many of them are shifted first", 16)},
                     {"c"},
                     {"out"}},
                    [](const Values& values) -> std::unique_ptr<Network> {
                      const std::int64_t channels = integer(values, "channels");
                      const std::int64_t split = integer(values, "split");
                      if (split >= channels) {
                        throw BadInput(fmt::format("must be below channels, {}", channels),
                                       "split");
                      }
                      return std::make_unique<InvBlockAlone>(channels, split);
                    });
  architectures.add(
      {"sgnet_fre",
       "SGNet's frequency block (bridge1.fre_process)",
       kSource,
       {channelsSetting("channels", "of the depth features c", 16),
        channelsSetting("rgb_channels", "of the picture features e", 16), phaseSetting()},
       {"c", "e"},
       {"out"}},
      [](const Values& values) -> std::unique_ptr<Network> {
        return std::make_unique<FrequencyBlockAlone>(integer(values, "channels"),
                                                     integer(values, "rgb_channels"),
                                                     flag(values, "deterministic_phase"));
      });
  architectures.add({"sgnet_upsampler",
                     "SGNet's enlarging projection (upsampler): 3 × features channels",
                     kSource,
                     {featuresSetting(16), scaleSetting()},
                     {"c"},
                     {"out"}},
                    [](const Values& values) -> std::unique_ptr<Network> {
                      return std::make_unique<UpsamplerAlone>(integer(values, "num_feats"),
                                                              scaleOf(values));
                    });
}

}  // namespace

void registerSgnet(Architectures& architectures) {
  architectures.add(
      {"sgnet",
       "SGNet",
       kSource,
       {featuresSetting(40), scaleSetting(), phaseSetting()},
       {"image", "depth"},
       {"depth", "gradient", "gradient_features"}},
      [](const Values& values) -> std::unique_ptr<Network> {
        return std::make_unique<Sgnet>(SgnetOptions{integer(values, "num_feats"), scaleOf(values),
                                                    flag(values, "deterministic_phase")});
      });
  addParts(architectures);
}

}  // namespace fathom
