// Run files and recent files in the window: menu, title, questions, drop, the program's arguments.
#include <QAction>
#include <QMenu>
#include <QMessageBox>
#include <QMimeData>
#include <QProcess>
#include <QPushButton>
#include <fstream>

#include "app/window/method_shelf.h"
#include "app/window/recent.h"
#include "app/window/run_files.h"
#include "tests/app/window_bench.h"

using namespace fathom;

namespace {

constexpr const char* kText =
    "sources = [\"mine\"]\nprotocols = [\"plain\"]\n[[method]]\nid = \"nearest\"\n";

struct Bench : WindowBench {
  std::unique_ptr<MethodShelf> shelf;
  std::unique_ptr<RunFiles> files;

  Bench() {
    addMadeUpSample(root("mine"), 1);
    std::ofstream(root("run.toml")) << kText;
    shelf = std::make_unique<MethodShelf>(*workbench, root("methods.toml"),
                                          std::make_shared<Consent>(root("allowed.json")));
    files = std::make_unique<RunFiles>(*workbench, *shelf);
    window->setShelf(shelf.get());
    window->setRunFiles(files.get());
  }
  ~Bench() { window.reset(); }

  void openRunFile() {
    window->openPaths({path("run.toml")});
    QTRY_COMPARE(sampleId(), std::string("train-0001"));
    QTRY_VERIFY(isFresh());
  }
  QAction* action(const QString& text) const {
    for (QAction* each : window->findChildren<QAction*>()) {
      if (each->text() == text) return each;
    }
    return nullptr;
  }
  /// The entries of "Open recent", as they are shown.
  QList<QAction*> recent() const {
    for (QMenu* menu : window->findChildren<QMenu*>()) {
      if (menu->title() != "Open &recent") continue;
      Q_EMIT menu->aboutToShow();
      return menu->actions();
    }
    return {};
  }
  QMessageBox* message() const { return window->findChild<QMessageBox*>(); }
};

/// Answers the next question that waits for its answer.
void answer(QMessageBox::StandardButton which, bool& asked) {
  QTimer::singleShot(0, [which, &asked] {
    auto* box = qobject_cast<QMessageBox*>(QApplication::activeModalWidget());
    if (!box) return;
    asked = true;
    box->button(which)->click();
  });
}

}  // namespace

class WindowFilesTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void theTitleNamesTheFileAndMarksChanges() {
    Bench bench;
    bench.openRunFile();
    QCOMPARE(bench.window->windowTitle(), QString("run.toml[*] — Fathom"));
    QVERIFY(!bench.window->isWindowModified());
    QCOMPARE(bench.grid().count(), 4);
    bench.show({"nearest", "fast"});
    QVERIFY(bench.window->isWindowModified());
    bench.action("&Save run file")->trigger();
    QVERIFY(!bench.window->isWindowModified());
    QCOMPARE(readExperiment(bench.root("run.toml")).methods.size(), std::size_t(2));
  }

  void closingAsksOnlyWhereSomethingWouldBeLost() {
    Bench bench;
    bool asked = false;
    bench.show({"fast"});
    answer(QMessageBox::Cancel, asked);
    QVERIFY(bench.window->close() && !asked);  // no run file is open
    bench.window->show();
    bench.openRunFile();
    answer(QMessageBox::Cancel, asked);
    QVERIFY(bench.window->close() && !asked);  // and nothing has changed
    bench.window->show();
    bench.show({"fast"});
    answer(QMessageBox::Cancel, asked);
    QVERIFY(!bench.window->close() && asked);
    QVERIFY(bench.window->isVisible());
    asked = false;
    answer(QMessageBox::Save, asked);
    QVERIFY(bench.window->close() && asked);
    QVERIFY(!bench.files->isModified());
    bench.window->show();
    bench.show({"nearest"});
    asked = false;
    answer(QMessageBox::Discard, asked);
    QVERIFY(bench.window->close() && asked);
    QCOMPARE(readExperiment(bench.root("run.toml")).methods[0].choice.id, std::string("fast"));
  }

  void anotherFileAsksToo() {
    Bench bench;
    bench.openRunFile();
    bench.show({"fast"});
    bool asked = false;
    answer(QMessageBox::Cancel, asked);
    bench.window->openPaths({bench.path("run.toml")});
    QVERIFY(asked);
    QVERIFY(bench.files->isModified());
    answer(QMessageBox::Discard, asked);
    bench.window->openPaths({bench.path("run.toml")});
    QTRY_VERIFY(!bench.files->isModified());
    QCOMPARE(bench.workbench->document().state().methods[0].id, std::string("nearest"));
  }

  void errorsAreShownInFull() {
    Bench bench;
    std::ofstream(bench.root("run.toml")) << kText << "color = \"red\"\n";
    bench.window->openPaths({bench.path("run.toml")});
    QTRY_VERIFY(bench.message());
    QVERIFY2(bench.message()->informativeText().contains("run.toml:5"),
             qPrintable(bench.message()->informativeText()));
    QVERIFY(recentPaths().isEmpty());
    delete bench.message();
    bench.window->openPaths({bench.path("run.toml"), bench.path("mine")});
    QVERIFY(bench.message() && bench.message()->text().contains("alone"));
  }

  void aRunFileCanBeDropped() {
    Bench bench;
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(bench.path("run.toml"))});
    QDragEnterEvent enter({50, 50}, Qt::CopyAction, &data, Qt::LeftButton, {});
    QApplication::sendEvent(bench.window.get(), &enter);
    QDropEvent drop({50, 50}, Qt::CopyAction, &data, Qt::LeftButton, {});
    QApplication::sendEvent(bench.window.get(), &drop);
    QTRY_COMPARE(bench.sampleId(), std::string("train-0001"));
    QTRY_VERIFY(bench.window->windowTitle().startsWith("run.toml"));
  }

  void recentOnesAreOfferedLastFirst() {
    Bench bench;
    QVERIFY(bench.recent().size() == 1 && !bench.recent()[0]->isEnabled());
    bench.window->openPaths({bench.path("mine") + "/"});
    QTRY_COMPARE(bench.sampleId(), std::string("train-0001"));
    QCOMPARE(recentPaths(), QStringList{bench.path("mine")});
    bench.window->openPaths({bench.path("nowhere")});
    bench.openRunFile();
    QTRY_COMPARE(recentPaths(), (QStringList{bench.path("run.toml"), bench.path("mine")}));
    QCOMPARE(bench.recent().size(), qsizetype(2));
    bench.recent()[1]->trigger();
    QTRY_COMPARE(recentPaths()[0], bench.path("mine"));
    // Gone: said, and off the list.
    QFile::remove(bench.path("run.toml"));
    bench.recent()[1]->trigger();
    QVERIFY(bench.message() && bench.message()->text().contains("run.toml is gone"));
    QCOMPARE(recentPaths(), QStringList{bench.path("mine")});
    for (int number = 0; number < 12; ++number) addRecent(QString("/some/%1").arg(number));
    QCOMPARE(recentPaths().size(), qsizetype(kMostRecent));
    QCOMPARE(recentPaths()[0], QString("/some/11"));
  }

  void withoutTheirSupportTheEntriesAreOff() {
    WindowBench bench;
    int off = 0;
    for (QAction* each : bench.window->findChildren<QAction*>()) {
      off += int(each->text().contains("run file", Qt::CaseInsensitive) && !each->isEnabled());
    }
    QVERIFY(off >= 2);
    QVERIFY(!bench.window->saveRunFile());
  }

  void theProgramTakesOne() {
    WindowBench files;  // for the folder only
    addMadeUpSample(files.root("mine"), 1);
    std::ofstream(files.root("run.toml")) << kText;
    const QString program = qEnvironmentVariable("FATHOM_BIN") + "/fathom";
    QProcess process;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert("XDG_CONFIG_HOME", files.path("config"));
    environment.insert("XDG_STATE_HOME", files.path("state"));
    process.setProcessEnvironment(environment);
    process.start(program, {"--screenshot", files.path("a.png"), files.path("run.toml")});
    QVERIFY(process.waitForFinished(60000));
    QVERIFY2(process.exitCode() == 0, process.readAllStandardError());
    QVERIFY(!QImage(files.path("a.png")).isNull());
    std::ofstream(files.root("run.toml")) << "sources = 3\n";
    process.start(program, {"--screenshot", files.path("b.png"), files.path("run.toml")});
    QVERIFY(process.waitForFinished(60000));
    QCOMPARE(process.exitCode(), 1);
    const QByteArray said = process.readAllStandardError();
    QVERIFY2(said.contains("run.toml:1"), said);
  }
};

int main(int argc, char** argv) {
  return runScreenTest<WindowFilesTest>(argc, argv);
}
#include "window_files.moc"
