// Folders of predictions: found by sample, read when asked, watched.
#include <ATen/ops/full.h>

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QtTest>
#include <fstream>

#include "app/methods/folder_watch.h"
#include "app/methods/own_methods.h"
#include "app/methods/prediction_folder.h"
#include "app/methods/prediction_report.h"
#include "app/pipeline/pipeline.h"
#include "core/error.h"
#include "datasets/codecs/image.h"
#include "datasets/codecs/npy.h"
#include "made_up_source.h"
#include "tests/support/maps.h"

using namespace fathom;
using fathom::test::messageOf;

namespace {

namespace fs = std::filesystem;

at::Tensor flat(double metres, std::int64_t height = 16, std::int64_t width = 24) {
  return at::full({height, width}, metres, at::kFloat);
}

MethodDefinition predictionsIn(const fs::path& folder) {
  MethodDefinition definition = newDefinition(MethodKind::kPredictions, "mine");
  definition.parameters["folder"] = folder.string();
  return definition;
}

}  // namespace

class OwnPredictionsTest : public QObject {
  Q_OBJECT
 private:
  void write(const QString& name, const at::Tensor& values) const {
    const fs::path path = folder_ / name.toStdString();
    fs::create_directories(path.parent_path());
    if (path.extension() == ".pfm") {
      const std::string head =
          "Pf\n" + std::to_string(values.size(1)) + " " + std::to_string(values.size(0)) + "\n-1\n";
      std::ofstream(path, std::ios::binary)
          .write(head.data(), std::ssize(head))
          .write(static_cast<const char*>(values.const_data_ptr()),
                 static_cast<std::streamsize>(values.nbytes()));
    } else {
      writeNpy(path, values);
    }
  }
  static Prediction runFirst(const UpsamplerRegistry& registry, const std::string& id) {
    const Sample sample = MadeUpSource(1).load(0, {});
    return (*registry.create(id, {}))(inputOf(sample, *sample.low), {});
  }
  static Prediction runFirst(const MethodDefinition& definition) {
    UpsamplerRegistry registry;
    addOwnMethods(registry, {definition}, nullptr);
    return runFirst(registry, "mine");
  }

 private Q_SLOTS:
  void init() {
    temporary_ = std::make_unique<QTemporaryDir>();
    folder_ = fs::path(temporary_->path().toStdString()) / "predictions";
    fs::create_directories(folder_);
  }

  void patternsFindSamples_data() {
    QTest::addColumn<QString>("pattern");
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("sample");  // empty: no match
    QTest::newRow("any ending") << ""
                                << "train-0000.npy"
                                << "train-0000";
    QTest::newRow("upper case") << ""
                                << "train-0000.NPY"
                                << "train-0000";
    QTest::newRow("other file") << ""
                                << "notes.txt"
                                << "";
    QTest::newRow("half written") << ""
                                  << "train-0000.npy.tmp"
                                  << "";
    QTest::newRow("tail") << "{sample}_depth"
                          << "a_depth.png"
                          << "a";
    QTest::newRow("not this tail") << "{sample}_depth"
                                   << "a.png"
                                   << "";
    QTest::newRow("ending") << "d_{sample}.pfm"
                            << "d_a.pfm"
                            << "a";
    QTest::newRow("other ending") << "d_{sample}.pfm"
                                  << "d_a.npy"
                                  << "";
    QTest::newRow("doubled slash") << ".//depth//{sample}"
                                   << "depth/a.npy"
                                   << "a";
    QTest::newRow("folder each") << "{sample}/depth.exr"
                                 << "a/depth.exr"
                                 << "a";
    QTest::newRow("folder of all") << "depth/{sample}"
                                   << "depth/a.h5"
                                   << "a";
    QTest::newRow("too deep") << "{sample}"
                              << "depth/a.h5"
                              << "";
  }
  void patternsFindSamples() {
    QFETCH(QString, pattern);
    QFETCH(QString, file);
    QFETCH(QString, sample);
    const PredictionPattern made(pattern.toStdString());
    const auto found = made.sampleOf(file.toStdString());
    QCOMPARE(QString::fromStdString(found.value_or("")), sample);
    if (!found || file.endsWith("NPY")) return;
    const auto paths = made.pathsOf(*found);
    QVERIFY(std::ranges::count(paths, fs::path(file.toStdString())) == 1);
  }

  void patternsThatCannotBe() {
    for (const char* pattern : {"depth.npy", "{sample}{sample}", "../{sample}", "/tmp/{sample}",
                                "{sample}/", "depth/{sample}/."}) {
      QVERIFY_EXCEPTION_THROWN(PredictionPattern{pattern}, BadInput);
    }
    for (const char* sample : {"", "..", "a/b"}) {
      QVERIFY_EXCEPTION_THROWN((void)PredictionPattern().pathsOf(sample), BadInput);
    }
  }

