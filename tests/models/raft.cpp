// RAFT-DU and RAFT-Stereo beyond the conformance table: other sizes, keys, costs, the lookup.
#include <QtTest>

#include <ATen/ops/arange.h>
#include <ATen/ops/full.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "models/conformance/filling.h"
#include "models/layers/conv_gru.h"
#include "models/layers/shuffle.h"
#include "models/raft/raft_du.h"
#include "models/raft/raft_stereo.h"
#include "tests/models/network_checks.h"
#include "tests/support/maps.h"

using namespace fathom;
using namespace fathom::test;

namespace {

// Made with PyTorch 2.11 (float32, CPU) by a second implementation that itself meets every vector
// of the conformance table.
const std::vector<ConformanceVector> kVectors{
    {"least size",
     "raft_du",
     {{"iterations", "1"}},
     {{"image", {1, 3, 64, 64}, 0, 255}, {"depth", {1, 1, 8, 8}, 0, 5}},
     {},
     {{"depth",
       "depth",
       {1, 1, 64, 64},
       {2.18524, 0.5173025, 1.160693, 3.253296},
       {{0, 1.647939},
        {585, 3.200548},
        {1365, 3.125789},
        {2048, 1.898159},
        {2730, 2.567669},
        {4095, 1.218502}},
       1e-4}}},
    {"two of no multiple of 32",
     "raft_du",
     {{"iterations", "4"}},
     {{"image", {2, 3, 72, 104}, 0, 255}, {"depth", {2, 1, 9, 13}, 0, 5}},
     {},
     {{"depth",
       "depth",
       {2, 1, 72, 104},
       {2.552687, 0.6640681, 0.8860006, 4.267385},
       {{0, 1.733269},
        {2139, 2.122607},
        {4992, 2.827582},
        {7488, 1.035949},
        {9984, 2.186679},
        {14975, 1.62684}},
       1e-4}}},
    {"stereo at 1/8",
     "raft_stereo",
     {{"iterations", "2"}},
     {{"image", {1, 3, 64, 128}, 0, 255}, {"image2", {1, 3, 64, 128}, 0, 255}},
     {},
     {{"field",
       "field",
       {1, 2, 8, 16},
       {0.3068901, 0.3908806, -0.2734351, 1.447924},
       {{0, 0.0869862}, {36, 0.7701211}, {85, 0.4273291}, {128, 0}, {170, 0}, {255, 0}},
       1e-4},
      {"upsampled",
       "upsampled",
       {1, 1, 64, 128},
       {4.290485, 1.65953, 0.8474853, 7.876394},
       {{0, 1.712785},
        {1170, 4.562667},
        {2730, 6.446285},
        {4096, 5.264822},
        {5461, 2.330821},
        {8191, 2.341056}},
       1e-4}}},
    {"two stereo pairs at 1/4",
     "raft_stereo",
     {{"iterations", "3"}, {"n_downsample", "2"}},
     {{"image", {2, 3, 36, 68}, 0, 255}, {"image2", {2, 3, 36, 68}, 0, 255}},
     {},
     {{"field",
       "field",
       {2, 2, 9, 17},
       {0.5266928, 0.6318441, -0.3496099, 2.27817},
       {{0, 0.04609568}, {87, 1.353467}, {204, 0}, {306, 0.2499264}, {408, 1.500603}, {611, 0}},
       1e-4},
      {"upsampled",
       "upsampled",
       {2, 1, 36, 68},
       {3.74942, 1.240806, 1.055955, 6.6923},
       {{0, 1.140189},
        {699, 4.221922},
        {1632, 4.294128},
        {2448, 1.394566},
        {3264, 4.198193},
        {4895, 1.678298}},
       1e-4}}},
};

const std::vector<ConformanceVector::Input> kSmall{{"image", {1, 3, 64, 72}, 0, 255},
                                                   {"depth", {1, 1, 8, 9}, 0, 5}};
const std::vector<ConformanceVector::Input> kPair{{"image", {1, 3, 16, 128}, 0, 255},
                                                  {"image2", {1, 3, 16, 128}, 0, 255}};
// Both sides a little beyond the least ones, for lookups.
constexpr std::int64_t kHeight = 9, kWidth = 17, kDepth = 256;

std::string refusal(const char* architecture, std::vector<ConformanceVector::Input> inputs,
                    std::map<std::string, std::string> settings = {}) {
  return messageOf<BadInput>([&] {
    runVector({"", architecture, std::move(settings), std::move(inputs), {}, {}}, at::kCPU,
              at::kFloat);
  });
}

at::Tensor features(const char* name) {
  return filledInput(name, {2, kDepth, kHeight, kWidth}, -1, 1);
}

/// ⟨first(p), second(q)⟩ / √D at whole places; 0 outside.
double correlationAt(const at::Tensor& first, const at::Tensor& second, std::int64_t y,
                     std::int64_t x, std::int64_t toY, std::int64_t toX) {
  if (toY < 0 || toX < 0 || toY >= second.size(2) || toX >= second.size(3)) return 0;
  const auto pixel = [](const at::Tensor& map, std::int64_t row, std::int64_t column) {
    return map.select(0, 0).select(1, row).select(1, column).to(at::kDouble);
  };
  return pixel(first, y, x).dot(pixel(second, toY, toX)).item<double>() / std::sqrt(double(kDepth));
}

}  // namespace

