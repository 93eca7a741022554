// Swin and its windows: places, masks, odd sizes, keys.
#include <QtTest>

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/zeros.h>
#include <c10/core/InferenceMode.h>

#include <algorithm>
#include <future>

#include "core/error.h"
#include "models/checkpoints/checkpoint.h"
#include "models/conformance/filling.h"
#include "models/conformance/vectors.h"
#include "models/layers/counting.h"
#include "models/layers/swin.h"
#include "tests/support/maps.h"

using namespace fathom;
using namespace fathom::test;

namespace {

// Made with PyTorch 2.11 (float64, CPU) by a second implementation after the published code: Swin-T
// on image (1, 3, 90, 110) in [-2, 2], so that the patches need filling, every stage's windows too,
// and two of the three mergings meet odd sides.
const std::vector<ConformanceRow> kOdd{{"stage 0",
                                        "stage0",
                                        {1, 96, 23, 28},
                                        {-0.007039336, 0.9991301, -4.34421, 4.136083},
                                        {{0, -0.07301855},
                                         {8832, 0.01790399},
                                         {20608, 1.884883},
                                         {30912, -0.7314959},
                                         {41216, -0.2697358},
                                         {61823, 0.171016}},
                                        1e-4},
                                       {"stage 1",
                                        "stage1",
                                        {1, 192, 12, 14},
                                        {0.006821447, 1.002776, -3.698598, 4.086323},
                                        {{0, -1.074164},
                                         {4608, -0.0335921},
                                         {10752, 1.273862},
                                         {16128, 1.760469},
                                         {21504, -2.34985},
                                         {32255, 1.53041}},
                                        1e-4},
                                       {"stage 2",
                                        "stage2",
                                        {1, 384, 6, 7},
                                        {-0.005899487, 1.00367, -4.759063, 3.217035},
                                        {{0, 1.123009},
                                         {2304, 1.908997},
                                         {5376, -0.1749898},
                                         {8064, -0.8858684},
                                         {10752, -1.326857},
                                         {16127, -0.6265573}},
                                        1e-4},
                                       {"stage 3",
                                        "stage3",
                                        {1, 768, 3, 4},
                                        {0.002969729, 1.005468, -3.977861, 3.25635},
                                        {{0, 2.666191},
                                         {1316, 1.021728},
                                         {3072, 0.6010821},
                                         {4608, 1.014118},
                                         {6144, 1.455832},
                                         {9215, -1.739144}},
                                        1e-4}};

constexpr std::int64_t kSide = 7, kShift = 3;

const Size kMaps[] = {{7, 7}, {14, 21}, {1, 1}, {3, 5}, {8, 6}, {13, 9}, {23, 28}};

void addMaps() {
  QTest::addColumn<int>("index");
  for (std::size_t i = 0; i < std::size(kMaps); ++i) {
    QTest::addRow("%d by %d", int(kMaps[i].height), int(kMaps[i].width)) << int(i);
  }
}

/// Where the token at this place of a window comes from: its row and column, past the map's where
/// it is filling, and which of nine parts of the rolled map the place lies in.
struct Place {
  std::int64_t row, column, part;
};
Place placeOf(Size map, std::int64_t shift, std::int64_t window, std::int64_t place) {
  const auto up = [](std::int64_t length) { return (length + kSide - 1) / kSide * kSide; };
  const std::int64_t height = up(map.height), width = up(map.width), across = width / kSide;
  const std::int64_t y = window / across * kSide + place / kSide;
  const std::int64_t x = window % across * kSide + place % kSide;
  const auto part = [shift](std::int64_t at, std::int64_t length) {
    return at < length - kSide ? 0 : at < length - shift ? 1 : 2;
  };
  return {(y + shift) % height, (x + shift) % width, part(y, height) * 3 + part(x, width)};
}

Swin& prepared(Swin& swin) {
  fillConformance(swin);
  prepare(swin, at::kCPU, at::kFloat);
  return swin;
}

}  // namespace

class SwinTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void windowsHoldTheTokensOfTheirPlace_data() { addMaps(); }
  void windowsHoldTheTokensOfTheirPlace() {
    QFETCH(int, index);
    const Size map = kMaps[std::size_t(index)];
    const std::int64_t count = map.height * map.width;
    // Token t of sample n is 1 + t + 1000·n in both channels, so zero is filling.
    const at::Tensor tokens = (at::arange(1, count + 1, at::kFloat).view({1, count, 1}) +
                               at::arange(2, at::kFloat).view({2, 1, 1}) * 1000)
                                  .expand({2, count, 2});
    for (const std::int64_t shift : {std::int64_t(0), kShift}) {
      const Windows windows(map, kSide, shift, tokens);
      const at::Tensor split = windows.split(tokens);
      const std::int64_t each = split.size(0) / 2;
      for (std::int64_t w = 0; w < split.size(0); ++w) {
        for (std::int64_t p = 0; p < kSide * kSide; ++p) {
          const Place from = placeOf(map, shift, w % each, p);
          const bool inside = from.row < map.height && from.column < map.width;
          const double wanted =
              inside ? double(1 + from.row * map.width + from.column + 1000 * (w / each)) : 0;
          QCOMPARE(split[w][p][1].item<double>(), wanted);
        }
      }
      QVERIFY(sameBytes(windows.join(split), tokens.contiguous()));
    }
  }

  void masksPartWhatTheRollBroughtTogether_data() { addMaps(); }
  void masksPartWhatTheRollBroughtTogether() {
    QFETCH(int, index);
    const Size map = kMaps[std::size_t(index)];
    const at::Tensor like = at::zeros({1}, at::kFloat);
    QVERIFY(!Windows(map, kSide, 0, like).mask().defined());
    const at::Tensor mask = Windows(map, kSide, kShift, like).mask();
    const auto values = mask.accessor<float, 3>();
    for (std::int64_t w = 0; w < mask.size(0); ++w) {
      for (std::int64_t q = 0; q < kSide * kSide; ++q) {
        for (std::int64_t k = 0; k < kSide * kSide; ++k) {
          const bool together = placeOf(map, kShift, w, q).part == placeOf(map, kShift, w, k).part;
          QCOMPARE(values[w][q][k], together ? 0.f : -100.f);
        }
      }
    }
    QCOMPARE(Windows(map, kSide, kShift, like.to(at::kBFloat16)).mask().scalar_type(),
             at::kBFloat16);
  }

  void offsetsAreThoseOfQueryMinusKey() {
    const WindowAttention attention(8, 2, kSide);
    const auto keys = stateDict(attention);
    QCOMPARE(keys[0].key, std::string("relative_position_bias_table"));
    QCOMPARE(keys[0].shape, (std::vector<std::int64_t>{169, 2}));
    QCOMPARE(keys[1].key, std::string("relative_position_index"));
    QCOMPARE(keys[1].type, at::kLong);
    attention.visit([](const std::string& key, const Weight& weight) {
      if (key != "relative_position_index") return;
      QVERIFY(weight.constant);
      const auto index = weight.value.accessor<std::int64_t, 2>();
      for (std::int64_t q = 0; q < 49; ++q) {
        for (std::int64_t k = 0; k < 49; ++k) {
          const std::int64_t dy = q / 7 - k / 7, dx = q % 7 - k % 7;
          QCOMPARE(index[q][k], (dy + 6) * 13 + dx + 6);
        }
      }
    });
  }

  void tokensAndMapsAreViewsInChannelsLastMemory() {
    const at::Tensor map = filled("map", {2, 6, 3, 5}, -1, 1);
    const at::Tensor last = map.contiguous(at::MemoryFormat::ChannelsLast);
    QCOMPARE(tokensOf(last).data_ptr(), last.data_ptr());
    QVERIFY(sameBytes(tokensOf(map), tokensOf(last)));
    const at::Tensor back = mapOf(tokensOf(last), {3, 5});
    QCOMPARE(back.data_ptr(), last.data_ptr());
    QVERIFY(sameBytes(back.contiguous(), map));
  }

  void oddSizesEqualPyTorch() {
    const c10::InferenceMode inference;
    Swin swin(kSwinTiny);
    const auto maps = prepared(swin)(filledInput("image", {1, 3, 90, 110}, -2, 2), {});
    for (std::size_t s = 0; s < maps.size(); ++s) {
      const Deviation is = deviation(maps[s], kOdd[s]);
      QVERIFY2(is.passed, qPrintable(QString("stage %1: %2").arg(s).arg(is.error)));
      QVERIFY(maps[s].is_contiguous(at::MemoryFormat::ChannelsLast));
    }
  }

  void samplesOfABatchDoNotMeet() {
    const c10::InferenceMode inference;
    Swin swin({.width = 24, .blocks = {2, 2, 2, 2}, .heads = {1, 2, 4, 8}});
    prepared(swin);
    const at::Tensor a = filledInput("a", {1, 3, 70, 61}, -2, 2);
    const at::Tensor b = filledInput("b", {1, 3, 70, 61}, -2, 2);
    const auto both = swin(at::cat({a, b}), {}), first = swin(a, {}), second = swin(b, {});
    for (std::size_t s = 0; s < both.size(); ++s) {
      QVERIFY(worstDifference(both[s], at::cat({first[s], second[s]})) < 1e-5);
    }
  }

  void severalThreadsMayCallOne() {
    Swin swin({.width = 16, .blocks = {2, 2, 2, 2}, .heads = {1, 2, 4, 8}});
    prepared(swin);
    const auto run = [&swin](std::int64_t height) {
      const c10::InferenceMode inference;
      return swin(filledInput("image", {1, 3, height, 50}, -2, 2), {})[3];
    };
    const at::Tensor low = run(40), high = run(77);
    std::vector<std::future<at::Tensor>> results;
    for (int i = 0; i < 6; ++i) {
      results.push_back(std::async(std::launch::async, run, i % 2 == 0 ? 40 : 77));
    }
    for (int i = 0; i < 6; ++i) {
      QVERIFY(worstDifference(results[std::size_t(i)].get(), i % 2 == 0 ? low : high) < 1e-5);
    }
  }

  void parametersAreThePublishedOnes() {
    QCOMPARE(parameterCount(Swin(kSwinTiny)), 27520698);
    QCOMPARE(parameterCount(Swin(kSwinBase)), 86745016);
    QCOMPARE(parameterCount(Swin(kSwinLarge)), 194998164);
  }

  void keysAreThoseOfItsFiles() {
    std::vector<std::string> keys;
    for (const TensorInfo& info : stateDict(Swin(kSwinTiny))) keys.push_back(info.key);
    // 13 for each of 12 blocks with the index, 3 for each merging, 4 and 8 around them.
    QCOMPARE(keys.size(), std::size_t(12 * 14 + 3 * 3 + 4 + 8));
    QCOMPARE(keys.front(), std::string("patch_embed.proj.weight"));
    QCOMPARE(keys[4], std::string("layers.0.blocks.0.norm1.weight"));
    QCOMPARE(keys[6], std::string("layers.0.blocks.0.attn.relative_position_bias_table"));
    QCOMPARE(keys.back(), std::string("norm3.bias"));
    QCOMPARE(std::ranges::count(keys, "layers.2.downsample.reduction.weight"), 1);
    QCOMPARE(std::ranges::count(keys, "layers.2.downsample.reduction.bias"), 0);
    QCOMPARE(std::ranges::count(keys, "layers.3.downsample.reduction.weight"), 0);
  }

  void theCostOfSwinBaseIsThePublishedOne() {
    const c10::InferenceMode inference;
    Swin swin(kSwinBase);
    fillWithShapes(swin);
    const Counting counting;
    swin(at::zeros({1, 3, 224, 224}), {});
    // Swin's authors publish 15.4 G for their classifier, which has a last layer more.
    QVERIFY2(std::abs(counting.macs().total() / 1e9 - 15.4) < 0.1,
             qPrintable(QString::number(counting.macs().total())));
  }

  void stopsBetweenItsBlocks() {
    const c10::InferenceMode inference;
    Swin swin({.width = 16, .blocks = {2, 2, 6, 2}, .heads = {1, 2, 4, 8}});
    prepared(swin);
    std::stop_source source;
    std::vector<double> told;
    const Progress progress{source.get_token(), [&](double part, std::string_view) {
                              told.push_back(part);
                              if (told.size() == 7) source.request_stop();
                            }};
    QVERIFY_EXCEPTION_THROWN(swin(at::zeros({1, 3, 64, 64}), progress), Cancelled);
    QCOMPARE(told.size(), std::size_t(7));
    QVERIFY(std::ranges::is_sorted(told) && told.front() >= 0 && told.back() < 1);
  }
};

QTEST_GUILESS_MAIN(SwinTest)
#include "swin.moc"
