// The methods' panel over made-up networks: card, costs, weights, and what a file that arrives
// does.
#include "app/window/methods_panel.h"

#include <QFileDialog>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QtTest>

#include "app/window/method_card.h"
#include "app/window/panes_view.h"
#include "app/window/scores_panel.h"
#include "app/window/workbench.h"
#include "tests/app/made_up_methods.h"
#include "tests/app/weights_bench.h"
#include "widgets/forms/parameter_form.h"
#include "widgets/image/pane.h"
#include "widgets/image/pane_grid.h"
#include "widgets/lists/method_list.h"
#include "widgets/lists/method_search.h"
#include "widgets/lists/score_table.h"
#include "widgets/theme/tokens.h"

using namespace fathom;

namespace {

QString textsOf(QWidget& parent) {
  QStringList all;
  for (QLabel* label : parent.findChildren<QLabel*>()) {
    if (label->isVisible()) all << label->text();
  }
  return all.join('\n');
}

QPushButton* buttonOf(QWidget& parent, const QString& text) {
  for (QPushButton* button : parent.findChildren<QPushButton*>()) {
    if (button->text() == text && button->isVisible()) return button;
  }
  return nullptr;
}

/// A workbench with its panel, panes and scores, whose weights lie in a folder of its own.
struct Bench {
  Gate gate;
  WeightsBench weights;
  std::unique_ptr<Workbench> workbench;
  std::unique_ptr<MethodsPanel> panel;
  std::unique_ptr<PanesView> panes;
  std::unique_ptr<ScoresPanel> scores;

  Bench() {
    qputenv("FATHOM_WEIGHTS", weights.path("").parent_path().c_str());
    workbench = std::make_unique<Workbench>(std::make_shared<Pipeline>(
        madeUpMethods(gate), [] { return at::Device(at::kCPU); }, 256 << 20));
    panel = std::make_unique<MethodsPanel>(*workbench);
    panes = std::make_unique<PanesView>(*workbench);
    scores = std::make_unique<ScoresPanel>(*workbench);
    panel->resize(kRightWidth, 600);
    panel->show();
    panes->resize(900, 600);
  }
  MethodList& list() { return panel->findChild<MethodSearch*>()->list(); }
  MethodCard& card() { return *panel->findChild<MethodCard*>(); }
  ScoreTable& table() { return *scores->findChild<ScoreTable*>(); }
  const MethodEntry& entry(const std::string& id) {
    return *std::ranges::find(list().methods(), id, &MethodEntry::id);
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
  bool isSettled() const { return workbench->sample() && !workbench->isBusy(); }
  const MethodResult& result(std::size_t place) { return workbench->results()[place]; }
  Pane* paneOf(const char* method) {
    for (Pane* pane : panes->grid().panes()) {
      if (pane->header().title == panes->titleOf(methodPane(method))) return pane;
    }
    return nullptr;
  }
};

constexpr int kSceneMilliseconds = 30000;

}  // namespace

class MethodsPanelTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void membersWeightsAreChosenWhereTheMemberIs() {
    UpsamplerInfo info;
    info.id = info.title = "both";
    info.weights = {{"", "of_a_member", "Of a member"}, {"weights", "own", "Its own"}};
    MethodCard card;
    card.setMethod(info, Qt::red);
    card.setVisible(true);
    int choosable = 0;
    for (QPushButton* button : card.findChildren<QPushButton*>()) {
      choosable += int(button->text().startsWith("Choose") && button->isVisible());
    }
    QCOMPARE(choosable, 1);
  }

  void initTestCase() { applyTheme(*qApp, Theme::kDark); }

  void groupsSearchAndNotes() {
    Bench bench;
    QTRY_VERIFY_WITH_TIMEOUT(bench.isSettled(), kSceneMilliseconds);
    QCOMPARE(bench.entry("net").group, "Networks");
    QCOMPARE(bench.entry("bicubic").group, "Interpolation");
    QVERIFY(bench.entry("bicubic").note.isEmpty());
    QTRY_COMPARE(bench.entry("net").note, "1.00 M · 307 G");  // 640 × 480 pixels
    QTRY_COMPARE(bench.entry("net").state, "get weights…");
    bench.panel->focusSearch();
    bench.panel->findChild<MethodSearch*>()->field().setText(
        "made-up networks, 2024");  // its paper
    QCOMPARE(bench.list().shownMethods(), 1);
  }

