// The window as a user meets it. Runs best on a screen with OpenGL; without one all but 3D is seen.
#include <sys/resource.h>
#include <unistd.h>

#include <QAbstractButton>
#include <QComboBox>
#include <QContextMenuEvent>
#include <QImageReader>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QMimeData>
#include <QProcess>
#include <QTabWidget>
#include <csignal>

#include "app/window/cloud_pane.h"
#include "app/window/export.h"
#include "tests/app/window_bench.h"
#include "widgets/forms/number_field.h"
#include "widgets/forms/parameter_form.h"
#include "widgets/forms/setting_row.h"
#include "widgets/forms/value_slider.h"
#include "widgets/lists/sample_list.h"
#include "widgets/space/cloud_view.h"

using namespace fathom;

namespace {

constexpr int kSceneMilliseconds = 30000;  // an embedded scene on a busy machine

std::vector<double> maes(WindowBench& bench) {
  std::vector<double> values;
  for (const MethodResult& result : bench.workbench->results()) {
    values.push_back(result.scores ? (*result.scores)[Metric::kMae] : -1);
  }
  return values;
}

/// The slider of a degradation setting.
ValueSlider* sliderOf(WindowBench& bench, const char* setting) {
  for (ParameterForm* form : bench.window->findChildren<ParameterForm*>()) {
    if (SettingRow* row = form->row(setting)) return row->findChild<ValueSlider*>();
  }
  return nullptr;
}

void drag(ValueSlider* slider, double from, double to) {
  const auto at = [&](double part) {
    return QPoint(static_cast<int>(part * slider->width()), slider->height() / 2);
  };
  QTest::mousePress(slider, Qt::LeftButton, {}, at(from));
  for (int step = 1; step <= 4; ++step) {
    QTest::mouseMove(slider, at(from + (to - from) * step / 4));
    QCoreApplication::processEvents();
  }
  QTest::mouseRelease(slider, Qt::LeftButton, {}, at(to));
}

/// Opens a pane's menu and takes the entry with this text.
void takeFromMenu(Pane* pane, const QString& text) {
  bool taken = false;
  QTimer::singleShot(0, pane, [&] {
    auto* menu = qobject_cast<QMenu*>(QApplication::activePopupWidget());
    QVERIFY(menu);
    for (QAction* action : menu->actions()) {
      if (action->text() != text) continue;
      taken = true;
      menu->setActiveAction(action);
      QTest::keyClick(menu, Qt::Key_Return);
      return;
    }
    menu->close();
  });
  const QPoint middle = pane->rect().center();
  QContextMenuEvent event(QContextMenuEvent::Mouse, middle, pane->mapToGlobal(middle));
  QApplication::sendEvent(pane, &event);
  QVERIFY2(taken, qPrintable(text));
}

/// What of a widget's text does not fit into it; empty where all does.
QString cut(QWidget* widget) {
  const auto describe = [&](const QString& text, QSize wanted) {
    return QString("%1 “%2” wants %3×%4, has %5×%6")
        .arg(widget->metaObject()->className(), text.left(40))
        .arg(wanted.width())
        .arg(wanted.height())
        .arg(widget->width())
        .arg(widget->height());
  };
  if (auto* label = qobject_cast<QLabel*>(widget)) {
    if (label->text().isEmpty()) return {};
    QSize wanted = label->sizeHint();
    if (label->wordWrap())
      wanted = {label->minimumSizeHint().width(), label->heightForWidth(label->width())};
    const bool fits = wanted.width() <= label->width() && wanted.height() <= label->height();
    return fits ? QString() : describe(label->text(), wanted);
  }
  QString text;
  if (auto* button = qobject_cast<QAbstractButton*>(widget)) text = button->text();
  if (auto* box = qobject_cast<QComboBox*>(widget)) text = box->currentText();
  if (text.isEmpty() || widget->minimumSizeHint().width() <= widget->width()) return {};
  return describe(text, widget->minimumSizeHint());
}

QStringList cutTexts(QWidget& window) {
  QStringList found;
  for (QWidget* widget : visibleChildren<QWidget>(window)) {
    if (!qobject_cast<QLabel*>(widget) && !qobject_cast<QAbstractButton*>(widget) &&
        !qobject_cast<QComboBox*>(widget)) {
      continue;
    }
    if (const QString what = cut(widget); !what.isEmpty()) found << what;
  }
  return found;
}

}  // namespace

class WindowTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void startsOnTheEmbeddedScenes() {
    WindowBench bench;
    QTRY_VERIFY_WITH_TIMEOUT(bench.isFresh(), kSceneMilliseconds);
    QCOMPARE(bench.grid().count(), 6);
    for (Pane* pane : bench.grid().panes()) {
      QVERIFY2(!pane->image().isNull(), qPrintable(pane->header().title));
      QVERIFY(!pane->isStale() && pane->message().isEmpty());
    }
    QVERIFY(bench.pane(3)->header().detail.contains("MAE"));
    QVERIFY(bench.window->windowTitle().contains("Fathom"));
  }

  void aSliderMovesPanesAndTableAndUndoBringsThemBack() {
    WindowBench bench;
    QTRY_VERIFY_WITH_TIMEOUT(bench.isFresh(), kSceneMilliseconds);
    bench.table()->setColumnShown("time_ms", false);
    const QString numbers = bench.table()->copyText();
    const std::vector<double> before = maes(bench);
    const QImage low = bench.pane(1)->image(), truth = bench.pane(2)->image(),
                 bicubic = bench.pane(3)->image();
    ValueSlider* slider = sliderOf(bench, "factor");
    QVERIFY(slider && slider->isVisible());
    drag(slider, 0.45, 0.95);
    QTRY_VERIFY(bench.isFresh() && maes(bench) != before);
    QVERIFY(bench.pane(1)->image() != low && bench.pane(3)->image() != bicubic);
    QCOMPARE(bench.pane(2)->image(), truth);
    QVERIFY(bench.table()->copyText() != numbers);
    QCOMPARE(bench.workbench->document().undoStack().count(), 1);
    bench.workbench->document().undoStack().undo();
    QTRY_VERIFY(bench.isFresh() && maes(bench) == before);
    QCOMPARE(bench.table()->copyText(), numbers);
    QCOMPARE(bench.pane(3)->image(), bicubic);
  }

  void everyPanesLayerCanBeSwitched() {
    WindowBench bench;
    bench.openMine();
    const QImage other = bench.pane(4)->image();
    for (const LayerInfo& info : layerInfos()) {
      takeFromMenu(bench.pane(3), info.title);
      QTRY_VERIFY(bench.isFresh());
      QCOMPARE(bench.workbench->display().paneLayers.value("method:bicubic"), info.layer);
    }
    takeFromMenu(bench.pane(3), "Absolute error");
    QTRY_VERIFY(bench.isFresh());
    QVERIFY(bench.pane(3)->image() != other);
    QCOMPARE(bench.pane(4)->image(), other);
    takeFromMenu(bench.pane(3), "Layer as in the top bar");
    QVERIFY(bench.workbench->display().paneLayers.isEmpty());
    bench.window->topBar().setLayer(static_cast<int>(Layer::kSignedError));
    QTRY_VERIFY(bench.isFresh() && bench.pane(4)->image() != other);
  }

  void flatDeepAndBoth() {
    WindowBench bench;
    bench.openMine();
    CloudPane& cloud = bench.window->cloud();
    const bool seen = cloud.view().hasOpenGl();
    bench.window->topBar().setSpace(Space::kBoth);
    QVERIFY(cloud.isVisible() && bench.window->panes().isVisible());
    QTRY_COMPARE(cloud.view().pointCount(), std::int64_t{48 * 64});
    if (seen) QTRY_VERIFY(!cloud.grabImage().isNull());
    bench.window->topBar().setSpace(Space::kDeep);
    QVERIFY(cloud.isVisible() && !bench.window->panes().isVisible());
    bench.window->topBar().setSpace(Space::kFlat);
    QVERIFY(!cloud.isVisible() && bench.window->panes().isVisible());
  }

  void exportsCarryWhereTheyComeFrom() {
    WindowBench bench;
    bench.openMine();
    const QString csv = bench.path("out/scores.csv"), png = bench.path("out/view.png");
    exportCsv(csv, bench.scores()->rows());
    QFile table(csv);
    QVERIFY(table.open(QIODevice::ReadOnly));
    const QList<QByteArray> lines = table.readAll().trimmed().split('\n');
    QCOMPARE(lines.size(), 4);
    QVERIFY(lines[0].startsWith("sample,method,protocol,MAE"));
    QVERIFY(lines[1].startsWith("train-0001,bicubic,clip-20,"));
    const QImage view = bench.window->panes().grabPanes();
    exportPng(png, view, bench.window->provenance());
    QImageReader reader(png);
    const QString text = reader.text("Description");
    for (const char* part :
         {"fathom", "LibTorch", "train-0001", "map real", "clip-20", "bicubic"}) {
      QVERIFY2(text.contains(part), qPrintable(text));
    }
    QCOMPARE(reader.read().convertToFormat(QImage::Format_RGB32),
             view.convertToFormat(QImage::Format_RGB32));
  }

  void anExportThatCannotBeWrittenLeavesTheOldFile() {
    QTemporaryDir folder;
    const QString path = folder.filePath("view.png");
    QImage image(64, 64, QImage::Format_RGB32);
    image.fill(Qt::red);
    exportPng(path, image, {});
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray before = file.readAll();
    // Full disk: no file may grow. Unlike a folder's rights it also holds for root.
    std::signal(SIGXFSZ, SIG_IGN);
    rlimit kept{};
    ::getrlimit(RLIMIT_FSIZE, &kept);
    rlimit none = kept;
    none.rlim_cur = 16;
    ::setrlimit(RLIMIT_FSIZE, &none);
    image.fill(Qt::blue);
    bool refused = false;
    try {
      exportPng(path, image, {});
    } catch (const FileError&) {
      refused = true;
    }
    ::setrlimit(RLIMIT_FSIZE, &kept);
    QVERIFY(refused);
    file.seek(0);
    QCOMPARE(file.readAll(), before);
    QCOMPARE(QDir(folder.path()).entryList(QDir::Files | QDir::Hidden), QStringList("view.png"));
    // A read-only place, for root too.
    QVERIFY_EXCEPTION_THROWN(exportCsv("/proc/fathom/scores.csv", {}), FileError);
  }

  void keysFollowTheFocus() {
    WindowBench bench;
    bench.openMine(3);
    Pane* pane = bench.pane(0);
    pane->setFocus();
    QTRY_VERIFY(pane->hasFocus());
    QTest::keyClick(pane, Qt::Key_2);
    QCOMPARE(bench.window->panes().selected(), QString("method:bilinear"));
    QTest::keyClick(pane, Qt::Key_PageDown);
    QTRY_COMPARE(bench.sampleId(), std::string("train-0002"));
    QTest::keyClick(pane, Qt::Key_PageUp);
    QTRY_COMPARE(bench.sampleId(), std::string("train-0001"));
    QTest::keyClick(pane, Qt::Key_Tab);
    QVERIFY(!bench.scores()->isVisible() && pane->isVisible());
    QTest::keyClick(pane, Qt::Key_Tab);
    QVERIFY(bench.scores()->isVisible());

    auto* list = bench.window->findChild<SampleList*>();
    QLineEdit* field = list->filterField();
    field->setFocus();
    QTest::keyClick(field, Qt::Key_1);
    QCOMPARE(field->text(), QString("1"));
    QCOMPARE(bench.window->panes().selected(), QString("method:bilinear"));
    QTest::keyClick(field, Qt::Key_Tab);
    QVERIFY(!field->hasFocus() && bench.scores()->isVisible());
  }

  void pageKeysInAFieldStepTheFieldAndInSpaceZoom() {
    WindowBench bench;
    bench.openMine(3);
    CloudView& view = bench.window->cloud().view();
    bench.window->topBar().setSpace(Space::kBoth);
    QTRY_VERIFY(view.pointCount() > 0);
    view.setFocus();
    QWidget* focused = QApplication::focusWidget();
    QVERIFY(focused == &view || view.isAncestorOf(focused));
    QTest::keyClick(focused, Qt::Key_PageDown);
    QCOMPARE(bench.workbench->current(), 0);
    QTest::keyClick(focused, Qt::Key_B);
    QCOMPARE(bench.window->topBar().space(), Space::kFlat);
  }

  void f6GoesFromZoneToZone() {
    WindowBench bench;
    bench.openMine();
    bench.pane(0)->setFocus();
    QSet<QWidget*> seen;
    for (int i = 0; i < 5; ++i) {
      QTest::keyClick(bench.window.get(), Qt::Key_F6);
      QWidget* focus = QApplication::focusWidget();
      QVERIFY(focus && focus->isVisible());
      QVERIFY2(!seen.contains(focus), qPrintable(spokenName(focus)));
      seen.insert(focus);
    }
    QVERIFY(bench.window->panes().isAncestorOf(QApplication::focusWidget()));  // once around
  }

  void aFolderCanBeDropped() {
    WindowBench bench;
    addMadeUpSample(bench.root("mine"), 1);
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(bench.path("mine"))});
    QDragEnterEvent enter({50, 50}, Qt::CopyAction, &data, Qt::LeftButton, {});
    QApplication::sendEvent(bench.window.get(), &enter);
    QVERIFY(enter.isAccepted());
    QDropEvent drop({50, 50}, Qt::CopyAction, &data, Qt::LeftButton, {});
    QApplication::sendEvent(bench.window.get(), &drop);
    QTRY_COMPARE(bench.sampleId(), std::string("train-0001"));
    QVERIFY(bench.window->windowTitle().startsWith("mine"));
  }

  void nothingBlocksTheWindowWhileAHeavyMethodRuns() {
    WindowBench bench;
    bench.openMine();
    int beats = 0;
    QTimer heart;
    connect(&heart, &QTimer::timeout, this, [&] { ++beats; });
    heart.start(10);
    bench.show({"bicubic", "patient"});
    QTRY_COMPARE(bench.gate.entered.load(), 1);
    beats = 0;
    QTRY_VERIFY(beats >= 5);  // the method still waits at the gate: the window lives beside it
    QVERIFY(!bench.isFresh());
    QTRY_VERIFY(!bench.pane(3)->image().isNull());
    bench.gate.open();
    QTRY_VERIFY(bench.isFresh());
    QVERIFY(!bench.pane(4)->image().isNull());
  }

  void closingDuringARun() {
    auto bench = std::make_unique<WindowBench>();
    bench->openMine();
    bench->show({"bicubic", "patient"});
    QTRY_COMPARE(bench->gate.entered.load(), 1);
    bench->workbench->runAllSamples();
    QTRY_COMPARE(bench->gate.entered.load(), 2);
    QVERIFY(bench->window->close());
    QTRY_COMPARE(bench->gate.turned.load(), 2);
    bench.reset();  // returns: both threads end
  }

  void hiddenZonesComeBackAtTheNextStart() {
    WindowBench bench;
    QTRY_VERIFY_WITH_TIMEOUT(bench.isFresh(), kSceneMilliseconds);
    bench.pane(0)->setFocus();
    QTest::keyClick(bench.pane(0), Qt::Key_Tab);
    QVERIFY(!bench.scores()->isVisible());
    bench.window->close();
    MainWindow next(*bench.workbench);
    next.restoreSettings({});
    next.show();
    QVERIFY(next.findChild<ScoresPanel*>()->isVisible());
  }

  void allSamplesAreScored() {
    WindowBench bench;
    bench.openMine();
    QSignalSpy finished(&bench.workbench->batch(), &Batch::finished);
    QTest::keyClick(bench.window.get(), Qt::Key_R, Qt::ControlModifier);
    QTRY_COMPARE(finished.count(), 1);
    QCOMPARE(bench.scores()->rows().size(), std::size_t{6});  // two samples, three methods
    bench.window->showTab("Scores");
    QCOMPARE(bench.scores()->rows().size(), std::size_t{3});
  }

  void whatCannotBeShownSaysWhy() {
    WindowBench bench;
    addMadeUpSample(bench.root("mine"), 1, false, false);
    addMadeUpSample(bench.root("mine"), 2, false, true);
    bench.workbench->open({bench.path("mine")});
    QTRY_VERIFY(bench.sampleId() == "train-0001" && bench.isFresh());
    QVERIFY(bench.pane(1)->message().contains("no transmitted map"));
    QVERIFY(bench.pane(2)->message().contains("Needs"));
    bench.workbench->select(1);
    QTRY_VERIFY(bench.sampleId() == "train-0002" && bench.isFresh());
    QCOMPARE(bench.grid().count(), 5);  // no pane for a truth that is not there
    QVERIFY(bench.pane(1)->message().isEmpty() && bench.pane(2)->message().isEmpty());
    bench.show({"broken", "fast"});
    QTRY_VERIFY(bench.isFresh() && bench.pane(2)->message().contains("no such weights"));
    QVERIFY(bench.pane(3)->message().isEmpty());
    bench.show({"fast"});
    QTRY_VERIFY(bench.isFresh());
    QVERIFY(bench.pane(2)->message().isEmpty());
  }

  void controlsHaveNames() {
    WindowBench bench;
    bench.openMine();
    bench.window->topBar().setSpace(Space::kBoth);
    QStringList nameless;
    auto* tabs = bench.window->findChildren<QTabWidget*>().first();
    for (int tab = 0; tab < tabs->count(); ++tab) {
      tabs->setCurrentIndex(tab);
      for (QWidget* widget : visibleChildren<QWidget>(*bench.window)) {
        if (!(widget->focusPolicy() & Qt::TabFocus) || !widget->isEnabled()) continue;
        if (widget->focusProxy() || qobject_cast<QTabWidget*>(widget)) continue;
        if (spokenName(widget).isEmpty()) {
          nameless << QString("%1 in %2")
                          .arg(widget->metaObject()->className(),
                               widget->parent()->metaObject()->className());
        }
      }
    }
    QVERIFY2(nameless.isEmpty(), qPrintable(nameless.join("\n")));
  }

  void noTextIsCut_data() {
    QTest::addColumn<bool>("real");
    QTest::newRow("simulated") << false;
    QTest::newRow("real") << true;
  }
  void noTextIsCut() {
    QFETCH(bool, real);
    WindowBench bench({1280, 720});
    if (real) {
      bench.openMine();
    } else {
      QTRY_VERIFY_WITH_TIMEOUT(bench.isFresh(), kSceneMilliseconds);
    }
    QStringList found;
    for (const char* tab : {"Degradation", "Methods", "All samples", "Log", "Scores"}) {
      bench.window->showTab(tab);
      QCoreApplication::processEvents();
      for (const QString& text : cutTexts(*bench.window)) found << QString(tab) + ": " + text;
    }
    bench.window->topBar().setSpace(Space::kBoth);
    for (const LayerInfo& info : layerInfos()) {
      bench.window->topBar().setLayer(info.id);
      QTRY_VERIFY(bench.isFresh());
      QCoreApplication::processEvents();  // the layout follows the texts
      for (const QString& text : cutTexts(*bench.window)) found << info.title + ": " + text;
    }
    found.removeDuplicates();
    QVERIFY2(found.isEmpty(), qPrintable(found.join("\n")));
    QCOMPARE(bench.window->size(), QSize(1280, 720));  // and nothing pushed the window wider
  }

  void theProgramItself() {
    WindowBench files;  // for the folder only
    addMadeUpSample(files.root("mine"), 1);
    const QString program = qEnvironmentVariable("FATHOM_BIN") + "/fathom";
    QVERIFY2(QFile::exists(program), qPrintable(program));
    QProcess process;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert("XDG_CONFIG_HOME", files.path("config"));
    environment.insert("XDG_STATE_HOME", files.path("state"));
    process.setProcessEnvironment(environment);
    process.start(program,
                  {"--screenshot", files.path("a.png"), "--size", "1300x740", files.path("mine")});
    QVERIFY(process.waitForFinished(60000));
    QCOMPARE(process.exitStatus(), QProcess::NormalExit);
    QCOMPARE(process.exitCode(), 0);
    QCOMPARE(QImage(files.path("a.png")).size(), QSize(1300, 740));
    process.start(program, {"--screenshot", files.path("b.png"), files.path("nowhere")});
    QVERIFY(process.waitForFinished(60000));
    QCOMPARE(process.exitCode(), 1);
    QVERIFY(process.readAllStandardError().contains("nowhere"));
    QVERIFY(!QFile::exists(files.path("b.png")));
  }
};

int main(int argc, char** argv) {
  return runScreenTest<WindowTest>(argc, argv);
}
#include "window.moc"
