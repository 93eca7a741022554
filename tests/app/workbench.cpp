#include "app/window/workbench.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QtTest>
#include <fstream>

#include "datasets/open.h"
#include "tests/app/made_up_challenge.h"
#include "tests/app/made_up_methods.h"

using namespace fathom;

namespace {

/// A workbench over made-up methods, and folders to open in it.
struct Bench {
  Gate gate;
  QTemporaryDir folder;
  std::unique_ptr<Workbench> workbench = std::make_unique<Workbench>(std::make_shared<Pipeline>(
      madeUpMethods(gate), [] { return at::Device(at::kCPU); }, 256 << 20));

  Workbench* operator->() { return workbench.get(); }
  std::filesystem::path path(const char* name) const {
    return std::filesystem::path(folder.path().toStdString()) / name;
  }
  QString text(const char* name) const { return QString::fromStdString(path(name).string()); }
  bool isSettled() const {
    return !workbench->isBusy() && workbench->sample() &&
           workbench->sample()->sample.id ==
               workbench->source()->id(static_cast<std::size_t>(workbench->current()));
  }
  void show(std::initializer_list<const char*> methods) {
    ExperimentState state = workbench->document().state();
    state.methods.clear();
    for (const char* id : methods) {
      state.methods.push_back(
          {id, initialValues(workbench->pipeline().methods().info(id).settings)});
    }
    workbench->document().change("Methods", std::move(state));
  }
  std::string sampleId() const { return workbench->sample() ? workbench->sample()->sample.id : ""; }
};

double maeOf(const MethodResult& result) {
  return (*result.scores)[Metric::kMae];
}

}  // namespace

class WorkbenchTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void startsOnTheEmbeddedScenes() {
    Bench bench;
    QCOMPARE(bench->sections().size(), std::size_t{1});
    QCOMPARE(static_cast<std::size_t>(bench->sections()[0].count), bench->source()->size());
    QCOMPARE(bench->current(), 2);  // a street: shows more than a room does
    QTRY_VERIFY(bench.isSettled());
    QVERIFY(bench->low()->simulated);  // real is preferred, but scenes have none
    QCOMPARE(bench->results().size(), std::size_t{3});
    for (const MethodResult& result : bench->results()) QVERIFY(result.scores);
  }

  void opensAFolderBeforeTheScenes() {
    Bench bench;
    addMadeUpSample(bench.path("mine"), 1);
    addMadeUpSample(bench.path("mine"), 4);
    QSignalSpy changed(bench.workbench.get(), &Workbench::sourceChanged);
    QSignalSpy failed(bench.workbench.get(), &Workbench::openFailed);
    bench->open({bench.text("mine")});
    QVERIFY(changed.wait());
    QCOMPARE(bench->sections().size(), std::size_t{2});
    QCOMPARE(bench->sections()[0].title, QString("mine"));
    QCOMPARE(bench->sections()[0].count, 2);
    QCOMPARE(bench->sections()[1].first, 2);
    QTRY_VERIFY(bench.isSettled());
    QCOMPARE(bench.sampleId(), std::string("train-0001"));
    QVERIFY(!bench->low()->simulated);
    QCOMPARE(failed.count(), 0);
  }

  void opensScenesByName() {
    Bench bench;
    QSignalSpy changed(bench.workbench.get(), &Workbench::sourceChanged);
    QSignalSpy failed(bench.workbench.get(), &Workbench::openFailed);
    bench->open({"scenes:5-6"});
    QVERIFY(changed.wait());
    // Alone: the scenes that are there otherwise hold these too.
    QCOMPARE(bench->sections().size(), std::size_t{1});
    QCOMPARE(bench->source()->id(0), std::string("scene-0005-000"));
    QCOMPARE(bench->sections()[0].count, 2);
    QTRY_VERIFY(bench.isSettled());
    bench->open({"scenes:6-5"});
    QVERIFY(failed.wait());
    QCOMPARE(changed.count(), 1);
  }

  void aBadPathLosesNothing() {
    Bench bench;
    QTRY_VERIFY(bench.isSettled());
    const SampleSourcePtr source = bench->source();
    const auto sample = bench->sample();
    QSignalSpy failed(bench.workbench.get(), &Workbench::openFailed);
    bench->open({bench.text("nowhere")});
    QVERIFY(failed.wait());
    QVERIFY(failed.first().first().toString().contains("nowhere"));
    QCOMPARE(bench->source(), source);
    QCOMPARE(bench->sample(), sample);
    QCOMPARE(bench->current(), 2);
  }

  void whatCanBeOpenedIsOpenedAndTheRestIsSaid() {
    Bench bench;
    addMadeUpSample(bench.path("mine"), 1);
    QSignalSpy changed(bench.workbench.get(), &Workbench::sourceChanged);
    QSignalSpy failed(bench.workbench.get(), &Workbench::openFailed);
    bench->open({bench.text("nowhere"), bench.text("mine"), bench.text("neither")});
    QVERIFY(failed.wait());
    QCOMPARE(changed.count(), 1);
    const QString why = failed.first().first().toString();
    QVERIFY(why.contains("nowhere") && why.contains("neither"));
  }

  void theLastOfTwoQuickOpeningsWins() {
    Bench bench;
    addMadeUpSample(bench.path("first"), 1);
    addMadeUpSample(bench.path("second"), 2);
    QSignalSpy changed(bench.workbench.get(), &Workbench::sourceChanged);
    bench->open({bench.text("first")});
    bench->open({bench.text("second")});
    QTRY_COMPARE(bench->sections().front().title, QString("second"));
    QTRY_COMPARE(bench.sampleId(), std::string("train-0002"));
    QCOMPARE(changed.count(), 1);
  }

  void destructionWhileOpening() {
    Bench bench;
    addMadeUpSample(bench.path("mine"), 1);
    bench->open({bench.text("mine")});
    bench.workbench.reset();
    QVERIFY(QThreadPool::globalInstance()->waitForDone(30000));
    QCoreApplication::processEvents();  // the answer comes to nobody
  }

  void selectionStaysWithinTheSamples() {
    Bench bench;
    QSignalSpy changed(bench.workbench.get(), &Workbench::currentChanged);
    for (const int index : {-1, 2, static_cast<int>(bench->source()->size())}) bench->select(index);
    QCOMPARE(changed.count(), 0);
    bench->select(1);
    QCOMPARE(changed.count(), 1);
    QCOMPARE(bench->current(), 1);
    QTRY_VERIFY(bench.isSettled());
  }

  void theLastOfManySelectionsIsShown() {
    Bench bench;
    for (int number = 1; number <= 5; ++number) addMadeUpSample(bench.path("mine"), number);
    QSignalSpy opened(bench.workbench.get(), &Workbench::sourceChanged);
    bench->open({bench.text("mine")});
    QVERIFY(opened.wait());
    for (int index = 0; index < 5; ++index) {
      bench->select(index);
      QCoreApplication::processEvents();  // each one is asked for
    }
    QTRY_VERIFY(bench.isSettled());
    QCOMPARE(bench.sampleId(), std::string("train-0005"));
    QVERIFY(bench->results()[0].stage->key.starts_with(bench->sample()->key + "|"));
  }

  void undoBringsTheOldResultsBack() {
    Bench bench;
    addMadeUpSample(bench.path("mine"), 1);
    bench->open({bench.text("mine")});
    QTRY_COMPARE(bench.sampleId(), std::string("train-0001"));
    QTRY_VERIFY(bench.isSettled());
    const double before = maeOf(bench->results()[0]);
    ExperimentState state = bench->document().state();
    state.protocol = "plain";
    bench->document().change("Protocol", state);
    QTRY_COMPARE(bench->results()[0].protocol, std::string("plain"));
    QVERIFY(maeOf(bench->results()[0]) != before);
    bench->document().undoStack().undo();
    QTRY_COMPARE(bench->results()[0].protocol, std::string("clip-20"));
    QCOMPARE(maeOf(bench->results()[0]), before);
    bench->document().undoStack().redo();
    QTRY_COMPARE(bench->results()[0].protocol, std::string("plain"));
  }

  void thePreferredMapIsTakenWhereItIsThere() {
    ExperimentState state;
    state.low = LowChoice::kReal;
    QCOMPARE(lowFor(state, {true, true}), LowChoice::kReal);
    QCOMPARE(lowFor(state, {true, false}), LowChoice::kSimulated);
    QCOMPARE(lowFor(state, {false, true}), LowChoice::kReal);
    state.low = LowChoice::kSimulated;
    QCOMPARE(lowFor(state, {true, true}), LowChoice::kSimulated);
    QCOMPARE(lowFor(state, {false, true}), LowChoice::kReal);
  }

  void resultsGoWithTheirMethods() {
    Bench bench;
    QTRY_VERIFY(bench.isSettled());
    const double nearest = maeOf(bench->results()[2]);
    QCOMPARE(bench->results()[2].stage->method.id, std::string("nearest"));
    bench.show({"nearest", "fast"});
    QCOMPARE(bench->results().size(), std::size_t{2});  // at once, before anything is computed
    QCOMPARE(maeOf(bench->results()[0]), nearest);
    QVERIFY(!bench->results()[1].stage);
    QTRY_VERIFY(bench.isSettled() && bench->results()[1].stage);
    QCOMPARE(bench->results()[0].place, 0);
  }

  void aSampleThatCannotBeLoadedIsNotTheOneBefore() {
    Bench bench;
    addMadeUpSample(bench.path("mine"), 1);
    addMadeUpSample(bench.path("mine"), 2);
    std::ofstream(bench.path("mine/AI4S_train_gt/0002.npy"), std::ios::binary) << "cut";
    bench->open({bench.text("mine")});
    QTRY_COMPARE(bench.sampleId(), std::string("train-0001"));
    QSignalSpy failed(bench.workbench.get(), &Workbench::failed);
    bench->select(1);
    QVERIFY(failed.wait());
    QVERIFY(failed.first().first().toString().contains("0002.npy"));
    QVERIFY(!bench->sample() && !bench->low() && bench->results().empty());
    QTRY_VERIFY(!bench->isBusy());
    bench->select(0);
    QTRY_COMPARE(bench.sampleId(), std::string("train-0001"));
  }

  void cancelEndsTheRunAndSaysSo() {
    Bench bench;
    QTRY_VERIFY(bench.isSettled());
    bench.show({"fast", "patient"});
    QTRY_COMPARE(bench.gate.entered.load(), 1);
    QSignalSpy settled(bench.workbench.get(), &Workbench::settled);
    bench->cancel();
    QVERIFY(settled.wait());
    QCOMPARE(settled.first().first().toBool(), true);
    QVERIFY(!bench->isBusy());
    bench.gate.open();
    bench->refresh();
    QVERIFY(settled.wait());
    QCOMPARE(settled.last().first().toBool(), false);
  }

  void cancelBeforeTheRunBeginsIsNotWaitedForForEver() {
    Bench bench;
    bench.show({"patient"});
    QTRY_COMPARE(bench.gate.entered.load(), 1);
    bench->refresh();
    QCoreApplication::processEvents();
    bench->cancel();
    QTRY_VERIFY(!bench->isBusy());
  }

  void thumbnailsArriveLaterAndOnlyOfTheSourceOnShow() {
    Bench bench;
    addMadeUpSample(bench.path("mine"), 1);
    addMadeUpSample(bench.path("mine"), 2);
    std::ofstream(bench.path("mine/RGB_train_HR/0002.png"), std::ios::binary) << "no picture";
    bench->thumbnails().want(0);  // of the scenes: nobody wants it any more
    QSignalSpy ready(&bench->thumbnails(), &Thumbnails::ready);
    QSignalSpy opened(bench.workbench.get(), &Workbench::sourceChanged);
    bench->open({bench.text("mine")});
    QVERIFY(opened.wait());
    ready.clear();
    for (const int row : {0, 1, -1, 100000}) bench->thumbnails().want(row);
    QCOMPARE(ready.count(), 0);
    QTRY_COMPARE(ready.count(), 2);
    for (const QList<QVariant>& one : ready) {
      QCOMPARE(one.at(1).value<QImage>().isNull(), one.at(0).toInt() == 1);
    }
  }

  void everySampleIsScoredAsThePipelineDoes() {
    Bench bench;
    const auto source = openMine(bench, 3);
    bench.show({"nearest", "broken", "fast"});
    QSignalSpy finished(&bench->batch(), &Batch::finished);
    bench->batch().start(source, 0, static_cast<int>(source->size()), bench->document().state());
    QVERIFY(bench->batch().isRunning());
    QVERIFY(finished.wait());
    QVERIFY(!bench->batch().isRunning());
    const auto rows = finished.first().at(0).value<std::vector<ScoreRow>>();
    QCOMPARE(finished.first().at(2).toBool(), false);
    QCOMPARE(rows.size(), std::size_t{4});  // two samples with truth, two methods that work
    Pipeline& pipeline = bench->pipeline();
    const auto sample = pipeline.load(source, 0, {});
    const auto low = pipeline.low(*sample, LowChoice::kReal, {}, {});
    const auto method = pipeline.run(
        *sample, *low, {"nearest", initialValues(pipeline.methods().info("nearest").settings)}, {});
    const auto scores = pipeline.score(*sample, *method, protocolFromText("clip-20"), {});
    QCOMPARE(rows[0].sample, std::string("train-0001"));
    QCOMPARE(rows[0].method, std::string("nearest"));
    QCOMPARE(rows[0].protocol, std::string("clip-20"));
    QVERIFY(rows[0].scores.values == scores->values);
    const QStringList notes = finished.first().at(1).toStringList();
    QCOMPARE(notes.filter("no such weights").size(), 2);
    QCOMPARE(notes.filter("train-0003: no truth").size(), 1);
  }

  void allSamplesAreThoseOfTheSectionLookedAt() {
    Bench bench;
    openMine(bench, 2);
    bench->open({bench.text("mine")});
    QTRY_COMPARE(bench.sampleId(), std::string("train-0001"));
    QSignalSpy finished(&bench->batch(), &Batch::finished);
    bench->runAllSamples();
    QVERIFY(finished.wait());
    QSet<QString> samples;
    for (const ScoreRow& row : finished.first().at(0).value<std::vector<ScoreRow>>()) {
      samples << QString::fromStdString(row.sample);
    }
    QCOMPARE(samples, QSet<QString>({"train-0001", "train-0002"}));
  }

  void aCancelledRunKeepsWholeSamplesOnly() {
    Bench bench;
    const auto source = openMine(bench, 2);
    ExperimentState state = bench->document().state();
    state.methods = {{"fast", {}}, {"patient", {}}};
    QSignalSpy finished(&bench->batch(), &Batch::finished);
    bench->batch().start(source, 0, static_cast<int>(source->size()), state);
    bench->batch().start(source, 0, static_cast<int>(source->size()), state);  // one at a time
    QTRY_COMPARE(bench.gate.entered.load(), 1);
    bench->cancel();
    QVERIFY(finished.wait());
    QCOMPARE(finished.first().at(2).toBool(), true);
    QVERIFY(finished.first().at(0).value<std::vector<ScoreRow>>().empty());
    QCOMPARE(finished.count(), 1);
  }

  void destructionWhileSamplesRun() {
    Bench bench;
    const auto source = openMine(bench, 2);
    ExperimentState state = bench->document().state();
    state.methods = {{"patient", {}}};
    bench->batch().start(source, 0, static_cast<int>(source->size()), state);
    QTRY_COMPARE(bench.gate.entered.load(), 1);
    bench.workbench.reset();
    QCOMPARE(bench.gate.turned.load(), 1);
  }

 private:
  /// Opens made-up samples of which the third has no truth; returns them without the scenes.
  static SampleSourcePtr openMine(Bench& bench, int count) {
    for (int number = 1; number <= count; ++number) {
      addMadeUpSample(bench.path("mine"), number, number != 3);
    }
    return openPath(bench.path("mine"));
  }
};

QTEST_GUILESS_MAIN(WorkbenchTest)
#include "workbench.moc"
