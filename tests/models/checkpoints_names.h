#pragma once

#include <ATen/ops/arange.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "models/checkpoints/checkpoint.h"

/// Networks as lists of names and shapes, and files in memory, for tests of plans and guesses.
namespace fathom::test {

/// A file that never was on a disk.
class MemoryCheckpoint final : public Checkpoint {
 public:
  MemoryCheckpoint(const std::string& name, std::vector<TensorInfo> tensors) {
    path_ = name;
    tensors_ = std::move(tensors);
  }
  std::string format() const override { return "memory"; }
  /// 0, 1, 2, …, begun at 1000 times its index, so that a joined tensor shows its parts.
  at::Tensor read(std::size_t index) const override {
    const TensorInfo& info = tensors_.at(index);
    std::int64_t count = 1;
    for (const std::int64_t side : info.shape) count *= side;
    return at::arange(count).add(1000 * std::int64_t(index)).reshape(info.shape).to(info.type);
  }
};

inline CheckpointPtr fileOf(const std::string& name, std::vector<TensorInfo> tensors) {
  return std::make_shared<MemoryCheckpoint>(name, std::move(tensors));
}

/// The same names under a prefix, or otherwise renamed.
inline std::vector<TensorInfo> renamed(std::vector<TensorInfo> tensors,
                                       const std::function<std::string(const std::string&)>& to) {
  for (TensorInfo& info : tensors) info.key = to(info.key);
  return tensors;
}
inline std::vector<TensorInfo> prefixed(std::vector<TensorInfo> tensors,
                                        const std::string& prefix) {
  return renamed(std::move(tensors), [&](const std::string& key) { return prefix + key; });
}

/// DINOv2's ViT: width C, so many blocks.
inline std::vector<TensorInfo> vit(std::int64_t c, int depth) {
  std::vector<TensorInfo> all = {{"cls_token", at::kFloat, {1, 1, c}},
                                 {"pos_embed", at::kFloat, {1, 1370, c}},
                                 {"mask_token", at::kFloat, {1, c}},
                                 {"patch_embed.proj.weight", at::kFloat, {c, 3, 14, 14}},
                                 {"patch_embed.proj.bias", at::kFloat, {c}}};
  for (int i = 0; i < depth; ++i) {
    const std::string block = "blocks." + std::to_string(i) + ".";
    const auto pair = [&](const std::string& name, std::int64_t rows, std::int64_t columns) {
      all.push_back({block + name + ".weight", at::kFloat, {rows, columns}});
      all.push_back({block + name + ".bias", at::kFloat, {rows}});
    };
    for (const char* norm : {"norm1", "norm2"}) {
      all.push_back({block + norm + ".weight", at::kFloat, {c}});
      all.push_back({block + norm + ".bias", at::kFloat, {c}});
    }
    pair("attn.qkv", 3 * c, c);
    pair("attn.proj", c, c);
    all.push_back({block + "ls1.gamma", at::kFloat, {c}});
    all.push_back({block + "ls2.gamma", at::kFloat, {c}});
    pair("mlp.fc1", 4 * c, c);
    pair("mlp.fc2", c, 4 * c);
  }
  all.push_back({"norm.weight", at::kFloat, {c}});
  all.push_back({"norm.bias", at::kFloat, {c}});
  return all;
}

/// Depth Anything's head for a backbone of width C.
inline std::vector<TensorInfo> depthHead(std::int64_t c, std::int64_t f,
                                         const std::vector<std::int64_t>& widths) {
  std::vector<TensorInfo> all;
  const auto conv = [&](const std::string& name, std::vector<std::int64_t> shape,
                        bool bias = true) {
    const std::int64_t out = shape[0];
    all.push_back({"depth_head." + name + ".weight", at::kFloat, std::move(shape)});
    if (bias) all.push_back({"depth_head." + name + ".bias", at::kFloat, {out}});
  };
  for (std::size_t i = 0; i < 4; ++i) {
    const std::string n = std::to_string(i), n1 = std::to_string(i + 1);
    const std::int64_t w = widths[i];
    conv("projects." + n, {w, c, 1, 1});
    if (i != 2) conv("resize_layers." + n, {w, w, i == 0 ? 4 : i == 1 ? 2 : 3, 3});
    conv("scratch.layer" + n1 + "_rn", {f, w, 3, 3}, false);
    conv("scratch.refinenet" + n1 + ".out_conv", {f, f, 1, 1});
    for (const char* unit :
         {"resConfUnit1.conv1", "resConfUnit1.conv2", "resConfUnit2.conv1", "resConfUnit2.conv2"}) {
      conv("scratch.refinenet" + n1 + "." + unit, {f, f, 3, 3});
    }
  }
  conv("scratch.output_conv1", {f / 2, f, 3, 3});
  conv("scratch.output_conv2.0", {32, f / 2, 3, 3});
  conv("scratch.output_conv2.2", {1, 32, 1, 1});
  return all;
}

inline std::vector<TensorInfo> joined(std::vector<TensorInfo> a, const std::vector<TensorInfo>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

inline std::vector<TensorInfo> depthAnything(std::int64_t c, int depth, std::int64_t f,
                                             const std::vector<std::int64_t>& widths) {
  return joined(prefixed(vit(c, depth), "pretrained."), depthHead(c, f, widths));
}

/// The DPT head of the published DINOv2 depth networks (i-th level, j-th fusion block).
inline std::vector<TensorInfo> dptHead(std::int64_t c) {
  std::vector<TensorInfo> all;
  const auto add = [&](const std::string& name, std::vector<std::int64_t> shape) {
    all.push_back({"decode_head." + name, at::kFloat, std::move(shape)});
  };
  const auto both = [&](const std::string& name, const std::vector<std::int64_t>& shape) {
    add(name + ".weight", shape);
    add(name + ".bias", {shape[0]});
  };
  both("conv_depth.head.0", {128, 256, 3, 3});
  both("conv_depth.head.2", {32, 128, 3, 3});
  both("conv_depth.head.4", {1, 32, 1, 1});
  for (int i = 0; i < 4; ++i) {
    const std::string n = std::to_string(i);
    const std::int64_t w = std::int64_t{48} << i;
    both("reassemble_blocks.projects." + n + ".conv", {w, c, 1, 1});
    if (i != 2) both("reassemble_blocks.resize_layers." + n, {w, w, 4 - i, 4 - i});
    both("reassemble_blocks.readout_projects." + n + ".0", {c, 2 * c});
    add("convs." + n + ".conv.weight", {256, w, 3, 3});
    both("fusion_blocks." + n + ".project.conv", {256, 256, 1, 1});
    for (const char* unit : {"1.conv1", "1.conv2", "2.conv1", "2.conv2"}) {
      if (i == 0 && unit[0] == '1') continue;
      add("fusion_blocks." + n + ".res_conv_unit" + unit + ".conv.weight", {256, 256, 3, 3});
    }
  }
  both("project.conv", {256, 256, 3, 3});
  return all;
}

}  // namespace fathom::test