class RaftTest : public QObject {
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

  void parametersAreThePublishedOnes() {
    const auto check = [](const char* id, const Values& values, std::int64_t parameters,
                          std::size_t keys) {
      const auto network = architectures().create(id, values);
      QCOMPARE(parameterCount(*network), parameters);
      QCOMPARE(keysOf(*network).size(), keys);
    };
    check("raft_du", {}, 12310496, 369);
    check("raft_stereo", {}, 11227200, 337);
    check("raft_stereo", {{"n_downsample", std::int64_t(2)}}, 11116176, 337);
  }

  void keysAreThoseOfItsFiles() {
    const auto network = architectures().create("raft_stereo", {});
    const std::vector<std::string> keys = keysOf(*network);
    QCOMPARE(keys.front(), std::string("cnet.norm1.weight"));
    QCOMPARE(keys.back(), std::string("fnet.conv2.bias"));
    std::map<std::string, const Weight*> weights;
    std::as_const(*network).visit(
        [&](const std::string& key, const Weight& weight) { weights[key] = &weight; });
    // One module under two names.
    QVERIFY(weights.at("cnet.layer2.0.norm3.running_var") ==
            weights.at("cnet.layer2.0.downsample.1.running_var"));
    QVERIFY(weights.contains("cnet.layer2.0.downsample.1.num_batches_tracked"));
    // Statistics of each sample have no keys.
    QVERIFY(std::ranges::none_of(
        keys, [](const std::string& key) { return key.starts_with("fnet") && has(key, "norm"); }));
    QVERIFY(!weights.contains("cnet.layer1.0.downsample.0.weight"));
  }

  void costsAreThoseOfTheDesign() {
    const auto at = [](std::int64_t iterations) {
      return macsOf("raft_du", {{"iterations", iterations}},
                    {{"image", {1, 3, 480, 640}, 0, 255}, {"depth", {1, 1, 60, 80}, 0, 5}});
    };
    const Macs one = at(1), two = at(2);
    QVERIFY(std::abs(one.layers / 1e9 - 84.07) < 0.01);
    QVERIFY(std::abs((two.layers - one.layers) / 1e9 - 10.87) < 0.01);
    QVERIFY(std::abs((one.layers + 8 * (two.layers - one.layers)) / 1e9 - 171.0) < 0.01);
    // All pairs of cells, once.
    QCOMPARE(one.products, 4800.0 * 4800 * 256);
    QCOMPARE(two.products, one.products);
  }

  void wrongInputsAreRefused() {
    const auto picture = [](const char* name, std::int64_t h, std::int64_t w) {
      return ConformanceVector::Input{name, {1, 3, h, w}, 0, 255};
    };
    const ConformanceVector::Input low{"depth", {1, 1, 8, 9}, 0, 5};
    QVERIFY(has(refusal("raft_du", {picture("image", 64, 71), low}), "8 times as large"));
    QVERIFY(has(refusal("raft_du", {picture("image", 32, 36), low}), "8 times as large"));
    QVERIFY(has(refusal("raft_du", {picture("image", 56, 72), {"depth", {1, 1, 7, 9}, 0, 5}}),
                "at least 8×8 cells"));
    QVERIFY(has(refusal("raft_du", {picture("image", 64, 72)}), "depth"));
    QVERIFY(has(refusal("raft_stereo", {picture("image", 16, 128), picture("image2", 16, 120)}),
                "as large as the first"));
    QVERIFY(has(refusal("raft_stereo", {picture("image", 16, 120), picture("image2", 16, 120)}),
                "at least 128"));
    QVERIFY(has(refusal("raft_stereo", {picture("image", 20, 128), picture("image2", 20, 128)}),
                "multiples of 8"));
    QVERIFY(has(refusal("raft_stereo", {picture("image", 18, 128), picture("image2", 18, 128)},
                        {{"n_downsample", "2"}}),
                "multiples of 4"));
    QVERIFY(has(refusal("raft_du", kSmall, {{"iterations", "0"}}), "iterations"));
  }

