// The RGA U-Net, NAFNet, its block and AdaIN beyond the conformance table: other sizes and
// settings, keys, costs, what they refuse.
#include <QtTest>

#include <ATen/ops/mean.h>
#include <ATen/ops/zeros.h>
#include <c10/core/InferenceMode.h>

#include <algorithm>

#include "core/error.h"
#include "models/checkpoints/checkpoint.h"
#include "models/conformance/filling.h"
#include "models/layers/adain.h"
#include "models/rga/nafnet.h"
#include "models/rga/u_net.h"
#include "tests/models/network_checks.h"
#include "tests/support/maps.h"

using namespace fathom;
using namespace fathom::test;

namespace {

// Made with PyTorch 2.11 (float64, CPU) by a second implementation after the published code and the
// outline of the report, which itself meets every vector of the conformance table.
const std::vector<ConformanceVector> kVectors{
    {"U-Net as published, padded",
     "rga_unet",
     {},
     {{"image", {1, 3, 61, 83}, 0, 1},
      {"rel", {1, 1, 61, 83}, 0, 1},
      {"depth", {1, 1, 61, 83}, 0, 1}},
     {},
     {
         {"depth",
          "depth",
          {1, 1, 61, 83},
          {-0.2808654, 1.973438, -7.315033, 8.047766},
          {{0, 0.7638291},
           {723, 0.2292956},
           {1687, -2.170859},
           {2531, -1.481827},
           {3375, 0.2088277},
           {5062, -1.993979}},
          1e-4},
     }},
    {"U-Net, three pictures, an odd width",
     "rga_unet",
     {{"width", "5"}},
     {{"image", {3, 3, 47, 99}, 0, 1},
      {"rel", {3, 1, 47, 99}, 0, 1},
      {"depth", {3, 1, 47, 99}, 0, 1}},
     {},
     {
         {"depth",
          "depth",
          {3, 1, 47, 99},
          {-0.2437405, 2.115725, -9.110572, 7.044754},
          {{0, 0.07435793},
           {1994, -2.411867},
           {4653, -0.02747409},
           {6979, -1.659958},
           {9306, 0.06953056},
           {13958, -0.4433635}},
          1e-4},
     }},
    {"U-Net, other blocks",
     "rga_unet",
     {{"width", "8"},
      {"enc0", "1"},
      {"enc1", "0"},
      {"enc2", "3"},
      {"enc3", "2"},
      {"middle", "2"},
      {"dec0", "2"},
      {"dec1", "1"},
      {"dec2", "0"},
      {"dec3", "1"}},
     {{"image", {1, 3, 50, 70}, 0, 1},
      {"rel", {1, 1, 50, 70}, 0, 1},
      {"depth", {1, 1, 50, 70}, 0, 1}},
     {},
     {
         {"depth",
          "depth",
          {1, 1, 50, 70},
          {0.2860151, 1.720815, -5.587397, 7.137883},
          {{0, 1.907551},
           {500, 0.02854103},
           {1166, 2.435593},
           {1750, -1.060323},
           {2333, -2.407266},
           {3499, 2.064381}},
          1e-4},
     }},
    {"U-Net, the smallest picture",
     "rga_unet",
     {{"width", "12"}, {"middle", "0"}},
     {{"image", {1, 3, 32, 32}, 0, 1},
      {"rel", {1, 1, 32, 32}, 0, 1},
      {"depth", {1, 1, 32, 32}, 0, 1}},
     {},
     {
         {"depth",
          "depth",
          {1, 1, 32, 32},
          {-1.736319, 2.041581, -7.908716, 4.266723},
          {{0, -0.9425997},
           {146, -3.081088},
           {341, -1.993436},
           {512, -0.5273296},
           {682, 0.5002373},
           {1023, -4.230568}},
          1e-4},
     }},
    {"NAFNet",
     "nafnet",
     {},
     {{"image", {2, 3, 37, 51}, 0, 1}},
     {},
     {
         {"out",
          "out",
          {2, 3, 37, 51},
          {0.8666667, 2.77727, -9.752692, 12.32035},
          {{0, -1.203023},
           {1617, -2.336604},
           {3774, 3.612791},
           {5661, -0.9677332},
           {7548, -0.5335137},
           {11321, -1.522111}},
          1e-4},
     }},
    {"NAFNet, the other published one",
     "nafnet",
     {{"enc0", "1"},
      {"enc1", "1"},
      {"enc2", "1"},
      {"enc3", "28"},
      {"middle", "1"},
      {"dec0", "1"},
      {"dec1", "1"},
      {"dec2", "1"},
      {"dec3", "1"}},
     {{"image", {1, 3, 48, 33}, 0, 1}},
     {},
     {
         {"out",
          "out",
          {1, 3, 48, 33},
          {0.595834, 3.014684, -12.08441, 10.37458},
          {{0, -2.840337},
           {678, 1.800992},
           {1584, 1.75303},
           {2376, -2.398188},
           {3168, 2.852258},
           {4751, 2.916849}},
          1e-4},
     }},
    {"NAFNet, smaller than its deepest cell",
     "nafnet",
     {{"width", "7"},
      {"enc0", "1"},
      {"enc1", "1"},
      {"enc2", "1"},
      {"enc3", "1"},
      {"middle", "0"},
      {"dec0", "1"},
      {"dec1", "0"},
      {"dec2", "2"},
      {"dec3", "1"}},
     {{"image", {1, 3, 5, 9}, 0, 1}},
     {},
     {
         {"out",
          "out",
          {1, 3, 5, 9},
          {-0.04195579, 1.623671, -5.803951, 4.239058},
          {{0, -0.5410567},
           {19, -0.8024965},
           {45, 0.7681932},
           {67, 0.7462976},
           {90, 0.04880128},
           {134, -0.8616931}},
          1e-4},
     }},
    {"NAFNet block, 33 channels",
     "nafblock",
     {{"channels", "33"}},
     {{"image", {1, 33, 1, 9}, -1, 1}},
     {},
     {
         {"out",
          "out",
          {1, 33, 1, 9},
          {0.02294742, 0.6353991, -1.445615, 1.643736},
          {{0, 0.4863245},
           {42, 0.09982844},
           {99, 0.3480453},
           {148, -0.4992054},
           {198, 0.8482268},
           {296, -0.3073419}},
          1e-5},
     }},
    {"AdaIN, maps of different sizes",
     "adain",
     {},
     {{"content", {2, 4, 5, 6}, 0, 1}, {"style", {2, 4, 9, 3}, 0, 3}},
     {},
     {
         {"out",
          "out",
          {2, 4, 5, 6},
          {1.445794, 0.9035732, -0.4190226, 3.518873},
          {{0, 0.944298},
           {34, 0.8584066},
           {80, 2.87362},
           {120, 2.519544},
           {160, 2.862806},
           {239, 2.451833}},
          1e-5},
     }}};

/// What a network says to inputs of these shapes, filled with zeros.
std::string refusal(const std::string& architecture,
                    const std::map<std::string, std::vector<std::int64_t>>& shapes,
                    const Values& values = {}) {
  const auto network = architectures().create(architecture, values);
  fillWithShapes(*network);
  NamedTensors inputs;
  for (const auto& [name, shape] : shapes) inputs[name] = at::zeros(shape);
  return messageOf<BadInput>([&] { network->forward(inputs, {}); });
}

ConformanceVector small(const std::string& architecture) {
  ConformanceVector vector{
      "small", architecture, {{"width", "8"}, {"dec3", "3"}}, {{"image", {1, 3, 40, 50}, 0, 1}}, {},
      {}};
  if (architecture == "rga_unet") {
    vector.inputs.push_back({"rel", {1, 1, 40, 50}, 0, 1});
    vector.inputs.push_back({"depth", {1, 1, 40, 50}, 0, 1});
  }
  return vector;
}

/// A network of which the U-Net is a part.
class Larger : public Module {
 public:
  Larger() : unet(part<RgaUNet>("unet", NafShape{8, {1, 1, 1, 1}, 1, {1, 1, 1, 1}})) {}
  const RgaUNet& unet;
};

Values blocks(std::int64_t encoder, std::int64_t deepest, std::int64_t middle,
              std::int64_t decoder) {
  return {{"enc0", encoder}, {"enc1", encoder},  {"enc2", encoder},
          {"enc3", deepest}, {"middle", middle}, {"dec0", decoder},
          {"dec1", decoder}, {"dec2", decoder},  {"dec3", decoder}};
}

}  // namespace

