// Methods of the user's own in the window: kept, changed, tried, refused; the
// dialog around them.
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMessageBox>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QtTest>
#include <fstream>

#include "app/window/members_editor.h"
#include "app/window/method_dialog.h"
#include "app/window/method_shelf.h"
#include "app/window/method_trial.h"
#include "app/window/workbench.h"
#include "core/error.h"
#include "tests/app/made_up_methods.h"
#include "widgets/forms/parameter_form.h"
#include "widgets/forms/setting_row.h"

using namespace fathom;

namespace {

struct Bench {
  Gate gate;
  QTemporaryDir folder;
  std::unique_ptr<Workbench> workbench;
  std::unique_ptr<MethodShelf> shelf;

  Bench() {
    qputenv("FATHOM_WEIGHTS", folder.filePath("weights").toLocal8Bit());
    workbench = std::make_unique<Workbench>(std::make_shared<Pipeline>(
        madeUpMethods(gate), [] { return at::Device(at::kCPU); }, std::size_t{256} << 20));
    openShelf();
  }
  std::filesystem::path path(const char* name) const { return folder.filePath(name).toStdString(); }
  /// As the next session does.
  void openShelf() {
    shelf.reset();
    shelf = std::make_unique<MethodShelf>(*workbench, path("methods.toml"),
                                          std::make_shared<Consent>(path("allowed.json")));
  }
  bool knows(const char* id) const { return workbench->pipeline().methods().has(id); }
  void show(const std::string& id) {
    ExperimentState state = workbench->document().state();
    state.methods = {{id, {}}};
    workbench->document().change("Methods", std::move(state));
  }
  double metres() {
    const auto& results = workbench->results();
    if (results.empty() || !results[0].stage || !results[0].stage->prediction) return -1;
    return results[0].stage->prediction->depth.metres[0][0].item<double>();
  }
};

MethodDefinition ensembleOf(const std::string& id, const std::vector<std::string>& members) {
  MethodDefinition made = newDefinition(MethodKind::kEnsemble, id);
  for (const std::string& member : members) made.members.push_back({member, {}});
  return made;
}

MethodDefinition failing(const std::string& id) {
  MethodDefinition made = newDefinition(MethodKind::kCommand, id);
  made.command = {"sh", "-c", "echo the net is on fire >&2; exit 3", "{out}"};
  return made;
}

template <class Widget>
Widget* named(QWidget& parent, const QString& name) {
  for (Widget* child : parent.findChildren<Widget*>()) {
    if (child->accessibleName() == name) return child;
  }
  return nullptr;
}

QPushButton* button(QWidget& parent, const QString& text) {
  for (QPushButton* child : parent.findChildren<QPushButton*>()) {
    if (child->text() == text) return child;
  }
  return nullptr;
}

}  // namespace

class MethodShelfTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void whatWasAddedIsThereNextTime() {
    Bench bench;
    MethodDefinition mine = ensembleOf("mine", {"fast", "stamped"});
    mine.title = "Mine";
    mine.colour = "#c03070";
    bench.shelf->put(mine);
    QVERIFY(bench.knows("mine"));
    QCOMPARE(bench.workbench->colourOf("mine"), QColor("#c03070"));
    bench.show("mine");
    QTRY_COMPARE(bench.metres(), 6.5);  // of 7 and 6 m
    Gate gate;
    Workbench next(std::make_shared<Pipeline>(
        madeUpMethods(gate), [] { return at::Device(at::kCPU); }, std::size_t{1} << 20));
    const MethodShelf again(next, bench.path("methods.toml"), bench.shelf->consent());
    QVERIFY(again.problems().isEmpty());
    QCOMPARE(next.pipeline().methods().info("mine").title, std::string("Mine"));
    QCOMPARE(again.definitions()[0].members.size(), std::size_t(2));
  }

  void anEditTakesPlaceAtOnce() {
    Bench bench;
    bench.shelf->put(ensembleOf("mine", {"fast"}));
    bench.shelf->put(ensembleOf("around", {"mine"}));
    bench.show("around");
    QTRY_COMPARE(bench.metres(), 7.0);
    bench.shelf->put(ensembleOf("mine", {"stamped"}), "mine");
    QTRY_COMPARE(bench.metres(), 6.0);  // what is made of it changed with it
    bench.shelf->put(ensembleOf("renamed", {"stamped"}), "mine");
    QVERIFY(bench.knows("renamed") && !bench.knows("mine"));
    QCOMPARE(bench.shelf->find("around")->members[0].id, std::string("renamed"));
  }

  void whatCannotBeChangesNothing() {
    Bench bench;
    bench.shelf->put(ensembleOf("mine", {"fast"}));
    QVERIFY_EXCEPTION_THROWN(bench.shelf->put(ensembleOf("mine", {"fast"})), BadInput);
    QVERIFY_EXCEPTION_THROWN(bench.shelf->put(ensembleOf("fast", {"stamped"})), BadInput);
    QVERIFY_EXCEPTION_THROWN(bench.shelf->put(ensembleOf("other", {"nobody"})), BadInput);
    QVERIFY_EXCEPTION_THROWN(bench.shelf->put(ensembleOf("mine", {"mine"}), "mine"), BadInput);
    QVERIFY_EXCEPTION_THROWN(bench.shelf->put(ensembleOf("a b", {"fast"})), BadInput);
    QCOMPARE(bench.shelf->definitions().size(), std::size_t(1));
    QCOMPARE(bench.shelf->freeId("mine"), std::string("mine-2"));
    bench.shelf->put(ensembleOf("around", {"mine"}));
    QVERIFY_EXCEPTION_THROWN(bench.shelf->remove("mine"), BadInput);
    bench.shelf->remove("around");
    bench.shelf->remove("mine");
    QVERIFY(!bench.knows("mine"));
    bench.openShelf();
    QVERIFY(bench.shelf->definitions().empty() && !bench.knows("mine"));
  }

  void oneBadMethodLeavesTheOthers() {
    Bench bench;
    std::ofstream(bench.path("methods.toml"))
        << "[[method]]\nid = \"good\"\nkind = \"ensemble\"\nmembers = "
           "[\"fast\"]\n"
           "[[method]]\nid = \"bad\"\nkind = \"ensemble\"\nmembers = "
           "[\"nobody\"]\n";
    bench.openShelf();
    QVERIFY(bench.knows("good") && !bench.knows("bad"));
    QCOMPARE(bench.shelf->problems().size(), 1);
    QVERIFY2(bench.shelf->problems()[0].contains("nobody"), qPrintable(bench.shelf->problems()[0]));
    QVERIFY(std::filesystem::exists(bench.path("methods.toml.before")));
  }

  void aFailureIsToldWithItsLastWords() {
    Bench bench;
    bench.shelf->put(failing("mine"));
    bench.show("mine");
    QTRY_VERIFY(!bench.workbench->results().empty() && bench.workbench->results()[0].stage);
    const auto stage = bench.workbench->results()[0].stage;
    QVERIFY(!stage->prediction);
    QVERIFY2(QString::fromStdString(stage->failure).contains("on fire"), stage->failure.c_str());
  }

  void theDialogAddsAnEnsemble() {
    Bench bench;
    MethodDialog dialog(*bench.workbench, *bench.shelf, {});
    dialog.show();
    auto* kinds = named<QListWidget>(dialog, "Kind of method");
    QCOMPARE(kinds->count(), 5);
    kinds->setCurrentRow(3);
    QVERIFY(dialog.kind() == MethodKind::kEnsemble);
    auto* members = dialog.findChild<MembersEditor*>();
    QVERIFY(members->isVisible());
    members->setMembers({{"fast", {}}, {"stamped", {}}});
    QSignalSpy saved(&dialog, &MethodDialog::saved);
    button(dialog, "Add method")->click();
    QCOMPARE(saved.size(), 1);
    QVERIFY(bench.knows("my-method"));
    QVERIFY(!dialog.isVisible());
  }

  void theDialogSaysWhatIsWrong() {
    Bench bench;
    MethodDialog dialog(*bench.workbench, *bench.shelf, {});
    dialog.show();
    button(dialog, "Add method")->click();  // a folder of predictions without a folder
    auto* answer = named<QPlainTextEdit>(dialog, "What came of it");
    QVERIFY(answer->isVisible());
    QVERIFY2(answer->toPlainText().contains("folder"), qPrintable(answer->toPlainText()));
    QVERIFY(dialog.isVisible() && bench.shelf->definitions().empty());
  }

  void theTrialShowsWhatAProgramSaid() {
    Bench bench;
    QTRY_VERIFY(bench.workbench->low());
    bench.shelf->put(failing("mine"));
    MethodDialog dialog(*bench.workbench, *bench.shelf, "mine");
    dialog.show();
    auto* answer = named<QPlainTextEdit>(dialog, "What came of it");
    auto* command = named<QLineEdit>(dialog, "Command");
    QVERIFY(command->isVisible() && command->text().contains("on fire"));
    button(dialog, "Try on this sample")->click();
    QTRY_VERIFY2(answer->toPlainText().contains("the net is on fire"),
                 qPrintable(answer->toPlainText()));
    QTRY_VERIFY(button(dialog, "Try on this sample")->isEnabled());
    command->setText("sh -c 'unclosed");
    button(dialog, "Try on this sample")->click();
    QVERIFY(answer->toPlainText().startsWith(QStringLiteral("⚠")));
  }

  void theTrialSaysThatItWorks() {
    Bench bench;
    QTRY_VERIFY(bench.workbench->low());
    MethodTrial trial;
    QSignalSpy finished(&trial, &MethodTrial::finished);
    trial.start(bench.shelf->with(ensembleOf("mine", {"fast"}), {}), "mine",
                bench.workbench->sample(), bench.workbench->low());
    QTRY_COMPARE(finished.size(), 1);
    QVERIFY2(finished[0][0].toBool(), qPrintable(finished[0][1].toString()));
    QVERIFY(finished[0][1].toString().contains("7"));
    QVERIFY(bench.shelf->definitions().empty());
  }

  void codeIsAskedAbout() {
    Bench bench;
    const auto file = bench.path("net.pt");
    std::ofstream(file) << "not really code";
    QWidget window;
    int ran = 0;
    QString refused;
    const auto ask = [&] {
      withConsent(
          bench.shelf->consent(), file, &window, [&] { ++ran; },
          [&](const QString& why) { refused = why; });
    };
    ask();
    QMessageBox* box = nullptr;
    QTRY_VERIFY((box = window.findChild<QMessageBox*>()));
    QVERIFY(box->informativeText().contains("net.pt") &&
            box->informativeText().contains("SHA-256"));
    QVERIFY(box->informativeText().contains("This file is a program") &&
            box->informativeText().contains("15 bytes"));
    box->defaultButton()->click();
    QTRY_VERIFY(!refused.isEmpty());
    QCOMPARE(ran, 0);
    QTRY_VERIFY(!window.findChild<QMessageBox*>());
    ask();
    QTRY_VERIFY((box = window.findChild<QMessageBox*>()));
    button(*box, "Allow")->click();
    QTRY_COMPARE(ran, 1);
    ask();  // remembered
    QTRY_COMPARE(ran, 2);
    std::ofstream(file) << "other code";
    refused.clear();
    QTRY_VERIFY(!window.findChild<QMessageBox*>());
    ask();  // these bytes are not those
    QTRY_VERIFY((box = window.findChild<QMessageBox*>()));
    std::filesystem::remove(file);
    ask();
    QTRY_VERIFY(!refused.isEmpty());
  }

  void theRefusedFileIsFound() {
    Bench bench;
    const auto file = bench.path("net.pt");
    std::ofstream(file) << "no module";
    std::ofstream(bench.path("net.json")) << "{}";
    MethodDefinition net = newDefinition(MethodKind::kTorchScript, "script");
    net.parameters["file"] = file.string();
    bench.shelf->put(net);
    bench.shelf->put(ensembleOf("around", {"fast", "script"}));
    bench.show("around");
    QTRY_VERIFY(!bench.workbench->results().empty() && bench.workbench->results()[0].stage);
    const std::string failure = bench.workbench->results()[0].stage->failure;
    QVERIFY2(isRefusal(failure), failure.c_str());
    QCOMPARE(bench.shelf->refusedFile("around", failure), file);
    QCOMPARE(bench.shelf->refusedFile("script", failure), file);
    QVERIFY(bench.shelf->refusedFile("fast", failure).empty());
    QVERIFY(bench.shelf->refusedFile("script", "the net is on fire").empty());
  }

  void theFormsRowsBeginWhereTheOthersDo() {
    Bench bench;
    MethodDialog dialog(*bench.workbench, *bench.shelf, {});
    dialog.show();
    const auto left = [&](const QWidget* widget) { return widget->mapTo(&dialog, QPoint()).x(); };
    const auto rows = dialog.findChildren<SettingRow*>();
    QVERIFY(!rows.isEmpty());
    for (QLabel* label : dialog.findChildren<QLabel*>()) {
      if (label->text() == "Title") QCOMPARE(left(rows.front()), left(label));
    }
  }

  void membersAreMovedAndTakenOut() {
    Bench bench;
    MembersEditor editor;
    editor.setMethods(bench.workbench->pipeline().methods().list());
    editor.setMembers({{"fast", {}}, {"stamped", {}}, {"bicubic", {}}});
    QSignalSpy changed(&editor, &MembersEditor::changed);
    auto* list = editor.findChild<QListWidget*>();
    list->setCurrentRow(2);
    named<QAbstractButton>(editor, "Earlier")->click();
    QCOMPARE(editor.members()[1].id, std::string("bicubic"));
    list->setCurrentRow(0);
    named<QAbstractButton>(editor, "Take out")->click();
    QCOMPARE(editor.members().size(), std::size_t(2));
    QCOMPARE(changed.size(), 2);
    QVERIFY(!named<QAbstractButton>(editor, "Earlier")->isEnabled());
  }

  void aFolderIsWatched() {
    Bench bench;
    std::filesystem::create_directory(bench.path("made"));
    MethodDefinition mine = newDefinition(MethodKind::kPredictions, "mine");
    mine.parameters["folder"] = bench.path("made").string();
    bench.shelf->put(mine);
    bench.show("mine");
    QTRY_VERIFY(!bench.workbench->isBusy() && !bench.workbench->results().empty());
    QCOMPARE(bench.metres(), -1.0);
    const std::string id = bench.workbench->sample()->sample.id;
    const Size size = bench.workbench->sample()->sample.size();
    // PFM: text, then rows of little-endian floats.
    const auto written = [&](float metres) {
      std::ofstream out(bench.path("made") / (id + ".pfm"), std::ios::binary);
      out << "Pf\n" << size.width << ' ' << size.height << "\n-1.0\n";
      const std::vector<float> row(std::size_t(size.width), metres);
      for (std::int64_t i = 0; i < size.height; ++i) {
        out.write(reinterpret_cast<const char*>(row.data()), std::streamsize(row.size() * 4));
      }
    };
    written(12);
    QTRY_COMPARE(bench.metres(), 12.0);
    written(13);
    QTRY_COMPARE(bench.metres(), 13.0);
  }
};

QTEST_MAIN(MethodShelfTest)
#include "method_shelf.moc"
