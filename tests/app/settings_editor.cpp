// The table in which a user says what knobs a program has.
#include "app/window/settings_editor.h"

#include <QComboBox>
#include <QLineEdit>
#include <QPushButton>
#include <QTableWidget>
#include <QTemporaryDir>
#include <QToolButton>
#include <QtTest>

#include "app/window/method_dialog.h"
#include "app/window/method_shelf.h"
#include "app/window/on_show.h"
#include "app/window/workbench.h"
#include "core/error.h"
#include "tests/app/made_up_methods.h"

using namespace fathom;

namespace {

std::vector<Setting> everyKind() {
  return {{"strength", "Strength", "m", "of it", Real{0, 1, 0.25}},
          {"any", "any", "", "", Real{-1e9, 1e9, 3}},
          {"slow", "slow", "", "", Real{0.001, 10, 0.1, true}},
          {"rounds", "Rounds", "", "", Integer{1, 20, 4}},
          {"fine", "fine", "", "", Flag{true}},
          {"mode", "mode", "", "", Choice{{"plain", "two words"}, "two words"}}};
}

void write(SettingsEditor& editor, int row, int column, const QString& text) {
  editor.table().item(row, column)->setText(text);
}

QString problem(const SettingsEditor& editor) {
  try {
    (void)editor.settings();
  } catch (const BadInput& error) {
    return QString::fromStdString(describe(error));
  }
  return {};
}

QToolButton* button(QWidget& parent, const QString& text) {
  for (QToolButton* each : parent.findChildren<QToolButton*>()) {
    if (each->text() == text) return each;
  }
  return nullptr;
}

}  // namespace

class SettingsEditorTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void whatGoesInComesOut() {
    SettingsEditor editor;
    editor.setSettings(everyKind());
    const std::vector<Setting> all = editor.settings();
    const std::vector<Setting> wanted = everyKind();
    QCOMPARE(all.size(), wanted.size());
    for (std::size_t i = 0; i < all.size(); ++i) {
      QCOMPARE(all[i].name, wanted[i].name);
      QCOMPARE(all[i].title, wanted[i].title);
      QCOMPARE(all[i].unit, wanted[i].unit);
      QCOMPARE(all[i].help, wanted[i].help);
      QVERIFY(initialValue(all[i]) == initialValue(wanted[i]));
      QCOMPARE(all[i].kind.index(), wanted[i].kind.index());
    }
    QCOMPARE(std::get<Real>(all[0].kind).greatest, 1.0);
    QCOMPARE(std::get<Real>(all[1].kind).least, -1e9);
    QVERIFY(std::get<Real>(all[2].kind).logarithmic);
    QCOMPARE(std::get<Integer>(all[3].kind).greatest, std::int64_t(20));
    QCOMPARE(std::get<Choice>(all[5].kind).options.size(), std::size_t(2));
    QCOMPARE(editor.table().item(0, SettingsEditor::kRange)->text(), QString("0 … 1"));
    QVERIFY(editor.table().item(1, SettingsEditor::kRange)->text().isEmpty());
  }

  void rowsAreAddedAndRemoved() {
    SettingsEditor editor;
    editor.show();
    QVERIFY(!editor.table().isVisible());
    QTest::mouseClick(button(editor, "+"), Qt::LeftButton);
    QTest::mouseClick(button(editor, "+"), Qt::LeftButton);
    QVERIFY(editor.table().isVisible());
    QCOMPARE(editor.settings().size(), std::size_t(2));
    QVERIFY(editor.settings()[0].name != editor.settings()[1].name);
    editor.table().setCurrentCell(0, 0);
    QTest::mouseClick(button(editor, "−"), Qt::LeftButton);
    QCOMPARE(editor.settings().size(), std::size_t(1));
    editor.removeCurrent();
    QVERIFY(editor.settings().empty() && !editor.table().isVisible());
    editor.removeCurrent();  // nothing to remove
  }

  void anotherKindBeginsAnew() {
    SettingsEditor editor;
    editor.setSettings(everyKind());
    auto* kind = static_cast<QComboBox*>(editor.table().cellWidget(0, SettingsEditor::kKind));
    for (int index : {1, 2, 3, 0}) {
      kind->setCurrentIndex(index);
      Q_EMIT kind->activated(index);
      QVERIFY2(problem(editor).isEmpty(), qPrintable(problem(editor)));
    }
    kind->setCurrentIndex(2);
    Q_EMIT kind->activated(2);
    QVERIFY(std::holds_alternative<Flag>(editor.settings()[0].kind));
    QCOMPARE(editor.settings()[0].name, std::string("strength"));
    QCOMPARE(editor.settings()[0].help, std::string("of it"));
    QVERIFY(!(editor.table().item(0, SettingsEditor::kRange)->flags() & Qt::ItemIsEditable));
  }

  void whatIsWrongIsSaid_data() {
    QTest::addColumn<int>("row");
    QTest::addColumn<int>("column");
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("says");
    QTest::newRow("no name") << 0 << 0 << " "
                             << "cannot be called";
    QTest::newRow("odd name") << 0 << 0 << "a b"
                              << "letters";
    QTest::newRow("twice") << 0 << 0 << "rounds"
                           << "two settings";
    QTest::newRow("range") << 0 << 4 << "wide"
                           << "0 … 1";
    QTest::newRow("turned") << 0 << 4 << "2 .. 1"
                            << "0 … 1";
    QTest::newRow("outside") << 0 << 5 << "2"
                             << "strength";
    QTest::newRow("no number") << 0 << 5 << "much"
                               << "strength";
    QTest::newRow("no whole") << 3 << 5 << "1.5"
                              << "rounds";
    QTest::newRow("no flag") << 4 << 5 << "maybe"
                             << "yes or no";
    QTest::newRow("no options") << 5 << 4 << " , "
                                << "options";
    QTest::newRow("other option") << 5 << 5 << "third"
                                  << "mode";
  }
  void whatIsWrongIsSaid() {
    QFETCH(int, row);
    QFETCH(int, column);
    QFETCH(QString, text);
    QFETCH(QString, says);
    SettingsEditor editor;
    editor.setSettings(everyKind());
    write(editor, row, column, text);
    QVERIFY2(problem(editor).contains(says), qPrintable(problem(editor)));
  }

  void theDialogHasIt() {
    Gate gate;
    QTemporaryDir folder;
    qputenv("FATHOM_WEIGHTS", folder.filePath("weights").toLocal8Bit());
    Workbench workbench(std::make_shared<Pipeline>(
        madeUpMethods(gate), [] { return at::Device(at::kCPU); }, std::size_t{1} << 20));
    const std::filesystem::path root = folder.path().toStdString();
    MethodShelf shelf(workbench, root / "methods.toml",
                      std::make_shared<Consent>(root / "allowed.json"));
    MethodDefinition mine = newDefinition(MethodKind::kCommand, "mine");
    mine.command = {"cp", "{low}", "{out}"};
    mine.settings = everyKind();
    shelf.put(mine);
    MethodDialog dialog(workbench, shelf, "mine");
    dialog.show();
    auto* editor = dialog.findChild<SettingsEditor*>();
    QVERIFY(editor && editor->isVisible());
    QVERIFY(sameDefinition(dialog.definition(), mine));  // untouched is unchanged
    editor->table().setCurrentCell(5, 0);
    editor->removeCurrent();
    write(*editor, 0, SettingsEditor::kInitial, "0.75");
    for (QPushButton* each : dialog.findChildren<QPushButton*>()) {
      if (each->text() == "Save") each->click();
    }
    const std::vector<Setting>& kept = shelf.find("mine")->settings;
    QCOMPARE(kept.size(), std::size_t(5));
    QCOMPARE(std::get<Real>(kept[0].kind).initial, 0.75);
    const auto& info = workbench.pipeline().methods().info("mine");
    QVERIFY(initialValues(info.settings).contains("strength"));
    dialog.setKind(MethodKind::kPredictions);
    QVERIFY(!editor->isVisible());
  }
};

QTEST_MAIN(SettingsEditorTest)
#include "settings_editor.moc"
