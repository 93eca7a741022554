// What goes to a method of a user's and what comes back; on the CPU and on a stand-in for a GPU.
#include <ATen/ops/allclose.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/full.h>
#include <ATen/ops/isfinite.h>
#include <ATen/ops/zeros.h>

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QtTest>
#include <limits>
#include <nlohmann/json.hpp>

#include "app/methods/combined.h"
#include "app/methods/exchange.h"
#include "app/methods/output_unit.h"
#include "app/methods/own_methods.h"
#include "core/device.h"
#include "core/error.h"
#include "datasets/codecs/image.h"
#include "datasets/codecs/npy.h"
#include "tests/support/standin_gpu.h"

using namespace fathom;

namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

/// 32×48 pixels, 8×12 cells of a ramp in levels.
UpsamplerInput someInput(at::Device device = at::kCPU) {
  UpsamplerInput input;
  input.rgb =
      at::arange(3 * 32 * 48, at::kInt).remainder(251).to(at::kByte).view({3, 32, 48}).to(device);
  input.low.levels = at::arange(96, at::kFloat).view({8, 12}).div(8).add(1).to(device);
  input.low.metresPerLevel = 16;
  input.low.factorX = input.low.factorY = 4;
  input.low.phaseX = 2;
  input.low.phaseY = 1;
  input.sampleId = "s-0";
  return input;
}

QJsonObject toldTo(const UpsamplerInput& input, const Values& settings = {}) {
  return QJsonDocument::fromJson(QByteArray::fromStdString(textOf(infoOf(input, settings), true)))
      .object();
}

/// A method of one value, with σ where it is above 0, wherever its input is.
class Flat : public Upsampler {
 public:
  Flat(double metres, double sigma) : metres_(metres), sigma_(sigma) {}
  Prediction operator()(const UpsamplerInput& input, const Progress&) const override {
    const auto options = at::TensorOptions(at::kFloat).device(input.rgb.device());
    Prediction made;
    made.depth = makePrediction(at::full({32, 48}, metres_, options));
    if (sigma_ > 0) made.uncertainty = at::full({32, 48}, sigma_, options);
    return made;
  }

 private:
  double metres_, sigma_;
};

std::vector<Member> members() {
  return {{"a", "A", std::make_shared<Flat>(1, 1)},
          {"b", "B", std::make_shared<Flat>(4, 2)},
          {"c", "C", std::make_shared<Flat>(kNan, 0)}};
}

}  // namespace

class OwnUnitsTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void unitsByName() {
    QVERIFY(outputUnitFromText("metres") == OutputUnit::kMetres);
    QVERIFY(outputUnitFromText("levels") == OutputUnit::kLevels);
    QVERIFY(outputUnitFromText("relative_depth") == OutputUnit::kRelativeDepth);
    QVERIFY(outputUnitFromText("relative_inverse") == OutputUnit::kRelativeInverse);
    QVERIFY_EXCEPTION_THROWN(outputUnitFromText("feet"), BadInput);
    QVERIFY(combinationFromText("weighted") == Combination::kWeighted);
    QVERIFY_EXCEPTION_THROWN(combinationFromText("mode"), BadInput);
  }

  void metresAndLevels() {
    at::Tensor values = at::full({32, 48}, 3.0, at::kDouble);
    values[0][0] = kNan;
    values[0][1] = -2;
    const Prediction metres = predictionOf(values, OutputUnit::kMetres, someInput(), {});
    QCOMPARE(metres.depth.metres[5][5].item<float>(), 3.0F);
    QCOMPARE(metres.depth.metres[0][1].item<float>(), -2.0F);
    QCOMPARE(counts(metres.depth).sum().item<int>(), 32 * 48 - 1);
    const Prediction levels = predictionOf(values, OutputUnit::kLevels, someInput(), {});
    QCOMPARE(levels.depth.metres[5][5].item<float>(), 48.0F);
    QVERIFY(metres.innerMaps.empty() && metres.stamp.empty());
  }

  void shapesAreChecked() {
    for (const std::vector<std::int64_t>& shape :
         std::vector<std::vector<std::int64_t>>{{48, 32}, {1, 32, 48}, {32 * 48}, {31, 48}}) {
      QVERIFY_EXCEPTION_THROWN(predictionOf(at::zeros(shape), OutputUnit::kMetres, someInput(), {}),
                               BadInput);
    }
    QVERIFY_EXCEPTION_THROWN(
        predictionOf(at::full({32, 48}, kNan, at::kFloat), OutputUnit::kMetres, someInput(), {}),
        BadInput);
  }

  void relativeResultsAreFitted_data() {
    QTest::addColumn<bool>("inverse");
    QTest::newRow("depth") << false;
    QTest::newRow("inverse depth") << true;
  }
  void relativeResultsAreFitted() {
    QFETCH(bool, inverse);
    const UpsamplerInput input = someInput();
    // The truth: what the cells are the floors of, at every pixel.
    const at::Tensor rows = at::arange(32, at::kFloat).sub(1).div(4).view({32, 1}).mul(12);
    const at::Tensor truth =
        rows.add(at::arange(48, at::kFloat).sub(2).div(4).view({1, 48})).div(8).add(1.5).mul(16);
    const at::Tensor relative = inverse ? truth.reciprocal().mul(7).add(0.3) : truth.mul(0.01);
    const auto unit = inverse ? OutputUnit::kRelativeInverse : OutputUnit::kRelativeDepth;
    const Prediction made = predictionOf(relative, unit, input, {});
    const double error = made.depth.metres.sub(truth).abs().mean().item<double>();
    QVERIFY2(error < 16, qPrintable(QString::number(error)));
    QVERIFY(at::allclose(made.innerMaps[0].values, relative));
    // What is larger where it is farther would turn the next method's guide upside down.
    QCOMPARE(made.innerMaps.at(0).id, std::string(inverse ? kRelativeMap : "relative_depth"));
  }

  void whatAProgramIsTold() {
    UpsamplerInput input = someInput();
    const QJsonObject plain = toldTo(input);
    QCOMPARE(plain["sample"].toString(), QString("s-0"));
    QCOMPARE(plain["height"].toInt(), 32);
    QCOMPARE(plain["width"].toInt(), 48);
    QCOMPARE(plain["metres_per_level"].toDouble(), 16.0);
    QCOMPARE(plain["factor"].toDouble(), 4.0);
    QCOMPARE(plain["phase"].toArray(), (QJsonArray{2, 1}));
    QVERIFY(plain["intrinsics"].isNull());
    input.intrinsics = Intrinsics{320, 321, 24, 16};
    const QJsonObject told = toldTo(input, {{"number", 0.5},
                                            {"whole", std::int64_t(3)},
                                            {"flag", true},
                                            {"text", std::string("\"quoted\" \xff")}});
    QCOMPARE(told["intrinsics"].toObject()["fy"].toDouble(), 321.0);
    const QJsonObject settings = told["settings"].toObject();
    QCOMPARE(settings["number"].toDouble(), 0.5);
    QCOMPARE(settings["whole"].toInt(), 3);
    QVERIFY(settings["flag"].toBool());
    QVERIFY(settings["text"].toString().startsWith("\"quoted\""));
  }

  void whatAProgramIsGiven_data() { devices(); }
  void whatAProgramIsGiven() {
    QFETCH(bool, standin);
    UpsamplerInput input = someInput(standin ? test::standinGpu() : at::Device(at::kCPU));
    input.initial = at::full({32, 48}, 5.0, input.rgb.options().dtype(at::kFloat));
    input.relative = input.initial->mul(0.25);
    const ScratchFolder scratch;
    const ExchangeFiles files = exchangeFiles(scratch.path(), ".npy");
    writeInputs(files, input, {});
    QVERIFY(readRgb(files.rgb).equal(onCpu(input.rgb)));
    QVERIFY(readNpy(files.rgbNpy).equal(onCpu(input.rgb)));
    QVERIFY(readNpy(files.low).equal(onCpu(input.low.levels)));
    QVERIFY(readNpy(files.initial).equal(onCpu(*input.initial)));
    QVERIFY(readNpy(files.relative).equal(onCpu(*input.relative)));
    QCOMPARE(files.info, std::filesystem::path(files.low).replace_extension(".json"));
    // What is left of the sample before is no result of this one.
    writeNpy(files.out, input.low.levels.cpu());
    input.initial.reset();
    input.relative.reset();
    writeInputs(files, input, {});
    for (const auto& file : {files.out, files.initial, files.relative}) {
      QVERIFY(!std::filesystem::exists(file));
    }
  }

  void scratchFoldersAreOnesOwnAndGo() {
    std::filesystem::path path;
    {
      const ScratchFolder one, other;
      path = one.path();
      QVERIFY(one.path() != other.path());
      const auto mode = std::filesystem::status(path).permissions();
      QVERIFY((mode & std::filesystem::perms::others_all) == std::filesystem::perms::none);
      std::filesystem::create_directories(path / "deep");
    }
    QVERIFY(!std::filesystem::exists(path));
  }

  void ensemblesRunWhereTheirInputIs_data() { combinations(); }
  void ensemblesRunWhereTheirInputIs() {
    QFETCH(QString, combination);
    const Ensemble ensemble(members(), combinationFromText(combination.toStdString()));
    const Prediction here = ensemble(someInput(), {});
    const Prediction there = ensemble(someInput(test::standinGpu()), {});
    QVERIFY(there.depth.metres.device() == test::standinGpu());
    QVERIFY(here.depth.metres.equal(onCpu(there.depth.metres)));
    QVERIFY(here.depth.reason.equal(onCpu(there.depth.reason)));
    QVERIFY(here.uncertainty->equal(onCpu(*there.uncertainty)));
    const double expected = combination == "weighted" ? 1.6 : 2.5;
    QVERIFY(std::abs(here.depth.metres[0][0].item<double>() - expected) < 1e-6);
  }

  void predictionsComeToTheDevice() {
    const QTemporaryDir folder;
    const std::filesystem::path path = folder.path().toStdString();
    writeNpy(path / "s-0.npy", at::full({32, 48}, 6.0, at::kFloat));
    MethodDefinition files = newDefinition(MethodKind::kPredictions, "files");
    files.parameters["folder"] = path.string();
    MethodDefinition twice = newDefinition(MethodKind::kEnsemble, "twice");
    twice.members = {{"files", {}}, {"files", {{"unit", std::string("levels")}}}};
    UpsamplerRegistry registry;
    addOwnMethods(registry, {files, twice}, nullptr);
    const Prediction made = (*registry.create("twice", {}))(someInput(test::standinGpu()), {});
    QVERIFY(made.depth.metres.device() == test::standinGpu());
    QCOMPARE(onCpu(made.depth.metres)[3][3].item<float>(), (6.0F + 96.0F) / 2);
  }

 private:
  static void devices() {
    QTest::addColumn<bool>("standin");
    QTest::newRow("CPU") << false;
    QTest::newRow("stand-in GPU") << true;
  }
  static void combinations() {
    QTest::addColumn<QString>("combination");
    for (const char* name : {"mean", "median", "weighted"}) QTest::newRow(name) << QString(name);
  }
};

QTEST_GUILESS_MAIN(OwnUnitsTest)
#include "own_units.moc"