  void aThousandFilesAreOpenedWithoutDecodingOne() {
    // Nothing in them can be decoded, so nobody can have tried.
    for (int i = 0; i < 1000; ++i) {
      std::ofstream(folder_ / ("made-" + std::to_string(i) + ".npy")) << "junk";
    }
    const PredictionFolder folder(folder_);
    QCOMPARE(folder.list().size(), std::size_t{1000});
    const auto found = folder.find("made-512");
    QVERIFY(found && found->bytes == 4);
    const MadeUpSource source(1000);
    QVERIFY(comparePredictions(folder, source, "", false, {}).complete());
    QCOMPARE(source.begun.load(), std::size_t{0});
    QCOMPARE(folder.decoded(), std::size_t{0});
  }

  void readsOnlyWhatIsAskedFor() {
    for (int i = 0; i < 3; ++i) {
      writeNpy(folder_ / ("made-" + std::to_string(i) + ".npy"), flat(i + 1));
    }
    const PredictionFolder folder(folder_);
    QCOMPARE(folder.read("made-1")[0][0].item<float>(), 2.0F);
    QCOMPARE(folder.decoded(), std::size_t{1});
  }

  void reportsMissingExtraAndWrong() {
    writeNpy(folder_ / "made-0.npy", flat(1));
    writeNpy(folder_ / "made-1.npy", flat(1, 8, 12));
    std::ofstream(folder_ / "made-2.npy") << "half";
    writeNpy(folder_ / "made-3.npy", flat(1));
    writeDepthPng(folder_ / "made-3.png", makeDepthMap(flat(1)), 0.001);
    writeNpy(folder_ / "other.npy", flat(1));
    std::ofstream(folder_ / "notes.txt") << "not counted";
    const PredictionReport report =
        comparePredictions(PredictionFolder(folder_), MadeUpSource(6), "", true, {});
    QCOMPARE(report.samples, std::size_t{6});
    QCOMPARE(report.found, std::size_t{4});
    QCOMPARE(report.missing, (std::vector<std::string>{"made-4", "made-5"}));
    QCOMPARE(report.extra.size(), std::size_t{1});
    QCOMPARE(report.wrong.size(), std::size_t{3});
    QVERIFY(!report.complete());
    const QString text = QString::fromStdString(describe(report));
    QVERIFY2(text.contains("2 missing (made-4, made-5)") && text.contains("other.npy"),
             qPrintable(text));
    QVERIFY2(text.contains("is 12×8, but the picture is 24×16"), qPrintable(text));
    QVERIFY(text.contains("made-2.npy") && text.contains("are both there"));
    QVERIFY(predictionReportJson(report).find("\"missing\": [") != std::string::npos);
  }

  void theReportCanBeCancelled() {
    std::stop_source stop;
    stop.request_stop();
    QVERIFY_EXCEPTION_THROWN(comparePredictions(PredictionFolder(folder_), MadeUpSource(2), "",
                                                true, {stop.get_token(), {}}),
                             Cancelled);
    QVERIFY_EXCEPTION_THROWN((void)PredictionFolder(folder_ / "none").list(), FileError);
  }

  void aMethodOfFiles() {
    writeNpy(folder_ / "made-0.npy", flat(3));
    writeNpy(folder_ / "made-1.npy", flat(3, 4, 4));
    at::Tensor hole = flat(5);
    hole[0][0] = std::numeric_limits<float>::quiet_NaN();
    writeNpy(folder_ / "made-2.npy", hole);
    writeNpy(folder_ / "made-3.npy", flat(std::numeric_limits<float>::infinity()));
    UpsamplerRegistry registry;
    MethodDefinition definition = predictionsIn(folder_);
    definition.colour = "#123456";
    definition.title = "Mine";
    addOwnMethods(registry, {definition}, nullptr);
    const UpsamplerInfo& info = registry.info("mine");
    QCOMPARE(info.group, std::string("Your own"));
    QCOMPARE(info.colour, std::string("#123456"));
    QCOMPARE(info.title, std::string("Mine"));
    const UpsamplerPtr method = registry.create("mine", {});
    const MadeUpSource source(5);
    const auto run = [&](std::size_t index) {
      const Sample sample = source.load(index, {});
      return (*method)(inputOf(sample, *sample.low), {});
    };
    QCOMPARE(run(0).depth.metres[2][2].item<float>(), 3.0F);
    const Prediction holed = run(2);
    QCOMPARE(counts(holed.depth).sum().item<int>(), 16 * 24 - 1);
    QVERIFY(messageOf<Error>([&] { run(1); }).find("the picture is 16×24") != std::string::npos);
    QVERIFY(messageOf<Error>([&] { run(3); }).find("no finite value") != std::string::npos);
    QVERIFY(messageOf<Error>([&] { run(4); }).find("made-4") != std::string::npos);
    // Levels of 16 m, chosen per run.
    const auto levels = registry.create("mine", {{"unit", std::string("levels")}});
    const Sample sample = source.load(0, {});
    const Prediction made = (*levels)(inputOf(sample, *sample.low), {});
    QCOMPARE(made.depth.metres[0][0].item<float>(), 48.0F);
  }

