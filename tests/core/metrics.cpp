#include "core/metrics.h"

#include <ATen/ops/full.h>
#include <ATen/ops/randperm.h>

#include <QtTest>
#include <cmath>

#include "core/error.h"
#include "tests/support/maps.h"

using namespace fathom;
using namespace fathom::test;

namespace {

struct Pixel {
  double p, g;
};

/// The pixels that count under a protocol, clamped as it says; by plain loops.
std::vector<Pixel> countedPixels(const DepthMap& prediction, const DepthMap& truth,
                                 const Protocol& protocol) {
  std::vector<Pixel> pixels;
  for (std::int64_t i = 0; i < truth.metres.numel(); ++i) {
    const auto reasonOf = [i](const DepthMap& map) {
      return Reason(map.reason.const_data_ptr<std::uint8_t>()[i]);
    };
    const auto countsIn = [&](const DepthMap& map) {
      return reasonOf(map) != Reason::kMissing && reasonOf(map) != Reason::kOutside;
    };
    double p = prediction.metres.const_data_ptr<float>()[i];
    double g = truth.metres.const_data_ptr<float>()[i];
    if (!countsIn(prediction) || !countsIn(truth) || std::isnan(p)) continue;
    if (protocol.mask && g > *protocol.mask) continue;
    if (protocol.clip) {
      p = std::min(std::max(p, 0.0), *protocol.clip);
      g = std::min(std::max(g, 0.0), *protocol.clip);
    }
    pixels.push_back({p, g});
  }
  return pixels;
}

template <class Function>
double meanOf(const std::vector<Pixel>& pixels, Function&& term) {
  long double sum = 0;
  for (const Pixel& pixel : pixels) sum += term(pixel.p, std::max(pixel.p, 0.001), pixel.g);
  return double(sum / pixels.size());
}

/// The twelve metrics from their definitions, in long double sums.
std::array<double, kMetricCount> naive(const std::vector<Pixel>& pixels) {
  const auto mean = [&](auto&& term) { return meanOf(pixels, term); };
  const auto within = [&](double t) {
    return mean([t](double, double q, double g) { return std::max(q / g, g / q) < t ? 1.0 : 0.0; });
  };
  const double e = mean([](double, double q, double g) { return std::log(q) - std::log(g); });
  const double e2 = mean([](double, double q, double g) { return std::pow(std::log(q / g), 2); });
  return {
      mean([](double p, double, double g) { return std::abs(p - g); }),
      std::sqrt(mean([](double p, double, double g) { return (p - g) * (p - g); })),
      mean([](double p, double, double g) { return std::abs(p - g) / g; }),
      mean([](double p, double, double g) { return (p - g) * (p - g) / g; }),
      mean([](double, double q, double g) { return std::abs(1000 / q - 1000 / g); }),
      std::sqrt(mean([](double, double q, double g) { return std::pow(1000 / q - 1000 / g, 2); })),
      mean([](double, double q, double g) { return std::abs(std::log10(q) - std::log10(g)); }),
      std::sqrt(e2),
      within(1.25),
      within(1.5625),
      within(1.953125),
      100 * std::sqrt(std::max(0.0, e2 - e * e))};
}

DepthMap somePrediction(const DepthMap& truth, double spread) {
  const at::Tensor noise =
      filled("prediction", {truth.metres.size(0), truth.metres.size(1)}, -spread, spread);
  return makePrediction(truth.metres.mul(noise.add(1.02)).add(noise));
}

QString compared(const Scores& got, const std::array<double, kMetricCount>& wanted,
                 double tolerance = 1e-12) {
  for (const MetricInfo& info : metricInfos()) {
    const double g = got[info.metric], w = wanted[std::size_t(info.metric)];
    // SILog is the root of a difference: rounding of its terms is magnified there.
    const double allowed = info.metric == Metric::kSiLog ? 1e-9 : tolerance;
    if (!(std::abs(g - w) <= allowed * std::max(1.0, std::abs(w)))) {
      return QString("%1 is %2 instead of %3")
          .arg(info.id.c_str())
          .arg(g, 0, 'g', 17)
          .arg(w, 0, 'g', 17);
    }
  }
  return {};
}

DepthMap mapOf(std::vector<float> values) {
  const auto count = std::int64_t(values.size());
  at::Tensor metres = at::full({1, count}, 0.0, at::kFloat);
  std::copy(values.begin(), values.end(), metres.mutable_data_ptr<float>());
  return makePrediction(metres);
}

const Protocol kPlain = protocolFromText("plain");

}  // namespace

class MetricsTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void agreeWithTheirDefinitions_data() {
    QTest::addColumn<QString>("protocol");
    for (const char* id : {"plain", "clip-20", "mask-20", "clip-80", "mask-80", "clip-300",
                           "mask-300", "clip-0.75", "mask-2.5"}) {
      QTest::newRow(id) << QString(id);
    }
  }
  void agreeWithTheirDefinitions() {
    QFETCH(QString, protocol);
    const Protocol rule = protocolFromText(protocol.toStdString());
    // Sizes around the block of the sum, and none that is a multiple of it.
    for (const Size size :
         {Size{1, 255}, Size{16, 16}, Size{1, 257}, Size{13, 11}, Size{61, 97}, Size{240, 320}}) {
      const DepthMap truth = someTruth("truth", size, 500, 0.2);
      DepthMap prediction = somePrediction(truth, 0.4);
      prediction.reason.narrow(1, size.width / 2, 1).fill_(int(Reason::kOutside));
      const auto pixels = countedPixels(prediction, truth, rule);
      const Scores got = score(prediction, truth, rule);
      QCOMPARE(got.pixels, std::int64_t(pixels.size()));
      QVERIFY(got.pixels > 0);
      QCOMPARE(compared(got, naive(pixels)), QString());
    }
  }

  void aMapAgainstItselfIsPerfect() {
    const DepthMap truth = someTruth("self", {48, 64}, 60000);
    for (const Protocol& protocol : protocols()) {
      const Scores scores = score(truth, truth, protocol);
      for (const MetricInfo& info : metricInfos()) {
        QVERIFY2(scores[info.metric] == (info.lowerIsBetter ? 0.0 : 1.0), info.id.c_str());
      }
      QCOMPARE(scores.withoutValue, std::int64_t{0});
    }
  }

  void handWorked() {
    const Scores s = score(mapOf({3, 1}), mapOf({2, 4}), kPlain);
    QCOMPARE(s[Metric::kMae], 2.0);
    QCOMPARE(s[Metric::kRmse], std::sqrt(5.0));
    QCOMPARE(s[Metric::kAbsRel], 0.625);
    QCOMPARE(s[Metric::kSqRel], (0.5 + 2.25) / 2);
    QCOMPARE(s[Metric::kIMae], (1000 / 6.0 + 750) / 2);
    QCOMPARE(s[Metric::kLog10], (std::log10(1.5) + std::log10(4.0)) / 2);
    QCOMPARE(s[Metric::kDelta1], 0.0);
    QCOMPARE(s[Metric::kDelta2], 0.5);
    QCOMPARE(s[Metric::kDelta3], 0.5);
  }

  void thresholdsAreExclusive() {
    for (const auto& [p, g] : std::vector<std::pair<float, float>>{
             {3.75f, 3}, {3, 3.75f}, {5, 4}, {36.25f, 29}, {29, 36.25f},
             // Where p · (1/g) falls on the wrong side and p / g does not.
             {38.90625f, 31.125f}, {74.84375f, 59.875f}}) {
      QCOMPARE(score(mapOf({p}), mapOf({g}), kPlain)[Metric::kDelta1], 0.0);
      QCOMPARE(score(mapOf({std::nextafter(p, g)}), mapOf({g}), kPlain)[Metric::kDelta1], 1.0);
    }
    QCOMPARE(score(mapOf({25}), mapOf({16}), kPlain)[Metric::kDelta2], 0.0);
    QCOMPARE(score(mapOf({64}), mapOf({125}), kPlain)[Metric::kDelta3], 0.0);
  }

  void nothingThatCountsIsUndefined() {
    const DepthMap missing = makeDepthMap(at::full({4, 4}, 0.0, at::kFloat));
    const DepthMap ten = flatMap({4, 4}, 10);
    const DepthMap none = makePrediction(at::full({4, 4}, NAN, at::kFloat));
    for (const auto& [p, g, id, without] :
         std::vector<std::tuple<DepthMap, DepthMap, const char*, int>>{
             {ten, missing, "plain", 0},
             {none, ten, "plain", 16},
             {none, missing, "clip-20", 0},
             {ten, ten, "mask-5", 0},
             {none, ten, "mask-5", 0}}) {
      const Scores scores = score(p, g, protocolFromText(id));
      QCOMPARE(scores.pixels, std::int64_t{0});
      QCOMPARE(scores.withoutValue, std::int64_t(without));
      for (const double value : scores.values) QVERIFY(std::isnan(value));
    }
  }

  void onePixel() {
    const Scores scores = score(mapOf({12}), mapOf({10}), kPlain);
    QCOMPARE(scores.pixels, std::int64_t{1});
    QCOMPARE(scores[Metric::kMae], 2.0);
    QVERIFY(scores[Metric::kSiLog] < 1e-5);
  }

  void pixelsWithoutAValueAreCountedApart() {
    const DepthMap truth = mapOf({10, 10, 10, 10, 30});
    const Scores scores =
        score(mapOf({11, NAN, INFINITY, -INFINITY, NAN}), truth, protocolFromText("mask-20"));
    QCOMPARE(scores.pixels, std::int64_t{1});
    QCOMPARE(scores.withoutValue, std::int64_t{3});
    QCOMPARE(scores[Metric::kMae], 1.0);
  }

  void aNanThatClaimsToBeValidIsNoValue() {
    DepthMap prediction = mapOf({11, NAN});
    prediction.reason.zero_();
    const Scores scores = score(prediction, mapOf({10, 10}), kPlain);
    QCOMPARE(scores.pixels, std::int64_t{1});
    QCOMPARE(scores.withoutValue, std::int64_t{1});
    QCOMPARE(scores[Metric::kRmse], 1.0);
  }

  void negativePredictionsAreScored() {
    const Scores plain = score(mapOf({-3}), mapOf({1}), kPlain);
    QCOMPARE(plain[Metric::kMae], 4.0);
    QCOMPARE(plain[Metric::kRmseLog], std::log(1000.0));
    QCOMPARE(plain[Metric::kIMae], 999000.0);
    QCOMPARE(score(mapOf({-3}), mapOf({1}), protocolFromText("clip-20"))[Metric::kMae], 1.0);
  }

  void clipClampsBothAndMaskNeither() {
    const DepthMap prediction = mapOf({25, 25, 5}), truth = mapOf({65504, 10, 10});
    QCOMPARE(score(prediction, truth, protocolFromText("clip-20"))[Metric::kMae], 5.0);
    const Scores masked = score(prediction, truth, protocolFromText("mask-20"));
    QCOMPARE(masked[Metric::kMae], 10.0);
    QCOMPARE(masked.pixels, std::int64_t{2});
    QCOMPARE(score(prediction, truth, protocolFromText("mask-10")).pixels, std::int64_t{2});
  }

  void maskGrowsWithItsLimit() {
    const DepthMap truth = someTruth("grow", {40, 40}, 1000);
    std::int64_t before = 0;
    for (const char* id : {"mask-1", "mask-20", "mask-80", "mask-300", "mask-65504", "plain"}) {
      const std::int64_t now = score(truth, truth, protocolFromText(id)).pixels;
      QVERIFY(now >= before);
      before = now;
    }
    QCOMPARE(before, counts(truth).sum().item<std::int64_t>());
  }

  void orderOfPixelsDoesNotMatter() {
    const DepthMap truth = someTruth("order", {60, 70}, 300);
    const DepthMap prediction = somePrediction(truth, 0.3);
    const at::Tensor order = at::randperm(60 * 70);
    const auto moved = [&](auto&& move) {
      const auto both = [&](const DepthMap& map) {
        return DepthMap{move(map.metres).contiguous(), move(map.reason).contiguous()};
      };
      return score(both(prediction), both(truth), kPlain);
    };
    const auto wanted = score(prediction, truth, kPlain).values;
    for (const Scores& got :
         {moved([](const at::Tensor& t) { return t.flip({0}); }),
          moved([](const at::Tensor& t) { return t.flip({1}); }),
          moved([](const at::Tensor& t) { return t.t(); }), moved([&](const at::Tensor& t) {
            return t.flatten().index_select(0, order).view_as(t);
          })}) {
      QCOMPARE(compared(got, wanted), QString());
    }
  }

  void scaleLaws() {
    const DepthMap truth = someTruth("scale", {50, 50}, 300);
    const DepthMap prediction = makePrediction(somePrediction(truth, 0.3).metres.clamp_min(0.1));
    const auto scaled = [](const DepthMap& map, double s) {
      return DepthMap{map.metres.mul(s), map.reason};
    };
    const auto wanted = score(prediction, truth, kPlain);
    for (const double s : {0.25, 4.0, 1024.0}) {
      const Scores got = score(scaled(prediction, s), scaled(truth, s), kPlain);
      auto expected = wanted.values;
      for (const Metric m : {Metric::kMae, Metric::kRmse, Metric::kSqRel})
        expected[std::size_t(m)] *= s;
      for (const Metric m : {Metric::kIMae, Metric::kIRmse}) expected[std::size_t(m)] /= s;
      QCOMPARE(compared(got, expected), QString());
    }
    // SILog alone forgives a wrong scale.
    const Scores doubled = score(scaled(truth, 2), truth, kPlain);
    QVERIFY(doubled[Metric::kSiLog] < 1e-5);
    QVERIFY(std::abs(doubled[Metric::kRmseLog] - std::log(2.0)) < 1e-12);
  }

  void sameBytesOnAnyNumberOfThreads() {
    const DepthMap truth = someTruth("threads", {1080, 1920}),
                   prediction = somePrediction(truth, 0.4);
    const auto with = [&](int threads) {
      const Threads scope(threads);
      return score(prediction, truth, kPlain);
    };
    const Scores one = with(1);
    for (const int threads : {2, 3, 8}) QVERIFY(with(threads).values == one.values);
    const auto mapWith = [&](int threads) {
      const Threads scope(threads);
      return errorMap(prediction, truth, kPlain, ErrorKind::kSigned);
    };
    QVERIFY(sameBytes(mapWith(1), mapWith(3)));
  }

  void stridedMapsAreReadRight() {
    const DepthMap truth = someTruth("strides", {33, 65}), prediction = somePrediction(truth, 0.4);
    const DepthMap turned{prediction.metres.t().contiguous().t(),
                          prediction.reason.t().contiguous().t()};
    QVERIFY(score(turned, truth, kPlain).values == score(prediction, truth, kPlain).values);
  }

  void wrongPairsAreRefused() {
    const DepthMap small = flatMap({4, 4}, 1);
    QVERIFY(has(messageOf<BadInput>([&] { score(small, flatMap({4, 5}, 1), kPlain); }), "5×4"));
    DepthMap torn = small;
    torn.reason = torn.reason.narrow(0, 0, 1);
    QVERIFY(has(messageOf<BadInput>([&] { score(torn, small, kPlain); }), "reasons"));
    QVERIFY_EXCEPTION_THROWN(errorMap(small, torn, kPlain, ErrorKind::kAbsolute), BadInput);
    QVERIFY_EXCEPTION_THROWN(score({}, small, kPlain), BadInput);
  }

  void cancelled() {
    std::stop_source source;
    source.request_stop();
    const DepthMap map = flatMap({4, 4}, 1);
    QVERIFY_EXCEPTION_THROWN(score(map, map, kPlain, {source.get_token(), {}}), Cancelled);
  }

  void errorMaps_data() { agreeWithTheirDefinitions_data(); }
  void errorMaps() {
    QFETCH(QString, protocol);
    const Protocol rule = protocolFromText(protocol.toStdString());
    const DepthMap truth = someTruth("maps", {37, 41}, 500, 0.3);
    const DepthMap prediction = somePrediction(truth, 0.5);
    const auto errors = [&](ErrorKind kind) { return errorMap(prediction, truth, rule, kind); };
    const at::Tensor maps[] = {errors(ErrorKind::kAbsolute), errors(ErrorKind::kSigned),
                               errors(ErrorKind::kRelative)};
    const auto pixels = countedPixels(prediction, truth, rule);
    std::size_t next = 0;
    for (std::int64_t i = 0; i < truth.metres.numel(); ++i) {
      const float absolute = maps[0].const_data_ptr<float>()[i];
      const float difference = maps[1].const_data_ptr<float>()[i];
      const float relative = maps[2].const_data_ptr<float>()[i];
      QCOMPARE(std::isnan(absolute), std::isnan(difference));
      QCOMPARE(std::isnan(absolute), std::isnan(relative));
      if (std::isnan(absolute)) continue;
      QVERIFY(next < pixels.size());
      const auto [p, g] = pixels[next++];
      QCOMPARE(absolute, float(std::abs(p - g)));
      QCOMPARE(difference, float(p - g));
      QCOMPARE(relative, float(std::abs(p - g) / g));
    }
    QCOMPARE(next, pixels.size());
  }

  void metricInfosNameEveryColumn() {
    QStringList ids;
    for (const MetricInfo& info : metricInfos()) {
      QCOMPARE(std::size_t(info.metric), std::size_t(ids.size()));
      QVERIFY(!info.formula.empty() && !info.source.empty() && !info.title.empty());
      QVERIFY(&metricInfo(info.id) == &info);
      ids << QString::fromStdString(info.id);
    }
    QCOMPARE(ids.join(","), QString("MAE,RMSE,AbsRel,SqRel,iMAE,iRMSE,log10,RMSElog,delta1,delta2,"
                                    "delta3,SILog"));
    QVERIFY(has(messageOf<BadInput>([] { metricInfo("mae"); }), "AbsRel"));
  }

  void protocolsReadBack() {
    QStringList ids;
    for (const Protocol& protocol : protocols()) {
      ids << QString::fromStdString(protocol.id);
      const Protocol again = protocolFromText(protocol.id);
      QVERIFY(again.clip == protocol.clip && again.mask == protocol.mask);
      QVERIFY(!protocol.explain().empty());
    }
    QCOMPARE(ids.join(" "), QString("plain clip-20 mask-20 clip-80 clip-300"));
    QCOMPARE(protocolFromText("clip-0.5").clip.value(), 0.5);
    QVERIFY(!protocolFromText("clip-0.5").mask);
    QCOMPARE(protocolFromText("mask-25").mask.value(), 25.0);
    QVERIFY(has(protocolFromText("mask-25").explain(), "25 m"));
  }

  void unknownProtocolsAreRefused() {
    for (const char* bad :
         {"", "Plain", "clip", "clip-", "clip-0", "clip--5", "clip-inf", "mask-nan", "clip-20m",
          "mask- 20", "clip-1e999", "crop-20", "plain-20"}) {
      const std::string said = messageOf<BadInput>([&] { protocolFromText(bad); });
      QVERIFY2(has(said, "clip-C") && has(said, bad), bad);
    }
  }
};

QTEST_GUILESS_MAIN(MetricsTest)
#include "metrics.moc"