class RgaTest : public QObject {
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

  void parametersAreThePublishedOnes() {
    const auto count = [](const char* architecture, const Values& values = {}) {
      return parameterCount(*architectures().create(architecture, values));
    };
    QCOMPARE(count("rga_unet"), 16621489);
    QCOMPARE(count("nafnet"), 29159715);
    QCOMPARE(count("nafnet", blocks(1, 28, 1, 1)), 17111907);
    for (const std::int64_t c : {1, 8, 33}) {
      QCOMPARE(count("nafblock", {{"channels", c}}), 7 * c * c + 33 * c);
    }
    QCOMPARE(count("adain"), 0);
  }

  void keysAreThoseOfItsFiles() {
    const std::vector<std::string> unet = keysOf(*architectures().create("rga_unet", {}));
    QCOMPARE(unet.size(), std::size_t(414));
    QCOMPARE(unet.front(), std::string("intro_rel.weight"));
    QCOMPARE(unet.back(), std::string("ending.bias"));
    for (const char* key :
         {"enc_rel.3.1.beta", "enc_lr.0.0.sca.1.weight", "down_lr.3.bias", "fuse.4.bias",
          "middle.0.gamma", "ups.0.0.weight", "decoders.3.0.norm2.bias"}) {
      QVERIFY2(std::ranges::count(unet, key) == 1, key);
    }
    QCOMPARE(std::ranges::count(unet, "ups.0.0.bias"), 0);
  }