  void stopsBetweenItsParts_data() {
    QTest::addColumn<double>("part");
    for (const double part : {0.0, 0.3, 0.5, 0.9}) QTest::addRow("%g", part) << part;
  }
  void stopsBetweenItsParts() {
    QFETCH(double, part);
    QCOMPARE(QString::fromStdString(whenStoppedAt(part, {"", "raft_du", {}, kSmall, {}, {}})),
             QString());
    QCOMPARE(QString::fromStdString(whenStoppedAt(part, {"", "raft_stereo", {}, kPair, {}, {}})),
             QString());
  }

  void halfPrecisionIsClose() {
    for (const ConformanceVector& vector :
         {ConformanceVector{"", "raft_du", {}, kSmall, {}, {}},
          ConformanceVector{"", "raft_stereo", {}, kPair, {}, {}}}) {
      const NamedTensors wanted = runVector(vector, at::kCPU, at::kFloat);
      const NamedTensors got = runVector(vector, at::kCPU, at::kBFloat16);
      for (const auto& [name, tensor] : got) QCOMPARE(tensor.scalar_type(), at::kBFloat16);
      const double error = apart(got, wanted);
      QVERIFY2(error < 0.02, qPrintable(QString::number(error)));
    }
  }

  void depthKeepsItsOwnPrecision() {
    RaftDu network({.iterations = 1});
    fillConformance(network);
    prepare(network, at::kCPU, at::kBFloat16);
    const at::Tensor image = filledInput("image", {1, 3, 64, 64}, 0, 255).to(at::kBFloat16);
    const at::Tensor depth = filledInput("depth", {1, 1, 8, 8}, 0, 5);
    QCOMPARE(network(image, depth).scalar_type(), at::kFloat);
  }

  void onTheFlyIsTheSame() {
    RaftDu inAVolume({.iterations = 3}), onTheFly({.iterations = 3, .volumeLimit = 0});
    const at::Tensor image = filledInput("image", {2, 3, 72, 104}, 0, 255);
    const at::Tensor depth = filledInput("depth", {2, 1, 9, 13}, 0, 5);
    fillConformance(inAVolume);
    fillConformance(onTheFly);
    QVERIFY(worstDifference(onTheFly(image, depth), inAVolume(image, depth)) < 1e-5);
  }

  void bothLookupsAgreeAcrossChunks() {
    // More cells than a chunk, and offsets that leave the picture.
    const at::Tensor first = filledInput("first", {2, 16, 40, 50}, -1, 1);
    const at::Tensor second = filledInput("second", {2, 16, 40, 50}, -1, 1);
    const at::Tensor offsets = filledInput("offsets", {2, 2, 40, 50}, -30, 30);
    const at::Tensor a = (*raft::planeCorrelation(first, second, 1e9))(offsets, {});
    const at::Tensor b = (*raft::planeCorrelation(first, second, 0))(offsets, {});
    QCOMPARE(a.sizes(), (at::IntArrayRef{2, 324, 40, 50}));
    QVERIFY(worstDifference(b, a) < 1e-5);
  }

  void lookupReadsRowByRow() {
    const at::Tensor first = features("first"), second = features("second");
    at::Tensor offsets = at::zeros({2, 2, kHeight, kWidth});
    offsets.select(1, 0).fill_(2);
    offsets.select(1, 1).fill_(-1);
    for (const double limit : {1e9, 0.0}) {
      const at::Tensor found = (*raft::planeCorrelation(first, second, limit))(offsets, {});
      for (const auto& [y, x] : {std::pair{4, 8}, std::pair{0, 0}, std::pair{8, 16}}) {
        const at::Tensor cell = found.select(0, 0).select(1, y).select(1, x);
        for (std::int64_t i = 0; i < 81; ++i) {
          const double wanted =
              correlationAt(first, second, y, x, y - 1 + i / 9 - 4, x + 2 + i % 9 - 4);
          QVERIFY(std::abs(cell.select(0, i).item<double>() - wanted) < 1e-5);
        }
      }
    }
  }

