#include "models/checkpoints/hugging_face_keys.h"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

namespace fathom {
namespace {

/// In `from`, # stands for a number and a last * for the rest; in `to`, 0 and 1 in braces stand
/// for the first and second number, {+} for the first plus one, {-} for four minus the first.
struct Rule {
  std::string_view from, to;
  int part = -1;
};

constexpr std::array kBackbone = {
    Rule{"embeddings.cls_token", "cls_token"},
    Rule{"embeddings.mask_token", "mask_token"},
    Rule{"embeddings.position_embeddings", "pos_embed"},
    Rule{"embeddings.patch_embeddings.projection.*", "patch_embed.proj.*"},
    Rule{"encoder.layer.#.norm#.*", "blocks.{0}.norm{1}.*"},
    Rule{"encoder.layer.#.attention.attention.query.*", "blocks.{0}.attn.qkv.*", 0},
    Rule{"encoder.layer.#.attention.attention.key.*", "blocks.{0}.attn.qkv.*", 1},
    Rule{"encoder.layer.#.attention.attention.value.*", "blocks.{0}.attn.qkv.*", 2},
    Rule{"encoder.layer.#.attention.output.dense.*", "blocks.{0}.attn.proj.*"},
    Rule{"encoder.layer.#.layer_scale#.lambda1", "blocks.{0}.ls{1}.gamma"},
    Rule{"encoder.layer.#.mlp.fc#.*", "blocks.{0}.mlp.fc{1}.*"},
    Rule{"encoder.layer.#.mlp.weights_in.*", "blocks.{0}.mlp.w12.*"},
    Rule{"encoder.layer.#.mlp.weights_out.*", "blocks.{0}.mlp.w3.*"},
    Rule{"layernorm.*", "norm.*"},
};

constexpr std::array kDepthAnything = {
    Rule{"neck.reassemble_stage.layers.#.projection.*", "depth_head.projects.{0}.*"},
    Rule{"neck.reassemble_stage.layers.#.resize.*", "depth_head.resize_layers.{0}.*"},
    Rule{"neck.convs.#.*", "depth_head.scratch.layer{+}_rn.*"},
    Rule{"neck.fusion_stage.layers.#.projection.*", "depth_head.scratch.refinenet{-}.out_conv.*"},
    Rule{"neck.fusion_stage.layers.#.residual_layer1.convolution#.*",
         "depth_head.scratch.refinenet{-}.resConfUnit1.conv{1}.*"},
    Rule{"neck.fusion_stage.layers.#.residual_layer2.convolution#.*",
         "depth_head.scratch.refinenet{-}.resConfUnit2.conv{1}.*"},
    Rule{"head.conv1.*", "depth_head.scratch.output_conv1.*"},
    Rule{"head.conv2.*", "depth_head.scratch.output_conv2.0.*"},
    Rule{"head.conv3.*", "depth_head.scratch.output_conv2.2.*"},
};

constexpr std::array kDpt = {
    Rule{"neck.reassemble_stage.readout_projects.#.0.*",
         "decode_head.reassemble_blocks.readout_projects.{0}.0.*"},
    Rule{"neck.reassemble_stage.layers.#.projection.*",
         "decode_head.reassemble_blocks.projects.{0}.conv.*"},
    Rule{"neck.reassemble_stage.layers.#.resize.*",
         "decode_head.reassemble_blocks.resize_layers.{0}.*"},
    Rule{"neck.convs.#.*", "decode_head.convs.{0}.conv.*"},
    Rule{"neck.fusion_stage.layers.#.projection.*", "decode_head.fusion_blocks.{0}.project.conv.*"},
    Rule{"neck.fusion_stage.layers.#.residual_layer1.convolution#.*",
         "decode_head.fusion_blocks.{0}.res_conv_unit1.conv{1}.conv.*"},
    Rule{"neck.fusion_stage.layers.#.residual_layer2.convolution#.*",
         "decode_head.fusion_blocks.{0}.res_conv_unit2.conv{1}.conv.*"},
    Rule{"head.projection.*", "decode_head.project.conv.*"},
    Rule{"head.head.#.*", "decode_head.conv_depth.head.{0}.*"},
};

bool isDigit(char c) {
  return c >= '0' && c <= '9';
}

struct Match {
  std::array<std::string_view, 2> numbers;
  std::string_view rest;
};

std::optional<Match> match(std::string_view key, std::string_view pattern) {
  Match found;
  std::size_t at = 0, number = 0;
  for (const char c : pattern) {
    if (c == '*') {
      found.rest = key.substr(at);
      return found.rest.empty() ? std::nullopt : std::optional(found);
    }
    if (c == '#') {
      const std::size_t begin = at;
      while (at < key.size() && isDigit(key[at]) && at - begin < 3) ++at;
      if (at == begin) return {};
      found.numbers[number++] = key.substr(begin, at - begin);
    } else if (at >= key.size() || key[at++] != c) {
      return {};
    }
  }
  if (at != key.size()) return {};
  return found;
}

std::string replaced(const Match& found, std::string_view to) {
  std::string text;
  for (std::size_t i = 0; i < to.size(); ++i) {
    if (to[i] == '*') {
      text += found.rest;
    } else if (to[i] == '{') {
      const char what = to[i + 1];
      i += 2;
      const int first = found.numbers[0].empty() ? 0 : std::stoi(std::string(found.numbers[0]));
      if (what == '0' || what == '1') text += found.numbers[static_cast<std::size_t>(what - '0')];
      if (what == '+') text += std::to_string(first + 1);
      if (what == '-') text += std::to_string(4 - first);
    } else {
      text += to[i];
    }
  }
  return text;
}

std::optional<KeyReading::Key> translated(std::string_view key, std::span<const Rule> rules) {
  for (const Rule& rule : rules) {
    if (const auto found = match(key, rule.from)) {
      return KeyReading::Key{replaced(*found, rule.to), rule.part};
    }
  }
  return {};
}

}  // namespace

std::optional<KeyReading> fromHuggingFace(const KeyReading& reading) {
  const auto any = [&](std::string_view part) {
    return std::any_of(reading.keys.begin(), reading.keys.end(),
                       [&](const auto& key) { return key.name.find(part) != std::string::npos; });
  };
  if (!any("embeddings.patch_embeddings.")) return {};
  const bool dpt = any("neck.reassemble_stage.readout_projects.");
  const bool depthAnything = !dpt && any("neck.reassemble_stage.");
  const std::string place = dpt ? "backbone." : depthAnything ? "pretrained." : "";
  const std::span<const Rule> head = dpt ? std::span<const Rule>(kDpt) : kDepthAnything;
  KeyReading result = reading;
  for (auto& key : result.keys) {
    std::string_view name = key.name;
    for (const std::string_view prefix : {"backbone.", "dinov2."}) {
      if (name.starts_with(prefix)) name.remove_prefix(prefix.size());
    }
    if (auto inner = translated(name, kBackbone)) {
      key = {place + inner->name, inner->part};
    } else if (auto outer = translated(name, head)) {
      key = *outer;
    }
  }
  result.steps.push_back("Hugging Face's names translated");
  return result;
}

}  // namespace fathom