  void uncertaintyLiesBesideOrBelow_data() {
    QTest::addColumn<QString>("pattern");
    QTest::addColumn<QString>("prediction");
    QTest::addColumn<QString>("uncertainty");
    QTest::newRow("beside") << ""
                            << "made-0.npy"
                            << "made-0_uncertainty.npy";
    QTest::newRow("below") << ""
                           << "made-0.npy"
                           << "uncertainty/made-0.npy";
    QTest::newRow("another format") << ""
                                    << "made-0.npy"
                                    << "made-0_uncertainty.pfm";
    QTest::newRow("pattern") << "d_{sample}.npy"
                             << "d_made-0.npy"
                             << "d_made-0_uncertainty.npy";
    QTest::newRow("folder each") << "{sample}/depth.npy"
                                 << "made-0/depth.npy"
                                 << "made-0/depth_uncertainty.npy";
  }
  void uncertaintyLiesBesideOrBelow() {
    QFETCH(QString, pattern);
    QFETCH(QString, prediction);
    QFETCH(QString, uncertainty);
    write(prediction, flat(3));
    MethodDefinition definition = predictionsIn(folder_);
    definition.parameters["pattern"] = pattern.toStdString();
    QVERIFY(!runFirst(definition).uncertainty);
    UpsamplerRegistry registry;
    addOwnMethods(registry, {definition}, nullptr);
    const std::string before = registry.info("mine").state("made-0", {});
    write(uncertainty, flat(0.5));
    QVERIFY(registry.info("mine").state("made-0", {}) != before);
    const Prediction made = runFirst(definition);
    QVERIFY2(made.stamp.empty(), made.stamp.c_str());
    QVERIFY(made.uncertainty && made.uncertainty->sizes() == made.depth.metres.sizes());
    QCOMPARE((*made.uncertainty)[15][23].item<float>(), 0.5F);
    // It is no prediction of another sample.
    const PredictionReport report = comparePredictions(
        PredictionFolder(folder_, pattern.toStdString()), MadeUpSource(1), "", true, {});
    QVERIFY2(report.complete() && report.extra.empty(), describe(report).c_str());
    QCOMPARE(report.uncertain, std::size_t{1});
    QCOMPARE(describe(report), std::string("1 samples: 1 predictions, 1 with uncertainty"));
  }

  void uncertaintyThatIsNone_data() {
    QTest::addColumn<int>("kind");
    QTest::addColumn<QString>("says");
    QTest::newRow("negative") << 0 << "has 1 values that are negative or not finite";
    QTest::newRow("not a number") << 1 << "has 1 values that are negative or not finite";
    QTest::newRow("infinite") << 2 << "has 1 values that are negative or not finite";
    QTest::newRow("wrong size") << 3 << "is 8×12 (height×width), but the picture is 16×24";
    QTest::newRow("damaged") << 4 << "";
    QTest::newRow("twice") << 5 << "and made-0_uncertainty.exr are both there";
  }
  void uncertaintyThatIsNone() {
    QFETCH(int, kind);
    QFETCH(QString, says);
    at::Tensor hole = flat(3);
    hole[0][0] = std::numeric_limits<float>::quiet_NaN();
    write("made-0.npy", hole);
    constexpr std::array kWrong{-0.1F, std::numeric_limits<float>::quiet_NaN(),
                                std::numeric_limits<float>::infinity()};
    at::Tensor sigma = kind == 3 ? flat(0.5, 8, 12) : flat(0.5);
    sigma[0][0] = -1;  // where the prediction has no value, nothing is asked of it
    if (kind < 3) sigma[5][5] = kWrong[static_cast<std::size_t>(kind)];
    write("made-0_uncertainty.npy", sigma);
    if (kind == 4) std::ofstream(folder_ / "made-0_uncertainty.npy") << "half";
    if (kind == 5) std::ofstream(folder_ / "made-0_uncertainty.exr") << "other";
    const Prediction made = runFirst(predictionsIn(folder_));
    QCOMPARE(made.depth.metres[5][5].item<float>(), 3.0F);
    QVERIFY(!made.uncertainty);
    const QString stamp = QString::fromStdString(made.stamp);
    QVERIFY2(stamp.contains("uncertainty left out: made-0_uncertainty.npy " + says),
             qPrintable(stamp));
    const bool bySize = kind >= 3;
    const PredictionReport report =
        comparePredictions(PredictionFolder(folder_), MadeUpSource(1), "", true, {});
    QCOMPARE(report.complete(), !bySize);
    if (bySize) QVERIFY(describe(report).find("made-0_uncertainty.npy") != std::string::npos);
  }