  void keysOfNafNetAreThoseOfItsFiles() {
    const std::vector<std::string> keys = keysOf(*architectures().create("nafnet", {}));
    QCOMPARE(keys.size(), std::size_t(664));
    const char* inOrder[] = {"intro.weight",
                             "ending.bias",
                             "encoders.3.7.beta",
                             "decoders.0.0.beta",
                             "middle_blks.11.norm2.bias",
                             "ups.3.0.weight",
                             "downs.0.weight"};
    const auto place = [&keys](const char* key) {
      return std::ranges::find(keys, key) - keys.begin();
    };
    for (std::size_t i = 1; i < std::size(inOrder); ++i) {
      QVERIFY2(place(inOrder[i - 1]) < place(inOrder[i]), inOrder[i]);
    }
    const std::vector<std::string> block = keysOf(*architectures().create("nafblock", {}));
    QCOMPARE(block, (std::vector<std::string>{
                        "beta", "gamma", "conv1.weight", "conv1.bias", "conv2.weight", "conv2.bias",
                        "conv3.weight", "conv3.bias", "sca.1.weight", "sca.1.bias", "conv4.weight",
                        "conv4.bias", "conv5.weight", "conv5.bias", "norm1.weight", "norm1.bias",
                        "norm2.weight", "norm2.bias"}));
  }

  void canBeAPartOfALargerNetwork() {
    const c10::InferenceMode inference;
    Larger larger;
    for (const TensorInfo& info : stateDict(larger)) {
      QVERIFY2(info.key.starts_with("unet."), info.key.c_str());
    }
    fillConformance(larger);
    prepare(larger, at::kCPU, at::kFloat);
    const at::Tensor image = filledInput("image", {1, 3, 40, 50}, 0, 1);
    const at::Tensor rel = filledInput("rel", {1, 1, 40, 50}, 0, 1);
    const at::Tensor depth = filledInput("depth", {1, 1, 40, 50}, 0, 1);
    const at::Tensor typed = larger.unet.predict(image, rel, depth, {});
    const auto named = larger.unet.forward({{"image", image}, {"rel", rel}, {"depth", depth}}, {});
    QVERIFY(typed.sizes() == at::IntArrayRef({1, 1, 40, 50}));
    QVERIFY(worstDifference(typed, named.at("depth")) < 1e-6);
  }

  void theCostIsThePublishedOne() {
    const Macs macs = macsOf("rga_unet", {},
                             {{"image", {1, 3, 480, 640}, 0, 1},
                              {"rel", {1, 1, 480, 640}, 0, 1},
                              {"depth", {1, 1, 480, 640}, 0, 1}});
    QVERIFY2(std::abs(macs.total() / 1e9 - 113.4) < 0.05,
             qPrintable(QString::number(macs.total(), 'g', 9)));
    // NAFNet's authors publish 16 G at 256×256 for both.
    for (const Values& values : {Values{}, blocks(1, 28, 1, 1)}) {
      const Macs net = macsOf("nafnet", values, {{"image", {1, 3, 256, 256}, 0, 1}});
      QVERIFY2(std::abs(net.total() / 1e9 - 16) < 0.1,
               qPrintable(QString::number(net.total(), 'g', 9)));
    }
  }

  void aBlockWhoseGainsAreZeroChangesNothing() {
    const c10::InferenceMode inference;
    NafBlock block(6);
    fillConformance(block);
    block.visit([](const std::string& key, Weight& weight) {
      if (key == "beta" || key == "gamma") weight.value.zero_();
    });
    const at::Tensor x = filled("x", {2, 6, 5, 4}, -1, 1);
    QVERIFY(sameBytes(block(x), x));
  }

