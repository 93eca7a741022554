// What is on show, from one session to the next.
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QtTest>
#include <fstream>

#include "app/window/method_shelf.h"
#include "app/window/run_files.h"
#include "app/window/session.h"
#include "app/window/workbench.h"
#include "tests/app/made_up_challenge.h"
#include "tests/app/made_up_methods.h"

using namespace fathom;

namespace {

constexpr int kSoon = 20;  // ms

/// A window without widgets; what it keeps lies in a folder that the next one gets too.
struct Bench {
  Gate gate;
  std::filesystem::path root;
  std::unique_ptr<Workbench> workbench;
  std::unique_ptr<MethodShelf> shelf;
  std::unique_ptr<RunFiles> files;
  std::unique_ptr<Session> session;
  QStringList warnings;

  explicit Bench(const QTemporaryDir& folder, int delay = kSoon)
      : root(folder.path().toStdString()) {
    qputenv("FATHOM_WEIGHTS", folder.filePath("weights").toLocal8Bit());
    workbench = std::make_unique<Workbench>(std::make_shared<Pipeline>(
        madeUpMethods(gate), [] { return at::Device(at::kCPU); }, std::size_t{64} << 20));
    shelf = std::make_unique<MethodShelf>(*workbench, root / "methods.toml",
                                          std::make_shared<Consent>(root / "allowed.json"));
    files = std::make_unique<RunFiles>(*workbench, *shelf);
    session = std::make_unique<Session>(*workbench, *shelf, *files, file(), delay);
    QObject::connect(session.get(), &Session::warned, session.get(),
                     [this](const QString& why) { warnings << why; });
  }
  ~Bench() { session.reset(); }
  std::filesystem::path file() const { return root / "state" / "session.toml"; }
  QByteArray kept() const {
    QFile in(QString::fromStdString(file().string()));
    return in.open(QIODevice::ReadOnly) ? in.readAll() : QByteArray();
  }
  const ExperimentState& state() const { return workbench->document().state(); }
  std::string sample() const {
    return workbench->source()->id(static_cast<std::size_t>(workbench->current()));
  }
  void change(const std::function<void(ExperimentState&)>& edit) {
    ExperimentState next = state();
    edit(next);
    workbench->document().change("Change", std::move(next));
  }
  void openMine() {
    for (int number = 1; number <= 3; ++number) addMadeUpSample(root / "mine", number);
    workbench->open({QString::fromStdString((root / "mine").string())});
    QTRY_COMPARE(workbench->sections().size(), std::size_t(2));
  }
};

MethodDefinition ensembleOf(const std::string& id, const std::vector<std::string>& members) {
  MethodDefinition made = newDefinition(MethodKind::kEnsemble, id);
  for (const std::string& member : members) made.members.push_back({member, {}});
  return made;
}

}  // namespace

class SessionTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void whatIsOnShowComesBack() {
    QTemporaryDir folder;
    ExperimentState before;
    std::string text;
    {
      Bench bench(folder);
      bench.openMine();
      bench.shelf->put(ensembleOf("own", {"fast"}));
      bench.shelf->borrow({ensembleOf("lent", {"own", "stamped"})});
      bench.change([&](ExperimentState& state) {
        const UpsamplerRegistry& all = bench.workbench->pipeline().methods();
        state.methods = {{"lent", initialValues(all.info("lent").settings)},
                         {"own", initialValues(all.info("own").settings)},
                         {"bicubic", initialValues(all.info("bicubic").settings)}};
        state.methods[1].values["combine"] = std::string("median");
        state.methods[2].values["kernel"] = std::string("pillow");
        state.protocol = "mask-20";
        state.low = LowChoice::kSimulated;
        state.degradation.factor = 4;
        state.degradation.sigmaAdditive = 0.25;
        state.degradation.seed = 9;
        state.degradation.preset = "custom";
      });
      bench.workbench->select(1);
      fathom::Display display = bench.workbench->display();
      display.layer = LayerId{Layer::kInner, "start"};
      bench.workbench->setDisplay(display);
      before = bench.state();
      text = bench.session->text();
    }  // the end writes what is left
    Bench next(folder);
    QCOMPARE(next.kept().toStdString(), text);
    next.session->restore();
    QTRY_COMPARE(next.workbench->sections().size(), std::size_t(2));
    QVERIFY2(next.warnings.isEmpty(), qPrintable(next.warnings.join(" ")));
    QVERIFY(next.state() == before);
    QCOMPARE(next.sample(), std::string("train-0002"));
    QVERIFY(next.workbench->display().layer == (LayerId{Layer::kInner, "start"}));
    QCOMPARE(next.shelf->borrowed().size(), std::size_t(1));
    QCOMPARE(next.workbench->document().undoStack().count(), 0);
    QCOMPARE(next.session->text(), text);
  }

  void aChangeIsWrittenAWhileLater() {
    QTemporaryDir folder;
    Bench bench(folder);
    bench.change([](ExperimentState& state) { state.protocol = "plain"; });
    QTRY_VERIFY(bench.kept().contains("\"plain\""));
    QVERIFY(bench.kept().contains("scenes:0-19"));
    bench.workbench->select(5);
    QTRY_VERIFY(bench.kept().contains(bench.sample().c_str()));
  }

  void onlyChangesAreWritten() {
    QTemporaryDir folder;
    Bench bench(folder);
    bench.workbench->select(5);
    QTRY_VERIFY(!bench.kept().isEmpty());
    std::filesystem::remove(bench.file());
    bench.workbench->setDisplay(bench.workbench->display());  // nothing is another
    bench.session.reset();
    QVERIFY(!std::filesystem::exists(bench.file()));
  }

  void theTextIsQuicklyMade() {
    QTemporaryDir folder;
    Bench bench(folder);
    std::vector<MethodDefinition> many;
    for (int i = 0; i < 40; ++i) many.push_back(ensembleOf("m" + std::to_string(i), {"fast"}));
    bench.shelf->borrow(many);
    QBENCHMARK {
      QVERIFY(bench.session->text().size() > 1000);
    }
  }

  void aDamagedFileIsSetAside_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("cut") << QByteArray("sources = [\"mi");
    QTest::newRow("bytes") << QByteArray("\xff\xfe\0\1 garbage", 12);
    QTest::newRow("key") << QByteArray("colour = \"red\"\n");
    QTest::newRow("type") << QByteArray("sources = 3\n");
    QTest::newRow("value") << QByteArray("seed = -1\n");
    QTest::newRow("preset") << QByteArray("[degradation]\npreset = \"none\"\n");
    QTest::newRow("window") << QByteArray("[window]\nsample = 3\n");
    QTest::newRow("empty protocols") << QByteArray("protocols = []\n");
  }
  void aDamagedFileIsSetAside() {
    QFETCH(QByteArray, text);
    QTemporaryDir folder;
    Bench bench(folder, 100000);
    const ExperimentState before = bench.state();
    std::filesystem::create_directories(bench.file().parent_path());
    std::ofstream(bench.file(), std::ios::binary).write(text.data(), text.size());
    bench.session->restore();
    QCOMPARE(bench.warnings.size(), 1);
    QVERIFY2(bench.warnings[0].contains("session.toml.bad"), qPrintable(bench.warnings[0]));
    QVERIFY(!std::filesystem::exists(bench.file()));
    QFile bad(QString::fromStdString(bench.file().string() + ".bad"));
    QVERIFY(bad.open(QIODevice::ReadOnly));
    QCOMPARE(bad.readAll(), text);
    QVERIFY(bench.state() == before);
  }

  void everyCutOfAFileIsSurvived() {
    QTemporaryDir folder;
    Bench bench(folder, 100000);
    bench.shelf->borrow({ensembleOf("lent", {"fast"})});
    const std::string whole = bench.session->text();
    std::filesystem::create_directories(bench.file().parent_path());
    for (std::size_t length = 0; length < whole.size(); length += 11) {
      std::ofstream(bench.file(), std::ios::binary).write(whole.data(), std::streamsize(length));
      bench.session->restore();
      QVERIFY(bench.workbench->current() >= 0);
    }
  }

  void whatIsGoneIsTold() {
    QTemporaryDir folder;
    {
      Bench bench(folder);
      bench.openMine();
      bench.shelf->put(ensembleOf("own", {"fast"}));
      bench.change([](ExperimentState& state) {
        state.methods = {{"own", {{"combine", std::string("mean")}}}, {"fast", {}}};
      });
    }
    std::filesystem::remove_all(folder.filePath("mine").toStdString());
    std::filesystem::remove(folder.filePath("methods.toml").toStdString());
    Bench next(folder);
    next.session->restore();
    QTRY_COMPARE(next.warnings.size(), 2);
    QVERIFY(next.warnings[0].contains("own") && next.warnings[1].contains("mine"));
    QCOMPARE(next.state().methods.size(), std::size_t(1));
    QCOMPARE(next.workbench->sourceNames(), std::vector<std::string>{"scenes:0-19"});
  }

  void lentMethodsThatCannotBeAreLeftOut() {
    QTemporaryDir folder;
    Bench bench(folder, 100000);
    std::filesystem::create_directories(bench.file().parent_path());
    std::ofstream(bench.file())
        << "sources = [\"scenes:0-19\"]\n"
           "[[method]]\nid = \"good\"\nkind = \"ensemble\"\nmembers = [\"fast\"]\n"
           "[[method]]\nid = \"around\"\nkind = \"ensemble\"\nmembers = [\"bad\"]\n"
           "[[method]]\nid = \"bad\"\nkind = \"ensemble\"\nmembers = [\"nobody\"]\n"
           "[[method]]\nid = \"fast\"\nkind = \"ensemble\"\nmembers = [\"nearest\"]\n";
    bench.session->restore();
    QVERIFY(bench.warnings.size() >= 2);
    QCOMPARE(bench.shelf->borrowed().size(), std::size_t(1));
    QCOMPARE(bench.state().methods[0].id, std::string("good"));
    QVERIFY(std::filesystem::exists(bench.file()));  // not damaged
  }

  void theRunFileStaysOpen() {
    QTemporaryDir folder;
    const QString path = folder.filePath("run.toml");
    {
      Bench bench(folder);
      bench.files->save(path);
      bench.change([](ExperimentState& state) { state.protocol = "plain"; });
    }
    {
      Bench next(folder);
      next.session->restore();
      QCOMPARE(next.files->file(), std::filesystem::path(path.toStdString()));
      QVERIFY(next.files->isModified());
      next.change([](ExperimentState& state) { state.protocol = "clip-20"; });
      QVERIFY(!next.files->isModified());
    }
    Bench last(folder);
    last.session->restore();
    QVERIFY(!last.files->file().empty() && !last.files->isModified());
  }

  void whereItCannotBeWrittenNothingElseSuffers() {
    QTemporaryDir folder;
    std::ofstream(folder.filePath("state").toStdString()) << "a file where a folder should be";
    Bench bench(folder);
    bench.change([](ExperimentState& state) { state.protocol = "plain"; });
    bench.session.reset();
    QCOMPARE(bench.state().protocol, std::string("plain"));
  }

  void itsPlaceFollowsTheEnvironment() {
    qputenv("XDG_STATE_HOME", "/somewhere");
    QCOMPARE(Session::usualFile(), std::filesystem::path("/somewhere/fathom/session.toml"));
  }
};

QTEST_MAIN(SessionTest)
#include "session.moc"