  void uncertaintyOfNoPredictionIsExtra() {
    write("made-0.npy", flat(3));
    write("made-1_uncertainty.npy", flat(0.5));
    const PredictionReport report =
        comparePredictions(PredictionFolder(folder_), MadeUpSource(2), "", true, {});
    QCOMPARE(report.missing, (std::vector<std::string>{"made-1"}));
    QCOMPARE(report.extra.size(), std::size_t{1});
    QCOMPARE(withoutUncertainty("_uncertainty"), std::optional<std::string>());
  }

  void uncertaintyWeighsInEnsembles() {
    write("made-0.npy", flat(1));
    write("made-0_uncertainty.npy", flat(1));
    fs::create_directories(folder_ / "other");
    write("other/made-0.npy", flat(4));
    write("other/made-0_uncertainty.npy", flat(2));
    MethodDefinition other = predictionsIn(folder_ / "other");
    other.id = "other";
    MethodDefinition both = newDefinition(MethodKind::kEnsemble, "both");
    both.parameters["combine"] = std::string("weighted");
    both.members = {{"mine", {}}, {"other", {}}};
    UpsamplerRegistry registry;
    addOwnMethods(registry, {predictionsIn(folder_), other, both}, nullptr);
    const Prediction made = runFirst(registry, "both");
    QVERIFY(std::abs(made.depth.metres[3][3].item<double>() - 1.6) < 1e-6);
    QVERIFY2(made.stamp.empty(), made.stamp.c_str());
  }

  void aChangedFileIsReadAgain() {
    writeNpy(folder_ / "made-0.npy", flat(3));
    UpsamplerRegistry registry;
    addOwnMethods(registry, {predictionsIn(folder_)}, nullptr);
    Pipeline pipeline(
        std::move(registry), [] { return at::Device(at::kCPU); }, 1 << 26);
    const auto source = std::make_shared<MadeUpSource>(1);
    const auto sample = pipeline.load(source, 0, {});
    const auto low = pipeline.low(*sample, LowChoice::kReal, {}, {});
    const auto run = [&] { return pipeline.run(*sample, *low, {"mine", {}}, {}); };
    const auto first = run();
    QCOMPARE(run().get(), first.get());  // kept
    writeNpy(folder_ / "made-0.npy", flat(4));
    const auto second = run();
    QCOMPARE(second->prediction->depth.metres[0][0].item<float>(), 4.0F);
    QVERIFY(second->key != first->key);
    fs::remove(folder_ / "made-0.npy");
    const auto third = run();
    QVERIFY(!third->prediction && !third->failure.empty());
  }

  void theWatchTellsOnceABurstIsOver() {
    FolderWatch watch(folder_);
    watch.setQuiet(20);
    QSignalSpy changed(&watch, &FolderWatch::changed);
    for (int i = 0; i < 20; ++i) writeNpy(folder_ / ("a" + std::to_string(i) + ".npy"), flat(i));
    QTRY_VERIFY(changed.count() >= 1);
    changed.clear();
    // In place, as a careless script does: the folder itself does not change.
    std::ofstream(folder_ / "a3.npy", std::ios::app) << "more";
    QTRY_VERIFY(changed.count() >= 1);
    changed.clear();
    fs::remove(folder_ / "a5.npy");
    QTRY_VERIFY(changed.count() >= 1);
  }

  void theWatchWaitsForAFolder() {
    FolderWatch watch(folder_ / "later");
    watch.setQuiet(20);
    QSignalSpy changed(&watch, &FolderWatch::changed);
    fs::create_directories(folder_ / "later");
    QTRY_VERIFY(changed.count() >= 1);
    changed.clear();
    writeNpy(folder_ / "later" / "a.npy", flat(1));
    QTRY_VERIFY(changed.count() >= 1);
  }

 private:
  std::unique_ptr<QTemporaryDir> temporary_;
  fs::path folder_;
};

QTEST_GUILESS_MAIN(OwnPredictionsTest)
#include "own_predictions.moc"