  void lookupAlongRowsReadsLeftToRight() {
    const at::Tensor first = features("first"), second = features("second");
    at::Tensor offsets = at::zeros({2, 2, kHeight, kWidth});
    offsets.select(1, 0).fill_(-3);
    offsets.select(1, 1).fill_(99);  // not looked at
    const at::Tensor found = (*raft::rowCorrelation(first, second))(offsets, {});
    QCOMPARE(found.sizes(), (at::IntArrayRef{2, 36, kHeight, kWidth}));
    const at::Tensor cell = found.select(0, 0).select(1, 5).select(1, 6);
    for (std::int64_t i = 0; i < 9; ++i) {
      const double wanted = correlationAt(first, second, 5, 6, 5, 6 - 3 + i - 4);
      QVERIFY(std::abs(cell.select(0, i).item<double>() - wanted) < 1e-5);
    }
    // The next scale: means of two neighbours, at half the place.
    const double wanted =
        0.25 *
        (correlationAt(first, second, 5, 6, 5, 2) + correlationAt(first, second, 5, 6, 5, 3) +
         correlationAt(first, second, 5, 6, 5, 4) + correlationAt(first, second, 5, 6, 5, 5));
    QVERIFY(std::abs(cell.select(0, 9 + 4).item<double>() - wanted) < 1e-5);
  }

  void longLookupsStop() {
    std::stop_source source;
    source.request_stop();
    const at::Tensor some = features("first");
    const auto correlation = raft::planeCorrelation(some, some, 0);
    QVERIFY_EXCEPTION_THROWN(
        (*correlation)(at::zeros({2, 2, kHeight, kWidth}), Progress{source.get_token(), {}}),
        Cancelled);
  }

  void shufflingFollowsPyTorch() {
    const at::Tensor x = at::arange(8, at::kFloat).reshape({1, 4, 1, 2});
    const at::Tensor wanted =
        at::arange(8, at::kFloat).reshape({2, 2, 2}).permute({0, 2, 1}).reshape({1, 1, 2, 4});
    QVERIFY(sameBytes(pixelShuffle(x, 2), wanted.contiguous()));
  }

  void convexUpsamplingWeighsNineCells() {
    const at::Tensor x = filledInput("x", {1, 1, 4, 5}, 1, 2);
    at::Tensor weights = at::zeros({1, 9, 4, 4, 5});
    const at::Tensor mean = convexUpsampled(x, weights.reshape({1, 36, 4, 5}), 2);
    QCOMPARE(mean.sizes(), (at::IntArrayRef{1, 1, 8, 10}));
    const double middle = x.slice(2, 0, 3).slice(3, 1, 4).mean().item<double>();
    QVERIFY(std::abs(mean.select(2, 2).select(2, 5).item<double>() - middle) < 1e-6);
    const double corner =
        x.slice(2, 0, 2).slice(3, 0, 2).sum().item<double>() / 9;  // zeros outside
    QVERIFY(std::abs(mean.select(2, 0).select(2, 0).item<double>() - corner) < 1e-6);
    weights.select(1, 5).fill_(100);  // the right neighbour alone
    const at::Tensor right = convexUpsampled(x, weights.reshape({1, 36, 4, 5}), 2);
    QVERIFY(std::abs(right.select(2, 3).select(2, 3).item<double>() -
                     x.select(2, 1).select(2, 2).item<double>()) < 1e-6);
  }

  void gatesKeepOrReplaceTheState() {
    ConvGru gru(3, 2);
    fillConformance(gru);
    const at::Tensor state = filledInput("state", {1, 3, 4, 4}, -1, 1);
    const at::Tensor x = filledInput("x", {1, 2, 4, 4}, -1, 1);
    const auto context = [](double z, double q) {
      return ConvGru::Context{at::full({1, 3, 1, 1}, z), at::zeros({1, 3, 1, 1}),
                              at::full({1, 3, 1, 1}, q)};
    };
    QVERIFY(worstDifference(gru(state, x, context(-100, 0)), state) < 1e-6);
    QVERIFY(worstDifference(gru(state, x, context(100, 50)), at::ones({1, 3, 4, 4})) < 1e-6);
  }
};

QTEST_GUILESS_MAIN(RaftTest)
#include "raft.moc"
