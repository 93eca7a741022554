// What the window around the methods does: jobs in the status bar, weights, search, stamps.
#include <QAction>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QMessageBox>
#include <QPushButton>
#include <QStatusBar>
#include <QToolButton>
#include <fstream>

#include "app/window/cloud_pane.h"
#include "app/window/method_shelf.h"
#include "app/window/methods_panel.h"
#include "app/window/weights_details.h"
#include "app/window/weights_dialog.h"
#include "models/raft/method.h"
#include "tests/app/weights_bench.h"
#include "tests/app/window_bench.h"
#include "widgets/lists/method_list.h"
#include "widgets/lists/method_search.h"
#include "widgets/space/cloud_view.h"

using namespace fathom;

namespace {

QToolButton* statusButton(WindowBench& bench, const QString& text) {
  for (QToolButton* button : visibleChildren<QToolButton>(*bench.window->statusBar())) {
    if (button->text().contains(text)) return button;
  }
  return nullptr;
}

QString statusText(WindowBench& bench) {
  QStringList all;
  for (QLabel* label : visibleChildren<QLabel>(*bench.window->statusBar())) all << label->text();
  return all.join(" | ");
}

/// Pixels of the colour of caution in a part of a picture.
int warned(const QImage& image, const QRect& part) {
  int count = 0;
  for (int y = part.top(); y <= part.bottom(); ++y) {
    for (int x = part.left(); x <= part.right(); ++x) {
      count += int(image.pixelColor(x, y).rgb() == tokens(Theme::kDark).warn.rgb());
    }
  }
  return count;
}

QAction* actionOf(QWidget& window, const QString& text) {
  for (QAction* action : window.findChildren<QAction*>()) {
    if (action->text() == text) return action;
  }
  return nullptr;
}

}  // namespace

class WindowMethodsTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void theStatusBarNamesTheJobAndStopsIt() {
    WindowBench bench;
    bench.openMine();
    QVERIFY(!statusButton(bench, "Cancel"));
    bench.show({"nearest", "patient"});
    QTRY_COMPARE(bench.gate.entered.load(), 1);
    QTRY_VERIFY(statusText(bench).contains("patient · 0 %"));
    QTRY_VERIFY(statusButton(bench, "Cancel"));
    QTest::mouseClick(statusButton(bench, "Cancel"), Qt::LeftButton);
    QTRY_VERIFY(!bench.workbench->isBusy());
    QCOMPARE(bench.gate.turned.load(), 1);
    QTRY_VERIFY(!statusButton(bench, "Cancel"));
    bench.workbench->refresh();
    QTRY_COMPARE(bench.gate.entered.load(), 2);
    bench.pane(0)->setFocus();
    QTest::keyClick(bench.pane(0), Qt::Key_Escape);
    QTRY_COMPARE(bench.gate.turned.load(), 2);
    QTRY_VERIFY(!bench.workbench->isBusy());
  }

  void aRealNetworkRunsAndIsCalledOff() {
    WindowBench bench({1366, 768}, registerRaftDuMethod);
    QTRY_VERIFY(bench.isFresh());  // an embedded scene of 640×480
    const auto show = [&](std::int64_t iterations) {
      ExperimentState state = bench.workbench->document().state();
      state.methods = {
          {"raft_du",
           initialValues(bench.workbench->pipeline().methods().info("raft_du").settings)}};
      state.methods[0].values["random_weights"] = true;
      state.methods[0].values["iterations"] = iterations;
      bench.workbench->document().change("Methods", std::move(state));
    };
    show(4);
    QTRY_VERIFY_WITH_TIMEOUT(statusText(bench).contains("RAFT-DU · "), 60'000);
    QTRY_VERIFY_WITH_TIMEOUT(bench.isFresh(), 120'000);
    QVERIFY(!bench.pane(3)->image().isNull());
    show(64);
    QTRY_VERIFY_WITH_TIMEOUT(statusText(bench).contains("refining"), 120'000);
    QTest::mouseClick(statusButton(bench, "Cancel"), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(!bench.workbench->isBusy(), 60'000);
    QVERIFY(!bench.isFresh());
  }

  void aRunOverAllSamplesNamesItsMethod() {
    WindowBench bench;
    bench.openMine();
    ExperimentState state = bench.workbench->document().state();
    state.methods = {{"patient", {}}};
    bench.workbench->batch().start(bench.workbench->source(), 0, 2, state);
    QTRY_VERIFY(statusText(bench).contains("Sample 1 of 2 · patient"));
    bench.workbench->cancel();
    QTRY_VERIFY(!statusText(bench).contains("Sample"));
  }

  void aLongJobDoesNotWidenTheWindow() {
    WindowBench bench({1280, 720});
    bench.openMine();
    Q_EMIT bench.workbench->progressed(0.5, QString("a very long step ").repeated(40), {});
    QTRY_VERIFY(statusText(bench).contains(QChar(0x2026)));
    QCOMPARE(bench.window->size(), QSize(1280, 720));
  }

  void searchHasKeys() {
    WindowBench bench;
    bench.openMine();
    QLineEdit& field = bench.window->methods().findChild<MethodSearch*>()->field();
    actionOf(*bench.window, "&Find a method")->trigger();
    QTRY_VERIFY(field.hasFocus());
    QTest::keyClicks(&field, "stamp");
    QTRY_COMPARE(bench.window->methods().findChild<MethodSearch*>()->list().shownMethods(), 1);
    QTest::keyClick(&field, Qt::Key_Escape);
    QCOMPARE(field.text(), QString());
    bench.pane(0)->setFocus();
    QTest::keyClick(bench.pane(0), Qt::Key_Slash);
    QTRY_VERIFY(field.hasFocus());
  }

  void weightsAreGotFromTheWindow() {
    WeightsBench source;
    WindowBench bench;
    std::filesystem::create_directories(bench.root("weights"));
    source.writeCatalogue(bench.root("weights") / "catalogue.json");
    bench.openMine();
    bench.workbench->weights().rescan();
    QTRY_VERIFY(bench.workbench->weights().find("made_up") &&
                bench.workbench->weights().find("made_up")->inCatalogue);
    bench.show({"nearest", "net"});
    QTRY_VERIFY(bench.isFresh());
    QTRY_VERIFY(bench.pane(4)->message().contains("Weights are missing"));
    Q_EMIT bench.pane(4)->actionTriggered();
    WeightsDialog* dialog = bench.window->weightsDialog();
    QVERIFY(dialog && dialog->isVisible());
    QCOMPARE(dialog->selected(), std::string("made_up"));
    source.stallAfter(500'000);
    bench.workbench->weights().fetch("made_up", true);
    dialog->close();
    QTRY_VERIFY(statusButton(bench, "Made up 50 %"));  // goes on, and is seen to
    QTest::mouseClick(statusButton(bench, "Made up"), Qt::LeftButton);
    QVERIFY(dialog->isVisible());
    bench.workbench->weights().cancel("made_up");
    QTRY_VERIFY(bench.workbench->weights().jobs().empty());
    QVERIFY(!statusButton(bench, "Made up"));
    source.stallAfter(-1);
    bench.workbench->weights().fetch("made_up", false);
    QTRY_VERIFY(bench.pane(4)->message().isEmpty() && !bench.pane(4)->image().isNull());
  }

  void refusedCodeIsAllowedFromItsPane() {
    WindowBench bench;
    bench.openMine(1);
    std::ofstream(bench.root("net.pt")) << "no module";
    std::ofstream(bench.root("net.json")) << "{}";
    MethodShelf shelf(*bench.workbench, bench.root("methods.toml"),
                      std::make_shared<Consent>(bench.root("allowed.json")));
    bench.window->setShelf(&shelf);
    MethodDefinition net = newDefinition(MethodKind::kTorchScript, "script");
    net.parameters["file"] = bench.path("net.pt").toStdString();
    shelf.put(net);
    bench.show({"nearest", "script"});
    QTRY_VERIFY(bench.isFresh() && bench.pane(4)->message().contains("not allowed"));
    QPushButton* allow = bench.pane(4)->actionButton();
    QVERIFY(allow->isVisible());
    QCOMPARE(allow->text(), QString("Allow…"));
    QMessageBox* box = nullptr;
    const auto asked = [&] { return (box = bench.window->findChild<QMessageBox*>()) != nullptr; };
    allow->click();
    QTRY_VERIFY(asked());
    for (const char* part : {"net.pt", "9 bytes", "SHA-256", "This file is a program"}) {
      QVERIFY2(box->informativeText().contains(part), qPrintable(box->informativeText()));
    }
    box->defaultButton()->click();  // no
    QTRY_VERIFY(!asked());
    QVERIFY(bench.pane(4)->message().contains("not allowed"));
    allow->click();
    QTRY_VERIFY(asked());
    for (QAbstractButton* each : box->buttons()) {
      if (each->text() == "Allow") each->click();
    }
    // It is no module, which only shows once it may be opened.
    QTRY_VERIFY2(bench.pane(4)->message().contains("cannot be loaded"),
                 qPrintable(bench.pane(4)->message()));
    QVERIFY(!allow->isVisible());
    bench.window.reset();
  }

  void theMenuOpensTheManager() {
    WindowBench bench;
    bench.openMine();
    QTRY_VERIFY(!bench.workbench->weights().items().empty());
    actionOf(*bench.window, "&Weights…")->trigger();
    QVERIFY(bench.window->weightsDialog()->isVisible());
    QVERIFY(!bench.window->weightsDialog()->selected().empty());
  }

  void stampsAreInEveryPictureThatLeaves() {
    WindowBench bench;
    bench.openMine();
    bench.show({"nearest", "stamped"});
    QTRY_VERIFY(bench.isFresh());
    const QImage panes = bench.window->panes().grabPanes();
    const auto area = [&](int pane) {
      const double ratio = panes.devicePixelRatio();
      const QRect place = bench.pane(pane)->geometry();
      return QRectF(place.x() * ratio, place.y() * ratio, place.width() * ratio,
                    place.height() * ratio)
          .toRect();
    };
    QVERIFY(warned(panes, area(4)) > 20);
    QCOMPARE(warned(panes, area(3)), 0);
    bool told = false;
    for (const auto& [key, value] : bench.window->provenance().more) {
      told |= key == "stamps" && value == "stamped: tiled 512";
    }
    QVERIFY(told);
    bench.window->topBar().setSpace(Space::kDeep);
    CloudPane& cloud = bench.window->cloud();
    if (!cloud.view().hasOpenGl()) QSKIP("OpenGL is not there: 3D cannot be seen");
    const auto picture = [&] { return cloud.grabImage(); };
    QTRY_VERIFY(!picture().isNull());
    QCOMPARE(warned(picture(), picture().rect()), 0);  // the truth
    bench.window->panes().select(methodPane("stamped"));
    QTRY_VERIFY(warned(picture(), picture().rect()) > 20);
  }
};

int main(int argc, char** argv) {
  return runScreenTest<WindowMethodsTest>(argc, argv);
}
#include "window_methods.moc"
