// How a file's tensors find their places: prefixes, translated names, several files, and reports.
#include "models/checkpoints/load_plan.h"

#include <ATen/ops/cat.h>

#include <regex>

#include "tests/models/checkpoints_names.h"
#include "tests/models/checkpoints_support.h"

using namespace fathom;
using namespace fathom::test;

namespace {

const std::vector<TensorInfo> kNet = {{"conv.weight", at::kFloat, {4, 3, 1, 1}},
                                      {"conv.bias", at::kFloat, {4}},
                                      {"bn.running_mean", at::kFloat, {4}},
                                      {"bn.num_batches_tracked", at::kLong, {}}};

std::vector<TensorInfo> without(std::vector<TensorInfo> tensors, const std::string& part) {
  std::erase_if(tensors, [&](const TensorInfo& info) { return has(info.key, part); });
  return tensors;
}

/// Replaces the first pattern that the name begins with or equals.
std::string translated(const std::string& key,
                       const std::vector<std::pair<const char*, const char*>>& rules) {
  for (const auto& [from, to] : rules) {
    const std::regex pattern(from);
    if (std::regex_match(key, pattern)) return std::regex_replace(key, pattern, to);
  }
  return "?" + key;
}

/// A ViT with Hugging Face's names: query, key and value apart.
std::vector<TensorInfo> huggingFaceVit(const std::vector<TensorInfo>& original) {
  std::vector<TensorInfo> all;
  for (const TensorInfo& info : original) {
    if (has(info.key, "attn.qkv")) {
      for (const char* part : {"value", "query", "key"}) {  // not in the order of joining
        TensorInfo piece = info;
        piece.shape[0] /= 3;
        piece.key = std::regex_replace(info.key, std::regex("blocks.([0-9]+).attn.qkv"),
                                       std::string("encoder.layer.$1.attention.attention.") + part);
        all.push_back(piece);
      }
      continue;
    }
    all.push_back(
        {translated(info.key,
                    {{"cls_token", "embeddings.cls_token"},
                     {"mask_token", "embeddings.mask_token"},
                     {"pos_embed", "embeddings.position_embeddings"},
                     {"patch_embed.proj.(.*)", "embeddings.patch_embeddings.projection.$1"},
                     {"blocks.(\\d+).attn.proj.(.*)", "encoder.layer.$1.attention.output.dense.$2"},
                     {"blocks.(\\d+).ls(\\d).gamma", "encoder.layer.$1.layer_scale$2.lambda1"},
                     {"blocks.(\\d+).(.*)", "encoder.layer.$1.$2"},
                     {"norm.(.*)", "layernorm.$1"}}),
         info.type, info.shape});
  }
  return all;
}

std::vector<TensorInfo> huggingFaceDepthHead(const std::vector<TensorInfo>& original) {
  return renamed(original, [](const std::string& key) {
    std::string name = translated(
        key, {{"depth_head.projects.(\\d).(.*)", "neck.reassemble_stage.layers.$1.projection.$2"},
              {"depth_head.resize_layers.(\\d).(.*)", "neck.reassemble_stage.layers.$1.resize.$2"},
              {"depth_head.scratch.layer(\\d)_rn.(.*)", "neck.convs.<$1>.$2"},
              {"depth_head.scratch.refinenet(\\d).out_conv.(.*)",
               "neck.fusion_stage.layers.[$1].projection.$2"},
              {"depth_head.scratch.refinenet(\\d).resConfUnit(\\d).conv(\\d).(.*)",
               "neck.fusion_stage.layers.[$1].residual_layer$2.convolution$3.$4"},
              {"depth_head.scratch.output_conv1.(.*)", "head.conv1.$1"},
              {"depth_head.scratch.output_conv2.0.(.*)", "head.conv2.$1"},
              {"depth_head.scratch.output_conv2.2.(.*)", "head.conv3.$1"}});
    for (int i = 1; i <= 4; ++i) {
      const std::string n = std::to_string(i);
      name = std::regex_replace(name, std::regex("<" + n + ">"), std::to_string(i - 1));
      name = std::regex_replace(name, std::regex("\\[" + n + "\\]"), std::to_string(4 - i));
    }
    return name;
  });
}

std::vector<TensorInfo> huggingFaceDptHead(const std::vector<TensorInfo>& original) {
  return renamed(original, [](const std::string& key) {
    return translated(key,
                      {{"decode_head.reassemble_blocks.readout_projects.(.*)",
                        "neck.reassemble_stage.readout_projects.$1"},
                       {"decode_head.reassemble_blocks.projects.(\\d).conv.(.*)",
                        "neck.reassemble_stage.layers.$1.projection.$2"},
                       {"decode_head.reassemble_blocks.resize_layers.(\\d).(.*)",
                        "neck.reassemble_stage.layers.$1.resize.$2"},
                       {"decode_head.convs.(\\d).conv.(.*)", "neck.convs.$1.$2"},
                       {"decode_head.fusion_blocks.(\\d).project.conv.(.*)",
                        "neck.fusion_stage.layers.$1.projection.$2"},
                       {"decode_head.fusion_blocks.(\\d).res_conv_unit(\\d).conv(\\d).conv.(.*)",
                        "neck.fusion_stage.layers.$1.residual_layer$2.convolution$3.$4"},
                       {"decode_head.project.conv.(.*)", "head.projection.$1"},
                       {"decode_head.conv_depth.head.(.*)", "head.head.$1"}});
  });
}

std::string repairsOf(const LoadPlan& plan) {
  std::string all;
  for (const std::string& repair : plan.repairs) all += repair + "; ";
  return all;
}

}  // namespace

class CheckpointsPlanTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void exactNamesNeedNoRepair() {
    const LoadPlan plan = planLoad({fileOf("f", kNet)}, kNet);
    QVERIFY(plan.complete() && plan.repairs.empty() && plan.kept.empty());
    QCOMPARE(describe(plan), std::string());
    for (std::size_t i = 0; i < kNet.size(); ++i) {
      QCOMPARE(plan.sources[i].parts.size(), std::size_t{1});
      QCOMPARE(plan.sources[i].parts[0].second, i);
      QVERIFY(sameBytes(readSource(plan.sources[i]), plan.sources[i].parts[0].first->read(i)));
    }
  }

  void wrappersAreRemoved_data() {
    QTest::addColumn<QString>("prefix");
    for (const char* prefix : {"module.", "module.module.", "_orig_mod.", "model.",
                               "module._orig_mod.", "_orig_mod.module.", "model.module.",
                               "pipeline.", "network.", "net.", "something.else."}) {
      QTest::newRow(prefix) << QString(prefix);
    }
  }
  void wrappersAreRemoved() {
    QFETCH(QString, prefix);
    const LoadPlan plan = planLoad({fileOf("f", prefixed(kNet, prefix.toStdString()))}, kNet);
    QVERIFY2(plan.complete(), describe(plan).c_str());
    QVERIFY2(has(repairsOf(plan), "removed"), repairsOf(plan).c_str());
    QVERIFY(plan.kept.empty());
  }

  void wrappersInsideAreRemoved() {
    const auto compiled = renamed(kNet, [](const std::string& key) {
      return has(key, "bn") ? "bn._orig_mod" + key.substr(2) : key;
    });
    const LoadPlan plan = planLoad({fileOf("f", compiled)}, kNet);
    QVERIFY(plan.complete());
    QVERIFY(has(repairsOf(plan), "\"_orig_mod.\" removed"));
  }

  void modelStaysWhereTheNetworkHasOne() {
    const auto net = prefixed(kNet, "model.");
    QVERIFY(planLoad({fileOf("f", net)}, net).repairs.empty());
    QVERIFY(planLoad({fileOf("f", prefixed(net, "module."))}, net).complete());
  }

  void partsFindTheirPlace() {
    auto net = joined(prefixed(kNet, "backbone."), {{"head.weight", at::kFloat, {1, 4}}});
    const LoadPlan plan = planLoad({fileOf("backbone.pth", kNet)}, net);
    QCOMPARE(plan.missing, std::vector<std::string>{"head.weight"});
    QVERIFY(plan.unexpected.empty() && plan.misshaped.empty());
    QVERIFY(has(repairsOf(plan), "backbone.pth: prefix \"backbone.\" added"));
    const LoadPlan both =
        planLoad({fileOf("backbone.pth", kNet),
                  fileOf("head.pth", {{"module.head.weight", at::kHalf, {1, 4}}})},
                 net);
    QVERIFY2(both.complete(), describe(both).c_str());
    QCOMPARE(both.sources.back().parts[0].first->path().string(), std::string("head.pth"));
  }

  void sameTensorInTwoFilesIsReported() {
    const LoadPlan plan = planLoad({fileOf("a", kNet), fileOf("b", {kNet[1]})}, kNet);
    QCOMPARE(plan.unexpected, std::vector<std::string>{"conv.bias (in a and b)"});
    QCOMPARE(plan.sources[1].parts[0].first->path().string(), std::string("a"));
  }

  void reportsWhatDoesNotFit() {
    auto file = without(kNet, "running_mean");
    file[0].shape = {3, 4, 1, 1};
    file.push_back({"extra", at::kFloat, {1}});
    file[1].type = at::kLong;
    const LoadPlan plan = planLoad({fileOf("f", file)}, kNet);
    QVERIFY(!plan.complete());
    QCOMPARE(plan.missing, std::vector<std::string>{"bn.running_mean"});
    QCOMPARE(plan.unexpected, std::vector<std::string>{"extra"});
    QCOMPARE(plan.misshaped,
             (std::vector<std::string>{"conv.weight: wanted 4×3×1×1, the file holds 3×4×1×1",
                                       "conv.bias: wanted float32, the file holds int64"}));
    QVERIFY(plan.sources[0].parts.empty());
    const std::string text = describe(plan);
    QVERIFY2(has(text, "1 of the network's tensors missing: bn.running_mean"), text.c_str());
    QVERIFY(has(text, "2 of another shape") &&
            has(text, "1 that the network does not have: extra"));
    QVERIFY(has(messageOf<BadInput>([&] { readSource(plan.sources[0]); }), "no file"));
  }

  void nothingFitsAtAll() {
    const LoadPlan plan = planLoad({fileOf("f", {{"x", at::kFloat, {1}}})}, kNet);
    QCOMPARE(plan.missing.size(), std::size_t{3});
    QCOMPARE(plan.unexpected, std::vector<std::string>{"x"});
    QVERIFY(plan.repairs.size() == 1 && plan.kept.size() == 1);
    QCOMPARE(planLoad({}, kNet).missing.size(), std::size_t{3});
    QVERIFY(planLoad({fileOf("empty", {})}, {}).complete());
  }

  void stepCountersDoNotMatter() {
    const auto old = without(kNet, "num_batches");
    const LoadPlan plan = planLoad({fileOf("f", old)}, kNet);
    QVERIFY(plan.complete());
    QCOMPARE(plan.kept, std::vector<std::string>{"bn.num_batches_tracked"});
    QVERIFY(plan.sources[3].parts.empty());
    QVERIFY(has(repairsOf(plan), "made anew: bn.num_batches_tracked"));
    const LoadPlan back = planLoad({fileOf("f", kNet)}, old);
    QVERIFY(back.complete());
    QVERIFY2(has(repairsOf(back), "1 tensor left out: counts training steps"),
             repairsOf(back).c_str());
  }

  void halfLoadsIntoFloat() {
    auto half = kNet;
    for (TensorInfo& info : half) {
      if (info.type == at::kFloat) info.type = at::kBFloat16;
    }
    QVERIFY(planLoad({fileOf("f", half)}, kNet).complete());
    half[0].type = at::kComplexFloat;
    QCOMPARE(planLoad({fileOf("f", half)}, kNet).misshaped.size(), std::size_t{1});
  }

  void huggingFaceDepthAnything() {
    const auto net = depthAnything(8, 3, 4, {2, 3, 4, 5});
    const auto hf = joined(prefixed(huggingFaceVit(vit(8, 3)), "backbone."),
                           huggingFaceDepthHead(depthHead(8, 4, {2, 3, 4, 5})));
    const CheckpointPtr file = fileOf("model.safetensors", hf);
    const LoadPlan plan = planLoad({file}, net);
    QVERIFY2(plan.complete(), describe(plan).c_str());
    QVERIFY(has(repairsOf(plan), "Hugging Face's names translated"));
    for (std::size_t i = 0; i < net.size(); ++i) {
      const bool isJoined = has(net[i].key, "attn.qkv");
      QCOMPARE(plan.sources[i].parts.size(), isJoined ? std::size_t{3} : std::size_t{1});
      QCOMPARE(readSource(plan.sources[i]).sizes().vec(), net[i].shape);
      if (!isJoined) continue;
      std::vector<std::string> names;
      std::vector<at::Tensor> parts;
      for (const auto& [from, index] : plan.sources[i].parts) {
        names.push_back(std::regex_replace(from->tensors()[index].key,
                                           std::regex(".*attention.attention.(.*)\\..*"), "$1"));
        parts.push_back(from->read(index));
      }
      QCOMPARE(names, (std::vector<std::string>{"query", "key", "value"}));
      QVERIFY(sameBytes(readSource(plan.sources[i]), at::cat(parts)));
    }
    // Level 4 of the fusion comes first there.
    const auto wanted = std::find_if(net.begin(), net.end(), [](const TensorInfo& info) {
      return info.key == "depth_head.scratch.refinenet4.resConfUnit1.conv2.weight";
    });
    const auto& part = plan.sources[std::size_t(wanted - net.begin())].parts[0];
    QCOMPARE(part.first->tensors()[part.second].key,
             std::string("neck.fusion_stage.layers.0.residual_layer1.convolution2.weight"));
    // The same inside ZoeDepth, and wrapped.
    QVERIFY(
        planLoad({fileOf("f", prefixed(hf, "module."))}, prefixed(net, "core.core.")).complete());
  }

  void huggingFaceDinov2() {
    const auto net = prefixed(vit(8, 2), "backbone.");
    const auto hf = huggingFaceVit(vit(8, 2));
    QVERIFY(planLoad({fileOf("f", hf)}, net).complete());
    QVERIFY(planLoad({fileOf("f", prefixed(hf, "dinov2."))}, net).complete());
    QVERIFY(planLoad({fileOf("f", hf)}, vit(8, 2)).complete());
    const LoadPlan cut =
        planLoad({fileOf("f", without(hf, "layer.1.attention.attention.key.bias"))}, net);
    QCOMPARE(cut.misshaped,
             std::vector<std::string>{"backbone.blocks.1.attn.qkv.bias: a part of it is missing"});
    const LoadPlan last =
        planLoad({fileOf("f", without(hf, "layer.1.attention.attention.value"))}, net);
    QCOMPARE(last.misshaped.size(), std::size_t{2});
  }

  void huggingFaceDpt() {
    const auto net = joined(prefixed(vit(8, 2), "backbone."), dptHead(8));
    auto hf =
        joined(prefixed(huggingFaceVit(vit(8, 2)), "backbone."), huggingFaceDptHead(dptHead(8)));
    QVERIFY2(planLoad({fileOf("f", hf)}, net).complete(),
             describe(planLoad({fileOf("f", hf)}, net)).c_str());
    hf.push_back({"neck.fusion_stage.layers.0.residual_layer1.convolution1.weight",
                  at::kFloat,
                  {256, 256, 3, 3}});
    const LoadPlan plan = planLoad({fileOf("f", hf)}, net);
    QVERIFY2(plan.complete(), describe(plan).c_str());
    QVERIFY(has(repairsOf(plan), "1 tensor left out: a unit"));
    // The original files: head and backbone apart, the backbone with bare names.
    const LoadPlan two =
        planLoad({fileOf("vits14.pth", vit(8, 2)), fileOf("head.pth", dptHead(8))}, net);
    QVERIFY2(two.complete(), describe(two).c_str());
  }

  void swinClassifiers() {
    const std::vector<TensorInfo> swin = {
        {"patch_embed.proj.weight", at::kFloat, {4, 3, 4, 4}},
        {"patch_embed.norm.weight", at::kFloat, {4}},
        {"layers.0.blocks.0.attn.relative_position_bias_table", at::kFloat, {169, 3}},
        {"layers.0.blocks.0.attn.relative_position_index", at::kLong, {49, 49}},
        {"layers.0.blocks.1.attn.proj.weight", at::kFloat, {4, 4}}};
    const auto net =
        joined(prefixed(swin, "backbone."), {{"backbone.norm0.weight", at::kFloat, {4}}});
    const auto classifier = joined(without(swin, "relative_position_index"),
                                   {{"layers.0.blocks.1.attn_mask", at::kFloat, {64, 49, 49}},
                                    {"norm.weight", at::kFloat, {4}},
                                    {"norm.bias", at::kFloat, {4}},
                                    {"head.weight", at::kFloat, {9, 4}},
                                    {"head.bias", at::kFloat, {9}}});
    const LoadPlan plan = planLoad({fileOf("swin.pth", classifier)}, net);
    QVERIFY2(plan.unexpected.empty() && plan.misshaped.empty(), describe(plan).c_str());
    QCOMPARE(plan.missing, std::vector<std::string>{"backbone.norm0.weight"});
    QCOMPARE(plan.kept.size(), std::size_t{1});
    QVERIFY(has(repairsOf(plan), "4 tensors left out: belongs to the classifier"));
    QVERIFY(has(repairsOf(plan), "1 tensor left out: follows from the window"));
    // Elsewhere such names are not ignored.
    QCOMPARE(planLoad({fileOf("f", joined(kNet, {{"head.weight", at::kFloat, {1}}}))}, kNet)
                 .unexpected.size(),
             std::size_t{1});
  }

  void oldSgnet() {
    const std::vector<TensorInfo> net = {{"bridge1.rgbprocess.weight", at::kFloat, {2}},
                                         {"bridge1.rgbpre.weight", at::kFloat, {3}},
                                         {"conv_rgb1.weight", at::kFloat, {4}}};
    const auto old = renamed(net, [](const std::string& key) {
      return std::regex_replace(key, std::regex("\\.rgbp"), ".panp");
    });
    const LoadPlan plan = planLoad({fileOf("f", prefixed(old, "module."))}, net);
    QVERIFY2(plan.complete(), describe(plan).c_str());
    QVERIFY(has(repairsOf(plan), "SGNet's old names"));
  }

  void namesThatCollideAreNotMixed() {
    const auto file = joined(kNet, prefixed(kNet, "module."));
    const LoadPlan plan = planLoad({fileOf("f", file)}, kNet);
    QCOMPARE(plan.unexpected.size(), std::size_t{3});
    QCOMPARE(plan.sources[0].parts[0].second, std::size_t{0});
    QVERIFY(plan.missing.empty());
  }

  void manyTensorsTakeNoTime() {
    std::vector<TensorInfo> many;
    for (int i = 0; i < 50000; ++i) many.push_back({"a." + std::to_string(i), at::kFloat, {1}});
    QCOMPARE(planLoad({fileOf("f", many)}, kNet).unexpected.size(), many.size());
    QVERIFY(planLoad({fileOf("f", prefixed(many, "module."))}, many).complete());
  }
};

QTEST_GUILESS_MAIN(CheckpointsPlanTest)
#include "checkpoints_plan.moc"
