// PixelFormer and UM-IT beyond the conformance table: other variants, sizes and ranges, keys,
// costs, what they refuse.
#include <QtTest>

#include <ATen/ops/zeros.h>

#include <algorithm>

#include "core/error.h"
#include "models/conformance/filling.h"
#include "models/umit/umit.h"
#include "tests/models/network_checks.h"
#include "tests/support/maps.h"

using namespace fathom;
using namespace fathom::test;

namespace {

// Made with PyTorch 2.11 (float64, CPU) by a second implementation after the published code and the
// outline of the report, which itself meets every vector of the conformance table.
const std::vector<ConformanceVector> kVectors{
    {"PixelFormer, Swin-B: no projection of the encoder",
     "pixelformer",
     {{"variant", "base07"}},
     {{"image", {1, 3, 160, 96}, -2, 2}},
     {},
     {
         {"depth",
          "depth",
          {1, 1, 160, 96},
          {10.49785, 2.353067, 2.7099, 18.42347},
          {{0, 7.987258},
           {2194, 11.45055},
           {5120, 9.462123},
           {7680, 11.91829},
           {10240, 12.62597},
           {15359, 9.461957}},
          1e-4},
         {"stage3",
          "stage3",
          {1, 1024, 5, 3},
          {0.0005153916, 1.005142, -3.398849, 3.59555},
          {{0, 1.165208},
           {2194, -0.86096},
           {5120, -0.1816226},
           {7680, 1.168331},
           {10240, 0.08350913},
           {15359, 0.2348021}},
          1e-4},
     }},
    {"PixelFormer, another range",
     "pixelformer",
     {{"variant", "tiny07"}, {"min_depth", "0.5"}, {"max_depth", "80"}},
     {{"image", {1, 3, 64, 64}, -2, 2}},
     {},
     {
         {"depth",
          "depth",
          {1, 1, 64, 64},
          {38.95401, 9.455557, 8.826874, 67.65756},
          {{0, 38.15837},
           {585, 24.97682},
           {1365, 52.55568},
           {2048, 37.0541},
           {2730, 32.42012},
           {4095, 40.79239}},
          1e-4},
     }},
    {"PixelFormer, the smallest picture",
     "pixelformer",
     {{"variant", "tiny07"}},
     {{"image", {1, 3, 32, 32}, -2, 2}},
     {},
     {
         {"depth",
          "depth",
          {1, 1, 32, 32},
          {9.777769, 1.72077, 5.076853, 15.16347},
          {{0, 12.3263},
           {146, 11.95869},
           {341, 11.83982},
           {512, 9.989602},
           {682, 11.55571},
           {1023, 13.41419}},
          1e-4},
     }},
    {"UM-IT, two pictures",
     "umit",
     {{"variant", "tiny07"}},
     {{"image", {2, 3, 64, 96}, -2, 2}, {"depth", {2, 1, 8, 12}, 0.1, 20}},
     {},
     {
         {"depth",
          "depth",
          {2, 1, 64, 96},
          {9.874333, 2.20174, 1.929704, 18.05918},
          {{0, 8.152596},
           {1755, 14.18339},
           {4096, 10.53233},
           {6144, 8.288818},
           {8192, 11.53015},
           {12287, 11.964}},
          1e-4},
     }},
    {"UM-IT, no whole factor between the two",
     "umit",
     {{"variant", "tiny07"}},
     {{"image", {1, 3, 96, 128}, -2, 2}, {"depth", {1, 1, 7, 11}, 0.1, 20}},
     {},
     {
         {"depth",
          "depth",
          {1, 1, 96, 128},
          {9.807162, 2.448711, 1.493679, 18.54751},
          {{0, 7.048369},
           {1755, 11.88421},
           {4096, 7.895342},
           {6144, 10.11455},
           {8192, 8.991306},
           {12287, 8.734884}},
          1e-4},
     }},
    {"UM-IT, a depth map larger than the picture",
     "umit",
     {{"variant", "tiny07"}},
     {{"image", {1, 3, 32, 64}, -2, 2}, {"depth", {1, 1, 100, 90}, 0.1, 20}},
     {},
     {
         {"depth",
          "depth",
          {1, 1, 32, 64},
          {9.576763, 2.231396, 2.60997, 16.86451},
          {{0, 8.602215},
           {292, 12.64559},
           {682, 2.956253},
           {1024, 9.936776},
           {1365, 9.201657},
           {2047, 11.08109}},
          1e-4},
     }}};

std::unique_ptr<Network> made(const std::string& architecture, const std::string& variant) {
  return architectures().create(architecture, {{"variant", variant}});
}

/// What the tiny network says to inputs of these shapes, filled with zeros.
std::string refusal(const std::string& architecture,
                    const std::map<std::string, std::vector<std::int64_t>>& shapes) {
  const auto network = made(architecture, "tiny07");
  fillWithShapes(*network);
  NamedTensors inputs;
  for (const auto& [name, shape] : shapes) inputs[name] = at::zeros(shape);
  return messageOf<BadInput>([&] { network->forward(inputs, {}); });
}

ConformanceVector small() {
  return {"small",
          "umit",
          {{"variant", "tiny07"}},
          {{"image", {1, 3, 64, 64}, -2, 2}, {"depth", {1, 1, 8, 8}, 0.1, 20}},
          {},
          {}};
}

}  // namespace

class UmitTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void otherSizesEqualPyTorch_data() {
    QTest::addColumn<int>("index");
    for (std::size_t i = 0; i < kVectors.size(); ++i) {
      QTest::newRow(kVectors[i].title.c_str()) << int(i);
    }
  }
  void otherSizesEqualPyTorch() {
    QFETCH(int, index);
    QCOMPARE(offTheMark(kVectors[std::size_t(index)]), std::string());
  }

  void parametersAreThePublishedOnes_data() {
    QTest::addColumn<QString>("architecture");
    QTest::addColumn<QString>("variant");
    QTest::addColumn<qint64>("parameters");
    QTest::addColumn<int>("keys");
    QTest::newRow("PixelFormer tiny") << "pixelformer"
                                      << "tiny07" << qint64(88906326) << 317;
    QTest::newRow("PixelFormer base") << "pixelformer"
                                      << "base07" << qint64(140432340) << 477;
    QTest::newRow("PixelFormer large") << "pixelformer"
                                       << "large07" << qint64(270895920) << 485;
    QTest::newRow("UM-IT tiny") << "umit"
                                << "tiny07" << qint64(92342390) << 459;
    QTest::newRow("UM-IT lite") << "umit"
                                << "base07" << qint64(143868404) << 619;
    QTest::newRow("UM-IT") << "umit"
                           << "large07" << qint64(274331984) << 627;
  }
  void parametersAreThePublishedOnes() {
    QFETCH(QString, architecture);
    QFETCH(QString, variant);
    QFETCH(qint64, parameters);
    QFETCH(int, keys);
    const auto network = made(architecture.toStdString(), variant.toStdString());
    QCOMPARE(qint64(parameterCount(*network)), parameters);
    QCOMPARE(int(keysOf(*network).size()), keys);
  }

  void theVariantsOfTheReportAreTheInitialOnes() {
    QCOMPARE(parameterCount(*architectures().create("pixelformer", {})), 140432340);
    QCOMPARE(parameterCount(*architectures().create("umit", {})), 274331984);
  }

  void keysAreThoseOfItsFiles() {
    const std::vector<std::string> base = keysOf(*made("umit", "base07"));
    const auto place = [&base](const char* key) {
      return std::ranges::find(base, key) - base.begin();
    };
    const char* inOrder[] = {"backbone.patch_embed.proj.weight",
                             "sam4.proj_q.weight",
                             "sam4.proj.weight",
                             "sam4.sam_block.norm1.weight",
                             "sam4.sam_block.normv.weight",
                             "sam4.sam_block.attn.relative_position_index",
                             "sam4.sam_block.attn.kv.weight",
                             "sam4.sam_block.attn.q.weight",
                             "sam4.norm_sam.bias",
                             "sam1.proj_q.weight",
                             "decoder.psp_modules.0.1.conv.weight",
                             "decoder.psp_modules.3.1.gn.bias",
                             "decoder.bottleneck.bn.num_batches_tracked",
                             "disp_head1.conv1.weight",
                             "bcp.fc1.weight",
                             "depth_net.stem.1.running_mean",
                             "depth_net.stages.2.0.downsample.0.weight",
                             "depth_net.stages.3.0.downsample.1.num_batches_tracked",
                             "depth_net.proj.weight",
                             "fuse.bias"};
    for (std::size_t i = 1; i < std::size(inOrder); ++i) {
      QVERIFY2(place(inOrder[i - 1]) < place(inOrder[i]), inOrder[i]);
    }
    QCOMPARE(base.back(), std::string("fuse.bias"));
  }

  void onlyOtherWidthsAreProjected() {
    for (const char* variant : {"tiny07", "base07", "large07"}) {
      const std::vector<std::string> keys = keysOf(*made("pixelformer", variant));
      const auto projections = std::ranges::count_if(
          keys, [](const std::string& key) { return key.ends_with("proj_e.weight"); });
      QCOMPARE(int(projections), std::string(variant) == "base07" ? 0 : 4);
    }
  }

  void costsAreThePublishedOnes_data() {
    QTest::addColumn<QString>("architecture");
    QTest::addColumn<QString>("variant");
    QTest::addColumn<double>("giga");
    QTest::newRow("PixelFormer base") << "pixelformer"
                                      << "base07" << 20.16;
    QTest::newRow("PixelFormer large") << "pixelformer"
                                       << "large07" << 41.96;
    QTest::newRow("UM-IT lite") << "umit"
                                << "base07" << 54.96;
    QTest::newRow("UM-IT") << "umit"
                           << "large07" << 76.76;
  }
  void costsAreThePublishedOnes() {
    QFETCH(QString, architecture);
    QFETCH(QString, variant);
    QFETCH(double, giga);
    std::vector<ConformanceVector::Input> inputs{{"image", {1, 3, 224, 224}, -2, 2}};
    if (architecture == "umit") inputs.push_back({"depth", {1, 1, 28, 28}, 0.1, 20});
    const Macs macs =
        macsOf(architecture.toStdString(), {{"variant", variant.toStdString()}}, inputs);
    QVERIFY2(std::abs(macs.layers / 1e9 - giga) < 0.005,
             qPrintable(QString::number(macs.layers, 'g', 9)));
    // Published figures leave out attention's own products: less than a fiftieth.
    QVERIFY(macs.products > 0 && macs.products < 0.02 * macs.layers);
  }

  void outputsHaveTheirNamesAndSizes() {
    const NamedTensors outputs = runVector(small(), at::kCPU, at::kFloat);
    QCOMPARE(outputs.size(), std::size_t(5));
    QVERIFY(outputs.at("depth").sizes() == at::IntArrayRef({1, 1, 64, 64}));
    for (std::int64_t s = 0; s < 4; ++s) {
      const auto& stage = outputs.at("stage" + std::to_string(s));
      QVERIFY(stage.sizes() == at::IntArrayRef({1, 96 << s, 16 >> s, 16 >> s}));
    }
  }

  void depthLiesWithinTheRange() {
    ConformanceVector vector = small();
    vector.settings["min_depth"] = "3";
    vector.settings["max_depth"] = "4";
    const at::Tensor depth = runVector(vector, at::kCPU, at::kFloat).at("depth");
    QVERIFY(depth.min().item<double>() > 3 && depth.max().item<double>() < 4);
    QVERIFY(depth.std().item<double>() > 0.01);
  }

  void theDepthMatters() {
    ConformanceVector other = small();
    other.inputs[1].hi = 10;
    QVERIFY(apart(runVector(other, at::kCPU, at::kFloat),
                  runVector(small(), at::kCPU, at::kFloat)) > 1e-3);
  }

  void wrongInputsAreRefused() {
    QVERIFY(has(refusal("pixelformer", {{"image", {1, 3, 64, 100}}}), "multiples of 32"));
    QVERIFY(has(refusal("pixelformer", {{"image", {1, 3, 64, 100}}}), "64×100"));
    QVERIFY(has(refusal("pixelformer", {{"image", {1, 3, 33, 64}}}), "multiples of 32"));
    QVERIFY(has(refusal("pixelformer", {{"image", {1, 1, 64, 64}}}), "N×3×H×W"));
    QVERIFY(has(refusal("pixelformer", {{"image", {3, 64, 64}}}), "N×3×H×W"));
    QVERIFY(has(refusal("umit", {{"image", {1, 3, 64, 64}}}), "depth"));
    QVERIFY(has(refusal("umit", {{"image", {1, 3, 64, 64}}, {"depth", {1, 2, 8, 8}}}), "N×1×H×W"));
    QVERIFY(has(refusal("umit", {{"image", {2, 3, 64, 64}}, {"depth", {1, 1, 8, 8}}}),
                "1 depth maps for 2 pictures"));
  }

  void wrongSettingsAreRefused() {
    const auto says = [](const Values& values) {
      return messageOf<BadInput>([&] { architectures().create("umit", values); });
    };
    QVERIFY(has(says({{"min_depth", 20.0}}), "empty"));
    QVERIFY(has(says({{"max_depth", 0.05}}), "empty"));
    QVERIFY(has(says({{"variant", std::string("huge07")}}), "variant"));
    QVERIFY(has(messageOf<BadInput>([] { PixelFormer("huge07", {}); }), "huge07"));
  }

  void stopsBetweenItsParts_data() {
    QTest::addColumn<double>("part");
    for (const double part : {0.0, 0.05, 0.2, 0.45, 0.55, 0.7, 0.89, 0.95}) {
      QTest::addRow("%g", part) << part;
    }
  }
  void stopsBetweenItsParts() {
    QFETCH(double, part);
    QCOMPARE(whenStoppedAt(part, small()), std::string());
  }

  void halfPrecisionIsClose() {
    const NamedTensors wanted = runVector(small(), at::kCPU, at::kFloat);
    const NamedTensors got = runVector(small(), at::kCPU, at::kBFloat16);
    for (const auto& [name, tensor] : got) {
      QCOMPARE(tensor.scalar_type(), at::kBFloat16);
      QVERIFY2(tensor.isfinite().all().item<bool>(), name.c_str());
    }
    const double off = apart(got, wanted);
    QVERIFY2(off < 0.1, qPrintable(QString::number(off)));
  }
};

QTEST_GUILESS_MAIN(UmitTest)
#include "umit.moc"
