// Run files in the window: opened, compared, written, and run by the command line.
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QtTest>
#include <fstream>

#include "app/window/method_shelf.h"
#include "app/window/run_files.h"
#include "app/window/workbench.h"
#include "core/error.h"
#include "models/guided/register.h"
#include "models/registry.h"
#include "scores_csv.h"
#include "tests/app/made_up_challenge.h"

using namespace fathom;

namespace {

/// The window without widgets, over the methods that the command line knows too.
struct Bench {
  QTemporaryDir folder;
  std::unique_ptr<Workbench> workbench;
  std::unique_ptr<MethodShelf> shelf;
  std::unique_ptr<RunFiles> files;

  Bench() {
    qputenv("FATHOM_WEIGHTS", path("weights").toLocal8Bit());
    qputenv("XDG_CONFIG_HOME", path("config").toLocal8Bit());
    qputenv("XDG_STATE_HOME", path("state").toLocal8Bit());
    for (int number = 0; number < 3; ++number) addMadeUpSample(at("data"), number);
    UpsamplerRegistry methods;
    registerModels(methods);
    registerGuided(methods);
    workbench = std::make_unique<Workbench>(std::make_shared<Pipeline>(
        std::move(methods), [] { return at::Device(at::kCPU); }, std::size_t{256} << 20));
    shelf = std::make_unique<MethodShelf>(*workbench, at("methods.toml"),
                                          std::make_shared<Consent>(at("allowed.json")));
    files = std::make_unique<RunFiles>(*workbench, *shelf);
  }
  QString path(const QString& name) const { return folder.filePath(name); }
  std::filesystem::path at(const char* name) const { return path(name).toStdString(); }
  QString write(const QString& name, const QByteArray& text) const {
    QFile file(path(name));
    if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size()) return {};
    return file.fileName();
  }
  /// Empty where it was opened, else why it was not.
  QString open(const QString& file) {
    QSignalSpy opened(files.get(), &RunFiles::opened), failed(files.get(), &RunFiles::failed);
    files->open(file);
    if (!QTest::qWaitFor([&] { return opened.size() + failed.size() > 0; }, 20000)) return "time";
    remark = opened.isEmpty() ? QString() : opened[0][1].toString();
    return opened.isEmpty() ? failed[0][1].toString() : QString();
  }
  const ExperimentState& state() const { return workbench->document().state(); }
  bool knows(const char* id) const { return workbench->pipeline().methods().has(id); }
  void set(const std::string& id, const std::string& name, const Value& value) {
    ExperimentState next = state();
    for (MethodChoice& method : next.methods) {
      if (method.id == id) method.values[name] = value;
    }
    workbench->document().change("Set", std::move(next));
  }
  void show(const std::vector<std::string>& ids) {
    ExperimentState next = state();
    next.methods.clear();
    for (const std::string& id : ids) {
      next.methods.push_back(
          {id, initialValues(workbench->pipeline().methods().info(id).settings)});
    }
    workbench->document().change("Show", std::move(next));
  }
  QString remark;
};

MethodDefinition ensembleOf(const std::string& id, const std::vector<std::string>& members) {
  MethodDefinition made = newDefinition(MethodKind::kEnsemble, id);
  for (const std::string& member : members) made.members.push_back({member, {}});
  return made;
}

constexpr const char* kSome =
    "sources = [\"data\"]\nlow = \"simulated\"\nseed = 5\nprotocols = [\"mask-35\", \"mask-20\", "
    "\"plain\"]\nsave_predictions = true\n"
    "[degradation]\nfactor = 4\n"
    "[[method]]\nid = \"nearest\"\n"
    "[[method]]\nid = \"both\"\nkind = \"ensemble\"\nmembers = [\"nearest\", \"inner\"]\n"
    "[[method]]\nid = \"inner\"\nkind = \"ensemble\"\nmembers = [\"bicubic\"]\nrun = false\n"
    "[[method]]\nid = \"bicubic\"\nsettings = { kernel = \"pillow\" }\n";

}  // namespace

class RunFilesTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void aRunFileIsOnShow() {
    Bench bench;
    QCOMPARE(bench.open(bench.write("some.toml", kSome)), QString());
    QCOMPARE(bench.workbench->sections().size(), std::size_t(2));  // and the scenes
    QCOMPARE(bench.workbench->sections()[0].count, 3);
    const ExperimentState& state = bench.state();
    QVERIFY(state.low == LowChoice::kSimulated);
    QCOMPARE(state.degradation.factor, 4);
    QCOMPARE(state.degradation.seed, std::uint64_t(5));
    QCOMPARE(state.protocol, std::string("mask-20"));  // the first that the window lists
    QCOMPARE(state.methods.size(), std::size_t(3));
    QCOMPARE(state.methods[0].id, std::string("nearest"));
    QCOMPARE(state.methods[1].id, std::string("both"));
    QCOMPARE(text(state.methods[2].values, "kernel"), std::string("pillow"));
    QVERIFY(bench.knows("inner"));
    QVERIFY(!bench.files->isModified());
    QVERIFY(!QFile::exists(bench.path("methods.toml")));  // borrowed, not kept
    QCOMPARE(bench.workbench->document().undoStack().count(), 1);
    bench.workbench->document().undoStack().undo();
    QCOMPARE(bench.state().protocol, std::string("clip-20"));
    QVERIFY(bench.files->isModified());
    bench.workbench->document().undoStack().redo();
    QVERIFY(!bench.files->isModified());
  }

  void scenesOfAFileAreThoseOnShow() {
    Bench bench;
    const char* text = "sources = [\"scenes:2-4@2\"]\n[[method]]\nid = \"bilinear\"\n";
    QCOMPARE(bench.open(bench.write("scenes.toml", text)), QString());
    QCOMPARE(bench.workbench->sections().size(), std::size_t(1));
    QCOMPARE(bench.workbench->source()->size(), std::size_t(6));
    bench.files->save(bench.path("again.toml"));
    QCOMPARE(readExperiment(bench.at("again.toml")).sources,
             std::vector<std::string>{"scenes:2-4@2"});
  }

  void whatCannotBeChangesNothing_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("says");
    const QByteArray head = "sources = [\"data\"]\n";
    const QByteArray one = "[[method]]\nid = \"bicubic\"\n";
    QTest::newRow("no TOML") << QByteArray("sources = [") << "wrong.toml:1";
    QTest::newRow("key") << head + one + "color = \"red\"\n"
                         << "wrong.toml:4";
    QTest::newRow("no sources") << one << "names no sources";
    QTest::newRow("no method") << head << "no method runs";
    QTest::newRow("unknown") << head + "[[method]]\nid = \"bycubic\"\n"
                             << "bycubic";
    QTest::newRow("value") << head + one + "settings = { kernel = \"pilow\" }\n"
                           << "kernel";
    QTest::newRow("taken")
        << head + "[[method]]\nid = \"bicubic\"\nkind = \"ensemble\"\nmembers = [\"nearest\"]\n"
        << "bicubic";
    QTest::newRow("gone") << QByteArray("sources = [\"data\", \"nowhere\"]\n") + one << "nowhere";
  }
  void whatCannotBeChangesNothing() {
    QFETCH(QByteArray, text);
    QFETCH(QString, says);
    Bench bench;
    const ExperimentState before = bench.state();
    const auto source = bench.workbench->source();
    const QString why = bench.open(bench.write("wrong.toml", text));
    QVERIFY2(why.contains(says) && why.contains("wrong.toml"), qPrintable(why));
    QVERIFY(bench.state() == before && bench.workbench->source() == source);
    QVERIFY(bench.files->file().empty() && bench.shelf->borrowed().empty());
    QCOMPARE(bench.workbench->document().undoStack().count(), 0);
    QVERIFY(bench.open(bench.path("none.toml")).contains("none.toml"));
  }

  void theFilesDefinitionGoesBeforeOnesOwn() {
    Bench bench;
    bench.shelf->put(ensembleOf("inner", {"bilinear"}));
    const QByteArray kept = readAll(bench.path("methods.toml"));
    QCOMPARE(bench.open(bench.write("some.toml", kSome)), QString());
    QVERIFY2(bench.remark.contains("inner") && !bench.remark.contains("both"),
             qPrintable(bench.remark));
    QCOMPARE(bench.shelf->find("inner")->members[0].id, std::string("bicubic"));
    QCOMPARE(bench.shelf->definitions().size(), std::size_t(1));
    // An edit of what is borrowed stays in this session; taken away, one's own is back.
    bench.shelf->put(ensembleOf("inner", {"lanczos"}), "inner");
    QVERIFY(bench.files->isModified());
    QCOMPARE(bench.shelf->find("inner")->members[0].id, std::string("lanczos"));
    QVERIFY_EXCEPTION_THROWN(bench.shelf->put(ensembleOf("both", {"nearest"})), BadInput);
    bench.shelf->remove("inner");
    QCOMPARE(bench.shelf->find("inner")->members[0].id, std::string("bilinear"));
    QCOMPARE(readAll(bench.path("methods.toml")), kept);
    // The next file brings its own, and no others stay.
    const char* plain = "sources = [\"data\"]\n[[method]]\nid = \"nearest\"\n";
    QCOMPARE(bench.open(bench.write("plain.toml", plain)), QString());
    QVERIFY(bench.knows("inner") && !bench.knows("both"));
    // What says the same is no other method.
    const char* same =
        "sources = [\"data\"]\n[[method]]\nid = \"inner\"\nkind = \"ensemble\"\n"
        "members = [\"bilinear\"]\n";
    QCOMPARE(bench.open(bench.write("same.toml", same)), QString());
    QVERIFY(bench.remark.isEmpty() && bench.shelf->borrowed().empty());
  }

  void whatIsSavedIsWhatWasOpened() {
    Bench bench;
    QCOMPARE(bench.open(bench.write("some.toml", kSome)), QString());
    bench.files->save(bench.path("some.toml"));
    const Experiment before = parseExperiment(kSome, bench.path("some.toml").toStdString());
    const Experiment after = readExperiment(bench.at("some.toml"));
    QCOMPARE(after.sources, std::vector<std::string>{"data"});  // as written
    QVERIFY(after.low == LowChoice::kSimulated && after.savePredictions);
    QCOMPARE(after.seed, before.seed);
    QCOMPARE(after.preset, before.preset);
    QVERIFY(after.degradation == before.degradation);
    QCOMPARE(after.protocols, before.protocols);
    QCOMPARE(after.methods.size(), before.methods.size());
    for (const ExperimentMethod& method : before.methods) {
      const auto same = std::ranges::find_if(after.methods, [&](const ExperimentMethod& other) {
        return other.choice == method.choice && other.run == method.run;
      });
      QVERIFY2(same != after.methods.end(), method.choice.id.c_str());
      QCOMPARE(same->definition.has_value(), method.definition.has_value());
      if (method.definition) QVERIFY(sameDefinition(*same->definition, *method.definition));
    }
    // Elsewhere the same folder has another name.
    QDir(bench.folder.path()).mkpath("deep/er");
    bench.files->save(bench.path("deep/er/some.toml"));
    QCOMPARE(readExperiment(bench.at("deep/er/some.toml")).sources,
             std::vector<std::string>{"../../data"});
    QCOMPARE(bench.files->file(), bench.at("deep/er/some.toml"));
    QVERIFY_EXCEPTION_THROWN(bench.files->save("/proc/fathom/some.toml"), FileError);
    QCOMPARE(bench.files->file(), bench.at("deep/er/some.toml"));
  }

  void whatIsHiddenStaysInItsFile() {
    Bench bench;
    QCOMPARE(bench.open(bench.write("some.toml", kSome)), QString());
    bench.show({"nearest"});
    QVERIFY(bench.files->isModified());
    bench.files->save(bench.path("some.toml"));
    QVERIFY(!bench.files->isModified());
    const Experiment after = readExperiment(bench.at("some.toml"));
    QCOMPARE(after.definitions().size(), std::size_t(2));
    QCOMPARE(std::ranges::count(after.methods, true, &ExperimentMethod::run), std::ptrdiff_t(1));
  }

  void valuesOfOwnMethodsLeaveMembersAlone() {
    Bench bench;
    MethodDefinition command = newDefinition(MethodKind::kCommand, "mine");
    command.command = {"cp", "{low}", "{out}"};
    command.settings = {{"strength", "strength", "", "", Real{0, 1, 0.5}}};
    bench.shelf->put(command);
    bench.shelf->put(ensembleOf("around", {"mine", "nearest"}));
    bench.show({"mine", "around"});
    bench.set("mine", "strength", 0.75);
    bench.set("around", "combine", std::string("median"));
    const Experiment made = bench.files->experiment(bench.folder.path().toStdString());
    QCOMPARE(made.methods.size(), std::size_t(2));
    QCOMPARE(std::get<Real>(made.methods[0].definition->settings[0].kind).initial, 0.75);
    const MethodDefinition& around = *made.methods[1].definition;
    QCOMPARE(text(around.parameters, "combine"), std::string("median"));
    QVERIFY(around.members[0].values == (Values{{"strength", 0.5}}));
    // Where only the ensemble is shown, its member comes along without running.
    bench.show({"around"});
    const Experiment alone = bench.files->experiment(bench.folder.path().toStdString());
    QCOMPARE(alone.methods.size(), std::size_t(2));
    QVERIFY(alone.methods[0].run && !alone.methods[1].run);
    QCOMPARE(alone.methods[1].choice.id, std::string("mine"));
  }

  void theCommandLineGivesTheSameNumbers() {
    Bench bench;
    MethodDefinition inner = ensembleOf("inner", {"bicubic"});
    inner.members[0].values["kernel"] = std::string("pillow");
    bench.shelf->put(inner);
    bench.shelf->put(ensembleOf("both", {"nearest", "bilinear", "inner"}));
    bench.workbench->open({bench.path("data")});
    QTRY_COMPARE(bench.workbench->sections().size(), std::size_t(2));
    bench.show({"bicubic", "both", "interval"});
    bench.set("bicubic", "kernel", std::string("pillow"));
    bench.set("both", "combine", std::string("median"));
    ExperimentState state = bench.state();
    state.low = LowChoice::kSimulated;
    Values values = toValues(state.degradation);
    values["factor"] = std::int64_t{4};
    values["sigma_a"] = 0.5;
    values["seed"] = std::int64_t{77};
    state.degradation = degradationFromValues(values);
    state.protocol = "clip-80";
    bench.workbench->document().change("All", state);
    QSignalSpy finished(&bench.workbench->batch(), &Batch::finished);
    bench.workbench->runAllSamples();
    QTRY_COMPARE_WITH_TIMEOUT(finished.size(), 1, 30000);
    const auto rows = finished[0][0].value<std::vector<ScoreRow>>();
    QCOMPARE(rows.size(), std::size_t(9));
    bench.files->save(bench.path("run.toml"));
    const ChildResult run = runCli({"run", bench.path("run.toml"), "-o", bench.path("out")});
    QVERIFY2(run.code == 0, run.err);
    const ScoresCsv csv(bench.path("out/scores.csv"));
    QCOMPARE(csv.rows.size(), qsizetype(9));
    for (const ScoreRow& row : rows) {
      const auto same = std::ranges::find_if(csv.rows, [&](const QStringList& cells) {
        return cells[0].toStdString() == row.sample && cells[1].toStdString() == row.method;
      });
      QVERIFY2(same != csv.rows.end(), row.method.c_str());
      QCOMPARE((*same)[2], QString("clip-80"));
      QVERIFY(row.scores[Metric::kMae] > 0);
      QCOMPARE(csv.value(*same, "MAE"), row.scores[Metric::kMae]);
      QCOMPARE(csv.value(*same, "RMSE"), row.scores[Metric::kRmse]);
    }
  }

  void onlyTheFileAskedForLastIsOpened() {
    Bench bench;
    const QString some = bench.write("some.toml", kSome);
    const QString other =
        bench.write("other.toml", "sources = [\"scenes:0\"]\n[[method]]\nid = \"nearest\"\n");
    QSignalSpy opened(bench.files.get(), &RunFiles::opened);
    bench.files->open(some);
    bench.files->open(other);
    QTRY_COMPARE(opened.size(), 1);
    QCOMPARE(bench.files->file(), bench.at("other.toml"));
    QCOMPARE(bench.state().methods.size(), std::size_t(1));
  }

  void aSessionResumesIt() {
    Bench bench;
    QCOMPARE(bench.open(bench.write("some.toml", kSome)), QString());
    const std::string stamp = bench.files->stamp();
    RunFiles next(*bench.workbench, *bench.shelf);
    next.resume(bench.at("none.toml"), stamp);
    QVERIFY(next.file().empty());
    next.resume(bench.at("some.toml"), stamp);
    QVERIFY(!next.file().empty() && !next.isModified());
    bench.show({"bicubic"});
    QVERIFY(next.isModified());
  }
};

QTEST_MAIN(RunFilesTest)
#include "run_files.moc"
