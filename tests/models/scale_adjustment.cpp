// Scale adjustment beyond the conformance table: other widths and kernels, costs, refusals.
#include <QtTest>

#include <cmath>

#include "core/error.h"
#include "models/scale_adjustment/scale_adjustment.h"
#include "tests/models/network_checks.h"
#include "tests/support/maps.h"

using namespace fathom;
using namespace fathom::test;

namespace {

// Made with PyTorch 2.11 (float32, CPU) by a second implementation that itself meets every vector
// of the conformance table.
const std::vector<ConformanceVector> kVectors{
    {"other widths and kernels",
     "scale_adjustment",
     {{"first_width", "7"},
      {"first_kernel", "1"},
      {"second_width", "9"},
      {"second_kernel", "7"},
      {"width", "5"},
      {"upsampler_kernel", "5"},
      {"tail_kernel", "1"}},
     {{"depth", {2, 1, 5, 7}, 0, 5}},
     {},
     {{"scale",
       "scale",
       {2, 1, 40, 56},
       {0.1003547, 1.001454, -3.720156, 4.601146},
       {{0, 0.1156766},
        {640, -0.1995052},
        {1493, 0.1515443},
        {2240, -0.02256789},
        {2986, 0.7099577},
        {4479, -0.2269662}},
       1e-5}}},
    {"one cell",
     "scale_adjustment",
     {},
     {{"depth", {1, 1, 1, 1}, 0, 5}},
     {},
     {{"scale",
       "scale",
       {1, 1, 8, 8},
       {0.08610922, 0.08558618, -0.1259894, 0.3084381},
       {{0, 0.06187743},
        {9, 0.09450617},
        {21, 0.1185233},
        {32, 0.02205145},
        {42, 0.1715633},
        {63, 0.03793756}},
       1e-5}}},
};

const std::vector<ConformanceVector::Input> kChallenge{{"depth", {1, 1, 60, 80}, 0, 5}};

Values msrnLike() {
  return {{"first_width", std::int64_t(64)},
          {"first_kernel", std::int64_t(3)},
          {"second_width", std::int64_t(64)}};
}

}  // namespace

class ScaleAdjustmentTest : public QObject {
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

  void parametersAreThoseOfTheDesign() {
    const auto network = architectures().create("scale_adjustment", {});
    QCOMPARE(parameterCount(*network), std::int64_t(949297));
    QCOMPARE(keysOf(*network),
             (std::vector<std::string>{
                 "features.0.weight", "features.0.bias", "features.2.weight", "features.2.bias",
                 "upsampler.0.weight", "upsampler.0.bias", "upsampler.2.weight", "upsampler.2.bias",
                 "upsampler.4.weight", "upsampler.4.bias", "tail.weight", "tail.bias"}));
    QCOMPARE(parameterCount(*architectures().create("scale_adjustment", msrnLike())),
             std::int64_t(481281));
  }

  void costsAreThoseOfTheDesign() {
    QVERIFY(std::abs(macsOf("scale_adjustment", {}, kChallenge).total() / 1e9 - 17.466) < 1e-3);
    QVERIFY(std::abs(macsOf("scale_adjustment", msrnLike(), kChallenge).total() / 1e9 - 15.220) <
            1e-3);
  }

  void wrongInputsAreRefused() {
    for (const char* kernel :
         {"first_kernel", "second_kernel", "upsampler_kernel", "tail_kernel"}) {
      const std::string message = messageOf<BadInput>([&] {
        architectures().create("scale_adjustment", {{kernel, std::int64_t(4)}});
      });
      QVERIFY2(has(message, "odd"), kernel);
    }
    QVERIFY_EXCEPTION_THROWN(
        architectures().create("scale_adjustment", {{"width", std::int64_t(0)}}), BadInput);
    const auto run = [](std::vector<std::int64_t> shape) {
      return messageOf<BadInput>([&] {
        runVector({"", "scale_adjustment", {}, {{"depth", shape, 0, 5}}, {}, {}}, at::kCPU,
                  at::kFloat);
      });
    };
    QVERIFY(has(run({1, 3, 6, 8}), "N×1×H×W"));
    QVERIFY(has(run({1, 6, 8}), "N×1×H×W"));
    QVERIFY(has(run({1, 1, 0, 8}), "N×1×H×W"));
  }

  void stopsBetweenItsParts() {
    for (const double part : {0.0, 0.1, 0.3, 0.9}) {
      // Nothing follows the last part.
      const std::string said = whenStoppedAt(
          part, {"", "scale_adjustment", {}, {{"depth", {1, 1, 6, 8}, 0, 5}}, {}, {}});
      QCOMPARE(said, std::string(part < 0.9 ? "" : "it was not cancelled"));
    }
  }

  void halfPrecisionIsClose() {
    const ConformanceVector vector{"", "scale_adjustment", {}, {{"depth", {1, 1, 6, 8}, 0, 5}}, {},
                                   {}};
    const NamedTensors got = runVector(vector, at::kCPU, at::kBFloat16);
    QCOMPARE(got.at("scale").scalar_type(), at::kBFloat16);
    QVERIFY(apart(got, runVector(vector, at::kCPU, at::kFloat)) < 0.02);
  }
};

QTEST_GUILESS_MAIN(ScaleAdjustmentTest)
#include "scale_adjustment.moc"
