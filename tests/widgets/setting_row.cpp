#include "widgets/forms/setting_row.h"

#include <QCheckBox>
#include <QComboBox>
#include <QContextMenuEvent>
#include <QFileDialog>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QToolButton>
#include <QtTest>

#include "widgets/forms/number_field.h"
#include "widgets/theme/tokens.h"

using namespace fathom;

namespace {

const Setting kBits{"bits", "Bits", "", "Bits of a level", Integer{1, 16, 12}};
const Setting kKernel{"kernel", "", "", "", Choice{{"nearest_exact", "area"}, "area"}};
const Setting kFile{"weights", "Weights", "", "Trained", File{"Weights (*.safetensors)"}};

/// Presses the first entry of the menu that the row's context menu opens.
void chooseFromMenu(SettingRow& row) {
  QTimer::singleShot(0, &row, [] {
    auto* menu = qobject_cast<QMenu*>(QApplication::activePopupWidget());
    QVERIFY(menu);
    menu->actions().first()->trigger();
    menu->close();
  });
  QContextMenuEvent event(QContextMenuEvent::Keyboard, {5, 5}, row.mapToGlobal(QPoint(5, 5)));
  QCoreApplication::sendEvent(&row, &event);
}

}  // namespace

class SettingRowTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void initTestCase() { applyTheme(*qApp, Theme::kDark); }

  void labelNamesTheEditor() {
    SettingRow row(kBits);
    auto* label = row.findChild<QLabel*>();
    QCOMPARE(label->text(), "Bits");
    QCOMPARE(label->buddy(), row.editor());
    QCOMPARE(row.editor()->accessibleName(), "Bits");
    QCOMPARE(SettingRow(kKernel).findChild<QLabel*>()->text(), "kernel");
  }

  void toolTipTellsHelpAndRange() {
    QCOMPARE(SettingRow(kBits).toolTip(), "Bits of a level\n1 to 16");
    const SettingRow sigma({"s", "σ", "levels", "", Real{0, 0.05, 0.01}});
    QCOMPARE(sigma.toolTip(), "0 to 0.05 levels");
    QVERIFY(SettingRow(kKernel).toolTip().isEmpty());
  }

  void menuResets() {
    SettingRow row(kBits);
    row.show();
    row.setValue(std::int64_t{4});
    QSignalSpy changed(&row, &SettingRow::changed);
    chooseFromMenu(row);
    QVERIFY(row.value() == Value(std::int64_t{12}));
    QCOMPARE(changed.count(), 1);
    QCOMPARE(changed.at(0).at(0).toBool(), false);
  }

  void resetButtonLeavesItsPlaceEmpty() {
    SettingRow row(kBits);
    row.resize(288, row.sizeHint().height());
    row.show();
    const auto* field = row.numberField();
    const QRect before = field->geometry();
    row.setValue(std::int64_t{4});
    QVERIFY(row.findChild<QToolButton*>()->isVisible());
    QCOMPARE(field->geometry(), before);
  }

  void resetByKeyboardKeepsTheFocusInTheRow() {
    SettingRow row(kBits);
    row.show();
    row.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&row));
    row.setValue(std::int64_t{4});
    auto* reset = row.findChild<QToolButton*>();
    reset->setFocus();
    QTest::keyClick(reset, Qt::Key_Space);
    QVERIFY(row.value() == Value(std::int64_t{12}));
    QVERIFY(row.editor()->hasFocus());
  }

  void errorMakesTheRowHigherAndGoesWithTheNextChange() {
    SettingRow row(kBits);
    row.show();
    const int before = row.sizeHint().height();
    row.setError("too many");
    QCOMPARE(row.error(), "too many");
    QVERIFY(row.sizeHint().height() > before);
    QVERIFY(row.editor()->property("invalid").toBool());
    QCOMPARE(row.editor()->accessibleDescription(), "too many");
    row.setValue(std::int64_t{12});
    QCOMPARE(row.error(), "too many");  // the same value is as wrong as before
    row.setValue(std::int64_t{3});
    QVERIFY(row.error().isEmpty());
    QCOMPARE(row.sizeHint().height(), before);
  }

  void choicesReadWellAndKeepTheirIds() {
    SettingRow row(kKernel);
    auto* box = row.findChild<QComboBox*>();
    QCOMPARE(box->itemText(0), "nearest exact");
    QSignalSpy changed(&row, &SettingRow::changed);
    box->setCurrentIndex(0);
    QVERIFY(row.value() == Value(std::string("nearest_exact")));
    QCOMPARE(changed.count(), 1);
  }

  void pathCountsWhenItIsFinished() {
    SettingRow row(kFile);
    auto* path = row.findChild<QLineEdit*>();
    QSignalSpy changed(&row, &SettingRow::changed);
    QTest::keyClicks(path, " /a/b.safetensors ");
    QCOMPARE(changed.count(), 0);
    QTest::keyClick(path, Qt::Key_Return);
    QCOMPARE(changed.count(), 1);
    QVERIFY(row.value() == Value(std::string("/a/b.safetensors")));
    QCOMPARE(path->toolTip(), "/a/b.safetensors");
  }

  void browsingDoesNotBlock() {
    SettingRow row(kFile);
    row.show();
    QToolButton* browse = nullptr;
    for (auto* button : row.findChildren<QToolButton*>()) {
      if (button->toolTip() == "Choose a file") browse = button;
    }
    QVERIFY(browse);
    browse->click();  // returns at once
    auto* dialog = row.findChild<QFileDialog*>();
    QVERIFY(dialog);
    QCOMPARE(dialog->nameFilters(), QStringList{"Weights (*.safetensors)"});
    Q_EMIT dialog->fileSelected("/x/y.safetensors");
    QVERIFY(row.value() == Value(std::string("/x/y.safetensors")));
    dialog->close();
  }

  void flagIsASwitch() {
    SettingRow row({"clip", "Clip", "", "", Flag{false}});
    QSignalSpy changed(&row, &SettingRow::changed);
    row.findChild<QCheckBox*>()->click();
    QVERIFY(row.value() == Value(true));
    row.setValue(false);
    QVERIFY(!row.findChild<QCheckBox*>()->isChecked());
    QCOMPARE(changed.count(), 1);
  }
};

QTEST_MAIN(SettingRowTest)
#include "setting_row.moc"