  void adainGivesTheStylesStatistics() {
    const at::Tensor content = filled("content", {2, 3, 9, 7}, -4, 1);
    const at::Tensor style = filled("style", {2, 3, 4, 30}, 10, 12);
    const at::Tensor styled = adain(content, style);
    for (std::int64_t n = 0; n < 2; ++n) {
      for (std::int64_t c = 0; c < 3; ++c) {
        const at::Tensor got = styled[n][c], wanted = style[n][c];
        QVERIFY(std::abs(got.mean().item<double>() - wanted.mean().item<double>()) < 1e-5);
        QVERIFY(std::abs(got.std().item<double>() - wanted.std().item<double>()) < 1e-5);
      }
    }
    // A flat content becomes the style's mean, not a division by zero.
    QVERIFY(worstDifference(adain(at::zeros({2, 3, 2, 2}), style),
                            style.mean({2, 3}, true).expand({2, 3, 2, 2})) < 1e-6);
  }

  void wrongInputsAreRefused() {
    using Shape = std::vector<std::int64_t>;
    const auto unet = [](const Shape& image, const Shape& rel, const Shape& depth) {
      return refusal("rga_unet", {{"image", image}, {"rel", rel}, {"depth", depth}},
                     {{"width", std::int64_t(4)}});
    };
    QCOMPARE(unet({1, 3, 32, 32}, {1, 1, 32, 32}, {1, 1, 32, 32}), std::string());
    QVERIFY(has(unet({1, 3, 31, 40}, {1, 1, 31, 40}, {1, 1, 31, 40}), "below 32 pixels"));
    QVERIFY(has(unet({1, 3, 40, 16}, {1, 1, 40, 16}, {1, 1, 40, 16}), "40×16"));
    QVERIFY(has(unet({1, 3, 40, 40}, {1, 1, 40, 48}, {1, 1, 40, 40}), "rel"));
    QVERIFY(has(unet({1, 3, 40, 40}, {1, 1, 40, 40}, {1, 1, 5, 5}), "depth"));
    QVERIFY(has(unet({2, 3, 40, 40}, {2, 1, 40, 40}, {1, 1, 40, 40}), "depth"));
    QVERIFY(has(unet({1, 4, 40, 40}, {1, 1, 40, 40}, {1, 1, 40, 40}), "N×3×H×W"));
    QVERIFY(has(refusal("nafnet", {{"image", {1, 1, 40, 40}}}), "N×3×H×W"));
    QVERIFY(has(refusal("nafblock", {{"image", {1, 9, 4, 4}}}), "N×8×H×W"));
    QVERIFY(
        has(refusal("adain", {{"content", {1, 2, 1, 1}}, {"style", {1, 2, 4, 4}}}), "one pixel"));
    QVERIFY(
        has(refusal("adain", {{"content", {1, 2, 4, 4}}, {"style", {1, 2, 1, 1}}}), "one pixel"));
    QVERIFY(
        has(refusal("adain", {{"content", {1, 2, 4, 4}}, {"style", {1, 3, 4, 4}}}), "channels"));
    QVERIFY(has(refusal("adain", {{"content", {1, 2, 4, 4}}}), "style"));
    QVERIFY(has(messageOf<BadInput>([] {
                  architectures().create("nafnet", {{"enc0", std::int64_t(-1)}});
                }),
                "enc0"));
  }

  void stopsBetweenItsBlocks_data() {
    QTest::addColumn<QString>("architecture");
    QTest::addColumn<double>("part");
    for (const char* architecture : {"rga_unet", "nafnet"}) {
      for (const double part : {0.0, 0.2, 0.5, 0.7, 0.9}) {
        QTest::addRow("%s at %g", architecture, part) << architecture << part;
      }
    }
  }
  void stopsBetweenItsBlocks() {
    QFETCH(QString, architecture);
    QFETCH(double, part);
    QCOMPARE(whenStoppedAt(part, small(architecture.toStdString())), std::string());
  }

  void halfPrecisionIsClose() {
    for (const char* architecture : {"rga_unet", "nafnet"}) {
      const NamedTensors wanted = runVector(small(architecture), at::kCPU, at::kFloat);
      const NamedTensors got = runVector(small(architecture), at::kCPU, at::kBFloat16);
      QCOMPARE(got.begin()->second.scalar_type(), at::kBFloat16);
      const double off = apart(got, wanted);
      QVERIFY2(off < 0.1, qPrintable(QString("%1: %2").arg(architecture).arg(off)));
    }
  }
};

QTEST_GUILESS_MAIN(RgaTest)
#include "rga.moc"