  void theCardSaysWhatAMethodIs() {
    Bench bench;
    QTRY_VERIFY_WITH_TIMEOUT(bench.isSettled(), kSceneMilliseconds);
    bench.panel->select("net");
    QTRY_VERIFY(textsOf(bench.card()).contains("307 G"));
    QTRY_VERIFY(textsOf(bench.card()).contains("⚠ missing"));
    const QString said = textsOf(bench.card());
    for (const char* part : {"Network net", "A made-up network.", "Author", "MIT",
                             "Nothing of it is published.", "1.00 M", "900 k", "300 G",
                             "MAE 0.212 m, RMSE 0.375 m (protocol unknown)", "Weights of net"}) {
      QVERIFY2(said.contains(part), part);
    }
    QTRY_VERIFY(textsOf(bench.card()).contains("⚠ missing"));
    bench.panel->select("nearest");
    QVERIFY(!textsOf(bench.card()).contains("Parameters"));
    QVERIFY(!textsOf(bench.card()).contains("Weights"));
  }

  void getLeadsToTheManagerFromCardStateAndPane() {
    Bench bench;
    bench.show({"nearest", "net"});
    QTRY_VERIFY_WITH_TIMEOUT(bench.isSettled() && bench.result(1).stage, kSceneMilliseconds);
    QSignalSpy fromPanel(bench.panel.get(), &MethodsPanel::weightsWanted);
    QSignalSpy fromPane(bench.panes.get(), &PanesView::weightsWanted);
    QSignalSpy fromScores(bench.scores.get(), &ScoresPanel::weightsWanted);
    bench.panel->select("net");
    QTRY_VERIFY(buttonOf(bench.card(), "Get…"));
    QTest::mouseClick(buttonOf(bench.card(), "Get…"), Qt::LeftButton);
    Q_EMIT bench.list().stateActivated("net");
    QCOMPARE(fromPanel.count(), 2);
    QCOMPARE(fromPanel[1][0].value<std::string>(), std::string("made_up"));
    QTRY_COMPARE(bench.paneOf("net")->message(), "Weights are missing.");
    Q_EMIT bench.paneOf("net")->actionTriggered();
    QCOMPARE(fromPane.count(), 1);
    QCOMPARE(fromPane[0][0].value<std::string>(), std::string("made_up"));
    Q_EMIT bench.table().stateActivated("net");
    QCOMPARE(fromScores.count(), 1);
    QCOMPARE(bench.weights.server.requests().size(), 0);
  }

  void aFileThatArrivesRunsItsMethodsAgain() {
    Bench bench;
    bench.show({"net", "nearest"});
    QTRY_VERIFY_WITH_TIMEOUT(bench.isSettled() && bench.result(0).stage, kSceneMilliseconds);
    QVERIFY(!bench.result(0).stage->prediction);
    QTRY_VERIFY(!bench.workbench->weights().items().empty());
    bench.workbench->weights().fetch("made_up", true);
    QTRY_VERIFY(bench.result(0).stage && bench.result(0).stage->prediction);
    QTRY_VERIFY(bench.isSettled());
    QVERIFY(bench.paneOf("net")->message().isEmpty());
    QTRY_VERIFY(bench.entry("net").state.isEmpty());
    bench.panel->select("net");
    QTRY_VERIFY(textsOf(bench.card()).contains("✓ here, 1.0 MB"));
    // Gone again: what it made is not shown as if it still could.
    bench.workbench->weights().remove("made_up");
    QTRY_VERIFY(bench.result(0).stage && !bench.result(0).stage->prediction);
  }

  void aFileThatNobodyShownWantsRunsNothing() {
    Bench bench;
    bench.show({"nearest"});
    QTRY_VERIFY_WITH_TIMEOUT(bench.isSettled(), kSceneMilliseconds);
    QTRY_VERIFY(!bench.workbench->weights().items().empty());
    QSignalSpy staled(bench.workbench.get(), &Workbench::staled);
    QSignalSpy arrived(&bench.workbench->weights(), &WeightsStore::fileChanged);
    bench.workbench->weights().fetch("made_up", true);
    QVERIFY(arrived.wait());
    QCoreApplication::processEvents();
    QCOMPARE(staled.count(), 0);
  }

