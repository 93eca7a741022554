#include "models/checkpoints/architecture_guess.h"

#include <functional>
#include <string_view>
#include <unordered_map>

#include "models/checkpoints/key_repairs.h"

namespace fathom {
namespace {

using Guess = std::optional<ArchitectureGuess>;

/// Shapes by name, under one reading of a file's names.
class Shapes {
 public:
  Shapes(const KeyReading& reading, const std::vector<TensorInfo>& tensors) {
    for (std::size_t i = 0; i < tensors.size(); ++i) {
      byName_.emplace(reading.keys[i].name, &tensors[i].shape);
    }
  }
  bool has(const std::string& name) const { return byName_.contains(name); }
  /// A side of a tensor; 0 where it has none.
  std::int64_t side(const std::string& name, std::size_t dimension) const {
    const auto found = byName_.find(name);
    if (found == byName_.end() || found->second->size() <= dimension) return 0;
    return (*found->second)[dimension];
  }

 private:
  std::unordered_map<std::string_view, const std::vector<std::int64_t>*> byName_;
};

std::string named(const std::map<std::int64_t, std::string>& names, std::int64_t value) {
  const auto found = names.find(value);
  return found == names.end() ? std::string() : found->second;
}

/// ViT by its width; empty where it is none of DINOv2's.
std::string vitVariant(const Shapes& shapes, const std::string& prefix) {
  const std::string variant = named({{384, "vits"}, {768, "vitb"}, {1024, "vitl"}, {1536, "vitg"}},
                                    shapes.side(prefix + "pos_embed", 2));
  const std::string last = variant == "vitl" ? "23" : variant == "vitg" ? "39" : "11";
  return shapes.has(prefix + "blocks." + last + ".norm1.weight") ? variant : std::string();
}

std::string swinVariant(const Shapes& shapes, const std::string& prefix) {
  const std::string size = named({{96, "tiny"}, {128, "base"}, {192, "large"}},
                                 shapes.side(prefix + "patch_embed.proj.weight", 0));
  const std::string table = prefix + "layers.0.blocks.0.attn.relative_position_bias_table";
  const std::string window = named({{169, "07"}, {529, "12"}}, shapes.side(table, 0));
  return size.empty() || window.empty() ? std::string() : size + window;
}

constexpr const char* kIndistinct =
    "V1 or V2, and relative or metric, cannot be told from the tensors: choose them";

Guess depthAnything(const Shapes& shapes) {
  if (!shapes.has("depth_head.scratch.output_conv1.weight")) return {};
  const std::string variant = vitVariant(shapes, "pretrained.");
  if (variant.empty()) return {};
  return ArchitectureGuess{"depth_anything_v2", {{"variant", variant}}, "", kIndistinct};
}

Guess zoeDepth(const Shapes& shapes) {
  if (!shapes.has("seed_bin_regressor._net.0.weight")) return {};
  const std::string core = vitVariant(shapes, "core.core.pretrained.");
  const std::string bins =
      named({{16, "softplus"}, {32, "normed"}}, shapes.side("attractors.0._net.2.weight", 0));
  if (core.empty() || bins.empty()) return {};
  return ArchitectureGuess{"zoedepth",
                           {{"core", core}, {"bins", bins}},
                           "",
                           "the range of depths cannot be told from the tensors"};
}

Guess dinov2(const Shapes& shapes) {
  const bool head = shapes.has("decode_head.project.conv.weight");
  if (shapes.has("zero_out.0.weight") || shapes.has("control.zero_out.0.weight")) {
    return ArchitectureGuess{"dinov2_controlnet", {}, head ? "" : "control branch", ""};
  }
  const bool backbone = shapes.has("backbone.pos_embed");
  if (head) {
    const bool small =
        shapes.side("decode_head.reassemble_blocks.projects.0.conv.weight", 1) == 384;
    return ArchitectureGuess{"dinov2_dpt",
                             {},
                             backbone ? "" : "decode_head",
                             small ? "" : "of another size than ViT-S, which is not supported"};
  }
  const std::string variant = vitVariant(shapes, "");
  if (variant.empty()) return {};
  return ArchitectureGuess{"depth_anything_v2", {{"variant", variant}}, "backbone", "DINOv2"};
}

Guess swin(const Shapes& shapes) {
  if (const std::string variant = swinVariant(shapes, "backbone."); !variant.empty()) {
    const bool depth = shapes.has("depth_net.proj.weight");
    return ArchitectureGuess{depth ? "umit" : "pixelformer", {{"variant", variant}}, "", ""};
  }
  const std::string variant = swinVariant(shapes, "");
  if (variant.empty()) return {};
  return ArchitectureGuess{"pixelformer", {{"variant", variant}}, "backbone", "Swin classifier"};
}

Guess sgnet(const Shapes& shapes) {
  if (!shapes.has("gradNet.c_rgb.weight") || !shapes.has("conv_rgb1.weight")) return {};
  const std::string scale = named({{6, "2"}, {8, "4"}, {12, "8"}, {20, "16"}},
                                  shapes.side("upsampler.conv_1.0.weight", 2));
  if (scale.empty()) return {};
  const auto features = std::to_string(shapes.side("conv_rgb1.weight", 0));
  return ArchitectureGuess{"sgnet", {{"num_feats", features}, {"scale", scale}}, "", ""};
}

Guess raft(const Shapes& shapes) {
  if (!shapes.has("fnet.conv1.weight") || !shapes.has("update_block.encoder.convc1.weight")) {
    return {};
  }
  const bool depth = shapes.has("dnet.conv1.weight");
  return ArchitectureGuess{depth ? "raft_du" : "raft_stereo", {}, "", ""};
}

Guess others(const Shapes& shapes) {
  for (const std::string prefix : {"", "unet."}) {
    if (!shapes.has(prefix + "intro_rel.weight")) continue;
    const auto width = std::to_string(shapes.side(prefix + "intro_rel.weight", 0));
    const bool whole = shapes.has("depth_anything.pretrained.pos_embed");
    return ArchitectureGuess{"rga_unet", {{"width", width}}, whole ? "" : "unet", ""};
  }
  if (shapes.has("features.0.weight") && shapes.has("upsampler.4.weight") &&
      shapes.has("tail.weight")) {
    return ArchitectureGuess{"scale_adjustment", {}, "", ""};
  }
  if (shapes.has("intro.weight") && shapes.has("middle_blks.0.conv1.weight")) {
    const auto width = std::to_string(shapes.side("intro.weight", 0));
    return ArchitectureGuess{"nafnet", {{"width", width}}, "", ""};
  }
  return {};
}

}  // namespace

std::optional<ArchitectureGuess> guessArchitecture(const std::vector<TensorInfo>& tensors) {
  for (const KeyReading& reading : keyReadings(tensors)) {
    const Shapes shapes(reading, tensors);
    for (const auto& guess : {depthAnything, zoeDepth, dinov2, swin, sgnet, raft, others}) {
      if (Guess found = guess(shapes)) return found;
    }
  }
  return {};
}

}  // namespace fathom
