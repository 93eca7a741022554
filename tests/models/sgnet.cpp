// SGNet beyond the conformance table: other scales and sizes, keys, costs, what it refuses.
#include <QtTest>

#include <ATen/ops/arange.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "models/conformance/filling.h"
#include "models/sgnet/sgnet.h"
#include "tests/models/network_checks.h"
#include "tests/support/maps.h"

using namespace fathom;
using namespace fathom::test;

namespace {

// Made with PyTorch 2.11 (float32, CPU) by a second implementation that itself meets every vector
// of the conformance table.
const std::vector<ConformanceVector> kVectors{
    {"scale 2",
     "sgnet",
     {{"num_feats", "16"}, {"scale", "2"}},
     {{"image", {1, 3, 10, 14}, 0, 1}, {"depth", {1, 1, 5, 7}, 0, 1}},
     {},
     {{"depth",
       "depth",
       {1, 1, 10, 14},
       {-24.06859, 59.29525, -161.6566, 130.8173},
       {{0, -7.701739},
        {20, -78.12888},
        {46, -71.2035},
        {70, 7.677571},
        {93, -13.34148},
        {139, -12.12961}},
       1e-4},
      {"gradient",
       "gradient",
       {1, 1, 10, 14},
       {-1.244293, 1.191455, -3.084112, 1.285682},
       {{0, 0.7446723},
        {20, 0.9133489},
        {46, -1.529627},
        {70, 1.130288},
        {93, -1.537998},
        {139, -0.1538414}},
       1e-4},
      {"gradient_features",
       "gradient_features",
       {1, 16, 5, 7},
       {-0.6106477, 3.080172, -9.33654, 7.244641},
       {{0, -2.960787},
        {80, -2.897087},
        {186, 1.429163},
        {280, 1.012947},
        {373, 0.6960118},
        {559, 1.104228}},
       1e-4}}},
    {"scale 4",
     "sgnet",
     {{"num_feats", "16"}, {"scale", "4"}},
     {{"image", {2, 3, 20, 28}, 0, 1}, {"depth", {2, 1, 5, 7}, 0, 1}},
     {},
     {{"depth",
       "depth",
       {2, 1, 20, 28},
       {0.6593858, 5.664371, -19.20878, 20.84776},
       {{0, -0.6516556},
        {160, 4.953412},
        {373, 3.196156},
        {560, -1.690522},
        {746, -4.034517},
        {1119, -0.7939909}},
       1e-4},
      {"gradient",
       "gradient",
       {2, 1, 20, 28},
       {-1.451393, 0.959098, -3.509475, 1.494006},
       {{0, 0.7549825},
        {160, -1.868693},
        {373, -2.268051},
        {560, 0.5919917},
        {746, -1.6045},
        {1119, 0.03887593}},
       1e-4},
      {"gradient_features",
       "gradient_features",
       {2, 16, 5, 7},
       {-0.797048, 3.814356, -11.86315, 10.26018},
       {{0, 3.194353},
        {160, 1.418034},
        {373, -0.8573415},
        {560, 3.026898},
        {746, -3.371096},
        {1119, 0.3846149}},
       1e-4}}},
    {"scale 8",
     "sgnet",
     {{"num_feats", "16"}, {"scale", "8"}},
     {{"image", {1, 3, 24, 40}, 0, 1}, {"depth", {1, 1, 3, 5}, 0, 1}},
     {},
     {{"depth",
       "depth",
       {1, 1, 24, 40},
       {0.6207202, 1.736203, -6.776091, 6.723969},
       {{0, 0.6109701},
        {137, -0.3502917},
        {320, -0.9651495},
        {480, -0.1530085},
        {640, -1.204314},
        {959, 0.4503751}},
       1e-4},
      {"gradient",
       "gradient",
       {1, 1, 24, 40},
       {-1.32106, 0.8654805, -3.339138, 1.42948},
       {{0, 0.5431996},
        {137, -1.509752},
        {320, 0.9522562},
        {480, 1.164588},
        {640, 1.192098},
        {959, -0.3062149}},
       1e-4},
      {"gradient_features",
       "gradient_features",
       {1, 16, 3, 5},
       {0.07532028, 2.408875, -5.312733, 7.110757},
       {{0, -2.256639},
        {34, 5.252486},
        {80, 2.338809},
        {120, -3.015393},
        {160, -1.804181},
        {239, -0.4605272}},
       1e-4}}},
    {"scale 16",
     "sgnet",
     {{"num_feats", "16"}, {"scale", "16"}},
     {{"image", {1, 3, 48, 32}, 0, 1}, {"depth", {1, 1, 3, 2}, 0, 1}},
     {},
     {{"depth",
       "depth",
       {1, 1, 48, 32},
       {0.7335873, 0.7027368, -1.227759, 2.96725},
       {{0, 0.9368392},
        {219, 0.8497838},
        {512, 0.4307184},
        {768, 0.1159429},
        {1024, -0.01302946},
        {1535, 0.7332429}},
       1e-4},
      {"gradient",
       "gradient",
       {1, 1, 48, 32},
       {-1.124704, 0.7533646, -3.072047, 1.702415},
       {{0, 0.6185017},
        {219, -1.229982},
        {512, 1.350757},
        {768, 1.568178},
        {1024, 1.293413},
        {1535, -0.3859103}},
       1e-4},
      {"gradient_features",
       "gradient_features",
       {1, 16, 3, 2},
       {0.2254468, 1.84518, -3.431286, 4.920394},
       {{0, 0.4207676},
        {13, -1.736786},
        {32, 1.369732},
        {48, -0.1807928},
        {64, 0.3296806},
        {95, 1.625583}},
       1e-4}}},
    {"odd width",
     "sgnet",
     {{"num_feats", "23"}, {"scale", "4"}},
     {{"image", {1, 3, 16, 16}, 0, 1}, {"depth", {1, 1, 4, 4}, 0, 1}},
     {},
     {{"depth",
       "depth",
       {1, 1, 16, 16},
       {1.483795, 3.965498, -7.874499, 14.77736},
       {{0, 1.637364},
        {36, 1.463073},
        {85, -5.414658},
        {128, 4.224375},
        {170, 7.028198},
        {255, 1.192432}},
       1e-4},
      {"gradient",
       "gradient",
       {1, 1, 16, 16},
       {0.3708673, 0.6390206, -1.083173, 1.791916},
       {{0, 0.2998329},
        {36, 0.2011762},
        {85, 0.4769899},
        {128, -0.07927019},
        {170, 0.8874066},
        {255, 0.612819}},
       1e-4},
      {"gradient_features",
       "gradient_features",
       {1, 23, 4, 4},
       {-0.03730089, 2.514463, -6.69741, 6.270434},
       {{0, 0.541792},
        {52, -1.652315},
        {122, -4.875654},
        {184, -0.1483239},
        {245, 2.398519},
        {367, -5.908731}},
       1e-4}}},
    {"enlarging by 8",
     "sgnet_upsampler",
     {},
     {{"c", {1, 48, 3, 2}, -1, 1}},
     {},
     {{"out",
       "out",
       {1, 48, 24, 16},
       {0.004143153, 0.1226888, -0.5455822, 0.7705891},
       {{0, -0.03956217},
        {2633, 0.08253854},
        {6144, -0.1041655},
        {9216, 0.03934672},
        {12288, 0.06738491},
        {18431, 0.1158796}},
       1e-5}}},
    {"enlarging by 16",
     "sgnet_upsampler",
     {{"scale", "16"}},
     {{"c", {1, 48, 3, 2}, -1, 1}},
     {},
     {{"out",
       "out",
       {1, 48, 48, 32},
       {0.003359297, 0.09611647, -0.3743739, 0.377053},
       {{0, -0.1622988},
        {10532, 0.1637689},
        {24576, -0.07476258},
        {36864, 0.0917774},
        {49152, 0.06907293},
        {73727, 0.09162061}},
       1e-5}}},
    {"coupling of other widths",
     "sgnet_invblock",
     {{"channels", "20"}, {"split", "6"}},
     {{"c", {2, 20, 5, 7}, -1, 1}},
     {},
     {{"out",
       "out",
       {2, 20, 5, 7},
       {0.2931616, 1.050269, -3.220804, 4.629393},
       {{0, -1.93482},
        {200, 0.2447049},
        {466, 1.157531},
        {700, 1.025009},
        {933, 0.07283214},
        {1399, -1.515064}},
       1e-5}}},
    {"odd spectrum",
     "sgnet_fre",
     {{"channels", "12"}, {"rgb_channels", "10"}},
     {{"c", {2, 12, 7, 9}, -1, 1}, {"e", {2, 10, 7, 9}, -1, 1}},
     {},
     {{"out",
       "out",
       {2, 12, 7, 9},
       {0.1885653, 0.3386837, -1.167676, 4.246501},
       {{0, 1.884877},
        {216, 0.3145274},
        {504, 0.005093219},
        {756, 1.722417},
        {1008, 3.639634},
        {1511, 0.2920617}},
       1e-5}}},
};

const std::vector<ConformanceVector::Input> kSmall{{"image", {1, 3, 32, 40}, 0, 1},
                                                   {"depth", {1, 1, 4, 5}, 0, 1}};

ConformanceVector small(std::map<std::string, std::string> settings = {{"num_feats", "16"}}) {
  return {"small", "sgnet", std::move(settings), kSmall, {}, {}};
}

/// What the network says of inputs of these shapes.
std::string refusal(const char* architecture, std::vector<ConformanceVector::Input> inputs,
                    std::map<std::string, std::string> settings = {}) {
  return messageOf<BadInput>([&] {
    runVector({"", architecture, std::move(settings), std::move(inputs), {}, {}}, at::kCPU,
              at::kFloat);
  });
}

}  // namespace