  void chooseFileSetsTheMethodsOwnSetting() {
    Bench bench;
    bench.show({"net"});
    QTRY_VERIFY_WITH_TIMEOUT(bench.isSettled() && bench.result(0).stage, kSceneMilliseconds);
    bench.weights.writeCheckpoint(bench.weights.file("own.safetensors"));
    bench.panel->select("net");
    QTRY_VERIFY(buttonOf(bench.card(), "Choose file…"));
    QTest::mouseClick(buttonOf(bench.card(), "Choose file…"), Qt::LeftButton);
    auto* files = bench.panel->findChild<QFileDialog*>();
    QVERIFY(files);
    const std::string own = bench.weights.file("own.safetensors").string();
    Q_EMIT files->fileSelected(QString::fromStdString(own));
    files->close();
    QCOMPARE(text(bench.workbench->document().state().methods[0].values, "weights"), own);
    QTRY_VERIFY(bench.result(0).stage && bench.result(0).stage->prediction);
    QVERIFY(bench.entry("net").state.isEmpty());
    bench.workbench->document().undoStack().undo();
    QTRY_VERIFY(bench.result(0).stage && !bench.result(0).stage->prediction);
  }

  void stampsStandOnPaneTableAndCard() {
    Bench bench;
    bench.show({"nearest", "stamped"});
    QTRY_VERIFY_WITH_TIMEOUT(bench.isSettled() && bench.result(1).stage, kSceneMilliseconds);
    QCOMPARE(bench.panes->stampOf(methodPane("stamped")), "tiled 512");
    QCOMPARE(bench.panes->stampOf(methodPane("nearest")), QString());
    QCOMPARE(bench.panes->stampOf(kTruthPane), QString());
    QCOMPARE(bench.paneOf("stamped")->header().stamp, "tiled 512");
    QVERIFY(bench.table().copyText().contains("\ttiled 512"));
    QCOMPARE(bench.scores->rows()[1].stamp, std::string("tiled 512"));
    QCOMPARE(bench.scores->rows()[0].stamp, std::string());
  }

  void randomWeightsAreSaidEverywhere() {
    Bench bench;
    ExperimentState state = bench.workbench->document().state();
    Values values = initialValues(bench.workbench->pipeline().methods().info("net").settings);
    values["random_weights"] = true;
    state.methods = {{"net", values}};
    bench.workbench->document().change("Random", std::move(state));
    QTRY_VERIFY_WITH_TIMEOUT(
        bench.isSettled() && bench.result(0).stage && bench.result(0).stage->prediction,
        kSceneMilliseconds);
    bench.panel->select("net");
    QCOMPARE(bench.entry("net").state, "random weights");
    QVERIFY(bench.entry("net").warning);
    QTRY_VERIFY(textsOf(bench.card()).contains("random weights are used"));
    QCOMPARE(bench.paneOf("net")->header().stamp, "random weights");
  }

  void aHeavyMethodSaysHowFarItIsAndCanBeCancelled() {
    Bench bench;
    bench.show({"nearest", "patient"});
    QSignalSpy progressed(bench.workbench.get(), &Workbench::progressed);
    QTRY_COMPARE_WITH_TIMEOUT(bench.gate.entered.load(), 1, kSceneMilliseconds);
    // Its name is said before it reports for the first time.
    QTRY_VERIFY(!progressed.isEmpty() && progressed.last()[1].toString() == "patient");
    QCOMPARE(progressed.last()[2].toString(), methodPane("patient"));
    QTRY_VERIFY(bench.paneOf("patient")->header().detail.startsWith("0 %"));
    bench.workbench->cancel();
    QTRY_VERIFY(!bench.workbench->isBusy());
    QVERIFY(bench.paneOf("patient")->header().detail.contains("cancelled"));
    bench.gate.open();
    bench.workbench->refresh();
    QTRY_VERIFY(bench.isSettled() && bench.result(1).stage && bench.result(1).stage->prediction);
    QVERIFY(bench.paneOf("patient")->header().detail.contains("MAE"));
  }

  void methodsKeepTheirColoursAcrossThemes() {
    Bench bench;
    applyTheme(*qApp, Theme::kLight);
    QTRY_COMPARE(bench.entry("bicubic").colour, bench.workbench->colourOf("bicubic"));
    applyTheme(*qApp, Theme::kDark);
    QTRY_COMPARE(bench.entry("bicubic").colour, bench.workbench->colourOf("bicubic"));
  }
};

QTEST_MAIN(MethodsPanelTest)
#include "methods_panel.moc"