class SgnetTest : public QObject {
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
    QCOMPARE(QString::fromStdString(offTheMark(kVectors[std::size_t(index)])), QString());
  }

  void parametersAreThePublishedOnes_data() {
    QTest::addColumn<int>("features");
    QTest::addColumn<QString>("scale");
    QTest::addColumn<qint64>("parameters");
    QTest::newRow("NYU x4") << 48 << "4" << qint64(36394521);
    QTest::newRow("NYU x8") << 40 << "8" << qint64(39924941);
    QTest::newRow("NYU x16") << 40 << "16" << qint64(86620109);
    QTest::newRow("RGB-D-D x4") << 24 << "4" << qint64(9215821);
  }
  void parametersAreThePublishedOnes() {
    QFETCH(int, features);
    QFETCH(QString, scale);
    QFETCH(qint64, parameters);
    const auto network = architectures().create(
        "sgnet", {{"num_feats", std::int64_t(features)}, {"scale", scale.toStdString()}});
    QCOMPARE(qint64(parameterCount(*network)), parameters);
    QCOMPARE(keysOf(*network).size(), std::size_t(1213));
  }

  void keysAreThoseOfItsFiles() {
    const std::vector<std::string> keys = keysOf(*architectures().create("sgnet", {}));
    QCOMPARE(keys.front(), std::string("conv_rgb1.weight"));
    QCOMPARE(keys.back(), std::string("gradNet.grad_rg.1.body.4.bias"));
    for (const char* unused : {"bridge1.spa_att.2.bias", "bridge3.post.weight",
                               "gradNet.re_d.weight", "gradNet.c_sab.bias"}) {
      QVERIFY2(std::ranges::count(keys, unused) == 1, unused);
    }
    const auto mixing = std::ranges::find(keys, "bridge2.fuse_process.0.invconv.l");
    QVERIFY(mixing != keys.end());
    const std::vector<std::string> five(mixing, mixing + 5);
    const std::string start = "bridge2.fuse_process.0.invconv.";
    QCOMPARE(five, (std::vector<std::string>{start + "l", start + "log_s", start + "u", start + "p",
                                             start + "sign_s"}));
  }

  void partsHaveTheKeysOfTheWhole() {
    const std::vector<std::string> whole =
        keysOf(*architectures().create("sgnet", {{"num_feats", std::int64_t(16)}}));
    for (const char* part : {"sgnet_invblock", "sgnet_fre", "sgnet_upsampler"}) {
      for (const std::string& key : keysOf(*architectures().create(part, {}))) {
        QVERIFY2(std::ranges::count(whole, key) == 1, key.c_str());
      }
    }
  }

  void costsAreThoseOfItsConvolutions() {
    const auto at = [](std::int64_t side) {
      return macsOf(
          "sgnet", {},
          {{"image", {1, 3, side, side}, 0, 1}, {"depth", {1, 1, side / 8, side / 8}, 0, 1}});
    };
    const Macs whole = at(128), quarter = at(64);
    QVERIFY2(std::abs(whole.layers / 1e9 - 158.59) < 0.01,
             qPrintable(QString::number(whole.layers)));
    // Linear in the pixels, but for gates, which see one, and spectra, which have a column more.
    QVERIFY(std::abs(whole.layers / quarter.layers - 4) < 1e-2);
    // The invertible mixings of the three bridges at full size: (2² + 2² + 3² + 4² + 4² + 6²)·40².
    QCOMPARE(whole.products, 85.0 * 1600 * 128 * 128);
  }

  void wrongInputsAreRefused() {
    const auto picture = [](std::int64_t n, std::int64_t h, std::int64_t w) {
      return ConformanceVector::Input{"image", {n, 3, h, w}, 0, 1};
    };
    const ConformanceVector::Input depth{"depth", {1, 1, 4, 5}, 0, 1};
    const std::map<std::string, std::string> narrow{{"num_feats", "16"}};
    QVERIFY(has(refusal("sgnet", {picture(1, 32, 41), depth}, narrow), "8 times as large"));
    QVERIFY(has(refusal("sgnet", {picture(1, 32, 41), depth}, narrow), "32×40"));
    QVERIFY(has(refusal("sgnet", {picture(1, 16, 20), depth}, narrow), "8 times as large"));
    QVERIFY(has(refusal("sgnet", {picture(2, 32, 40), depth}, narrow), "2 of 32×40"));
    QVERIFY(has(refusal("sgnet", {picture(1, 32, 40)}, narrow), "depth"));
    QVERIFY(has(refusal("sgnet", {{"image", {1, 1, 32, 40}, 0, 1}, depth}, narrow), "N×3×H×W"));
    QVERIFY(has(refusal("sgnet", kSmall, {{"num_feats", "15"}}), "num_feats"));
    QVERIFY(has(refusal("sgnet", kSmall, {{"scale", "3"}}), "scale"));
  }

  void wrongInputsOfPartsAreRefused() {
    QVERIFY(has(refusal("sgnet_invblock", {{"c", {1, 31, 4, 4}, 0, 1}}), "N×32×H×W"));
    QVERIFY(has(refusal("sgnet_invblock", {{"c", {1, 32, 4, 4}, 0, 1}},
                        {{"channels", "32"}, {"split", "32"}}),
                "split"));
    QVERIFY(has(refusal("sgnet_fre", {{"c", {1, 16, 4, 4}, 0, 1}, {"e", {1, 16, 4, 5}, 0, 1}}),
                "size of c"));
    QVERIFY(has(refusal("sgnet_upsampler", {{"c", {1, 16, 4, 4}, 0, 1}}), "N×48×H×W"));
  }

  void stopsBetweenItsParts_data() {
    QTest::addColumn<double>("part");
    for (const double part : {0.0, 0.05, 0.2, 0.4, 0.7, 0.9}) QTest::addRow("%g", part) << part;
  }
  void stopsBetweenItsParts() {
    QFETCH(double, part);
    QCOMPARE(QString::fromStdString(whenStoppedAt(part, small())), QString());
  }

  void halfPrecisionIsClose() {
    const ConformanceVector vector = small();
    const NamedTensors wanted = runVector(vector, at::kCPU, at::kFloat);
    NamedTensors got = runVector(vector, at::kCPU, at::kBFloat16);
    for (const auto& [name, tensor] : got) {
      QCOMPARE(tensor.scalar_type(), at::kBFloat16);
      QVERIFY2(tensor.isfinite().all().item<bool>(), name.c_str());
    }
    // Phases near ±π jump when weights are rounded, wherever one computes.
    QVERIFY(apart({{"depth", got["depth"]}}, {{"depth", wanted.at("depth")}}) < 0.25);
    got["depth"] = wanted.at("depth");
    QVERIFY(apart(got, wanted) < 0.04);
  }

  void samplesOfABatchDoNotMix() {
    ConformanceVector vector = small();
    for (auto& input : vector.inputs) input.shape[0] = 2;
    const NamedTensors both = runVector(vector, at::kCPU, at::kFloat);
    for (auto& input : vector.inputs) input.shape[0] = 1;  // the same first elements
    NamedTensors first;
    for (const auto& [name, tensor] : both) first[name] = tensor.slice(0, 0, 1);
    QVERIFY(apart(first, runVector(vector, at::kCPU, at::kFloat)) < 1e-5);
  }

  void deterministicPhaseIgnoresRounding() {
    sgnet::FrequencyBlock block(6, 6, true);
    fillConformance(block);
    const at::Tensor c = filledInput("c", {1, 6, 8, 10}, -1, 1);
    const at::Tensor e = filledInput("e", {1, 6, 8, 10}, -1, 1);
    const at::Tensor noise = filledInput("noise", {1, 6, 8, 10}, -1e-7, 1e-7);
    const at::Tensor wanted = block(c, e, {});
    QVERIFY(worstDifference(block(c.add(noise), e.sub(noise), {}), wanted) < 1e-4);
  }

  void aBlockComputesInFloatInsideHalfPrecision() {
    sgnet::FrequencyBlock block(4, 4, true);
    fillConformance(block);
    const at::Tensor c = filledInput("c", {1, 4, 16, 16}, -1, 1).to(at::kBFloat16).to(at::kFloat);
    const at::Tensor wanted = block(c, c, {});
    const at::Tensor got = block(c.to(at::kBFloat16), c.to(at::kBFloat16), {});
    QCOMPARE(got.scalar_type(), at::kBFloat16);
    // One rounding at the end, no more: 8 bits.
    QVERIFY(got.to(at::kFloat).sub(wanted).abs().le(wanted.abs().mul(0.00391)).all().item<bool>());
  }

  void gradientsAreCentralDifferences() {
    const at::Tensor ramp = at::arange(12, at::kFloat).reshape({1, 1, 3, 4});
    const at::Tensor magnitude = sgnet::gradientMagnitude(ramp);
    QCOMPARE(magnitude.sizes(), ramp.sizes());
    const auto at = [&](std::int64_t y, std::int64_t x) {
      return magnitude.select(2, y).select(2, x).item<double>();
    };
    QVERIFY(std::abs(at(1, 1) - std::sqrt(64 + 4 + 1e-6)) < 1e-5);
    QVERIFY(std::abs(at(0, 0) - std::sqrt(16 + 1 + 1e-6)) < 1e-5);  // zeros around
    QVERIFY(std::abs(at(2, 3) - std::sqrt(49 + 100 + 1e-6)) < 1e-5);
    QVERIFY(std::abs(sgnet::gradientMagnitude(at::zeros({1, 1, 3, 3})).max().item<double>() -
                     1e-3) < 1e-8);
  }

  void mixingIsTheProductOfItsFactors() {
    sgnet::InvertibleMixing mixing(2);
    const std::map<std::string, at::Tensor> values{
        {"l", at::tensor({9.f, 9.f, 3.f, 9.f}).reshape({2, 2})},
        {"u", at::tensor({9.f, 5.f, 9.f, 9.f}).reshape({2, 2})},
        {"log_s", at::tensor({0.f, std::log(2.f)})},
        {"sign_s", at::tensor({1.f, -1.f})},
        {"p", at::tensor({0.f, 1.f, 1.f, 0.f}).reshape({2, 2})}};
    mixing.visit([&](const std::string& key, Weight& weight) { weight.value = values.at(key); });
    const at::Tensor wanted = at::tensor({3.f, 13.f, 1.f, 5.f}).reshape({2, 2});
    QVERIFY(worstDifference(mixing.matrix(at::kFloat), wanted) < 1e-6);
    const at::Tensor pixel = at::tensor({1.f, 2.f}).reshape({1, 2, 1, 1});
    QVERIFY(worstDifference(mixing(pixel).flatten(), at::tensor({29.f, 11.f})) < 1e-6);
  }

  void projectionsGoThereAndBack() {
    for (const std::int64_t scale : {2, 4, 8, 16}) {
      sgnet::DenseProjection up(2, 3, scale, sgnet::Direction::kUp);
      sgnet::DenseProjection down(3, 2, scale, sgnet::Direction::kDown);
      fillConformance(up);
      fillConformance(down);
      const at::Tensor high = up(filledInput("x", {1, 2, 3, 5}, 0, 1), {});
      QCOMPARE(high.sizes(), (at::IntArrayRef{1, 3, 3 * scale, 5 * scale}));
      QCOMPARE(down(high, {}).sizes(), (at::IntArrayRef{1, 2, 3, 5}));
    }
    QVERIFY_EXCEPTION_THROWN(sgnet::DenseProjection(1, 1, 3, sgnet::Direction::kUp),
                             std::logic_error);
  }
};

QTEST_GUILESS_MAIN(SgnetTest)
#include "sgnet.moc"
