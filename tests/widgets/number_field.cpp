#include "widgets/forms/number_field.h"

#include <QHBoxLayout>
#include <QLineEdit>
#include <QtTest>
#include <limits>

#include "widgets/theme/tokens.h"

using namespace fathom;

namespace {

const Setting kSigma{"sigma_a", "σ additive", "levels", "", Real{0, 1, 0.05}};
const Setting kBits{"bits", "Bits", "", "", Integer{1, 16, 12}};
const QString kSpace(QChar(0xa0));

/// Two fields, so that the focus has somewhere to go.
struct Panel {
  QWidget window;
  NumberField* sigma = new NumberField(kSigma);
  NumberField* bits = new NumberField(kBits);
  Panel() {
    auto* row = new QHBoxLayout(&window);
    row->addWidget(sigma);
    row->addWidget(bits);
    window.show();
    window.activateWindow();
  }
};

void wheel(QWidget* target, int eighths) {
  QWheelEvent event({5, 5}, target->mapToGlobal(QPointF(5, 5)), {}, {0, eighths}, Qt::NoButton,
                    Qt::NoModifier, Qt::NoScrollPhase, false);
  QCoreApplication::sendEvent(target, &event);
}

}  // namespace

class NumberFieldTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void initTestCase() { applyTheme(*qApp, Theme::kLight); }

  void showsTheUnit() {
    NumberField field(kSigma);
    QCOMPARE(field.text(), "0.05" + kSpace + "levels");
    field.setValue(0.0105);
    QCOMPARE(field.text(), "0.0105" + kSpace + "levels");
  }

  void longNumbersAreWholeInTheToolTip() {
    NumberField field(kSigma);
    field.setValue(1.0 / 3);
    QCOMPARE(field.text(), "0.333333" + kSpace + "levels");
    QVERIFY(field.toolTip().startsWith("0.33333333333333"));
    QVERIFY(field.value() == Value(1.0 / 3));
    field.setValue(0.25);
    QVERIFY(field.toolTip().isEmpty());
  }

  void leavingTheFieldCounts() {
    Panel panel;
    QVERIFY(QTest::qWaitForWindowActive(&panel.window));
    QSignalSpy changed(panel.sigma, &NumberField::changed);
    panel.sigma->setFocus();
    panel.sigma->selectAll();
    QTest::keyClicks(panel.sigma, "0.4 levels");
    QCOMPARE(changed.count(), 0);
    panel.bits->setFocus();
    QCOMPARE(changed.count(), 1);
    QCOMPARE(std::get<double>(changed.at(0).at(0).value<Value>()), 0.4);
  }

  void leavingUntouchedIsNoChange() {
    Panel panel;
    QVERIFY(QTest::qWaitForWindowActive(&panel.window));
    panel.sigma->setValue(1.0 / 3);
    QSignalSpy changed(panel.sigma, &NumberField::changed);
    panel.sigma->setFocus();
    panel.bits->setFocus();
    QCOMPARE(changed.count(), 0);
    QVERIFY(panel.sigma->value() == Value(1.0 / 3));  // not what the short text says
  }

  void focusSelectsForTyping() {
    Panel panel;
    QVERIFY(QTest::qWaitForWindowActive(&panel.window));
    panel.bits->setFocus(Qt::TabFocusReason);
    auto* edit = panel.bits->findChild<QLineEdit*>();
    QTRY_COMPARE(edit->selectedText(), "12");
    QTest::keyClicks(panel.bits, "7");
    QTest::keyClick(panel.bits, Qt::Key_Return);
    QVERIFY(panel.bits->value() == Value(std::int64_t{7}));
  }

  void refusesWithAReason_data() {
    QTest::addColumn<QString>("typed");
    for (const char* text : {"", "17", "0", "2.5", "seven", "99999999999999999999"}) {
      QTest::newRow(*text ? text : "nothing") << text;
    }
  }
  void refusesWithAReason() {
    QFETCH(QString, typed);
    NumberField field(kBits);
    QSignalSpy refused(&field, &NumberField::refused), changed(&field, &NumberField::changed);
    auto* edit = field.findChild<QLineEdit*>();
    edit->selectAll();
    edit->insert(typed);
    QTest::keyClick(&field, Qt::Key_Return);
    QCOMPARE(refused.count(), 1);
    QVERIFY(refused.at(0).at(0).toString().contains("1 to 16"));
    QCOMPARE(changed.count(), 0);
    QCOMPARE(field.text(), "12");
  }

  void theSameNumberAnewIsNoChange() {
    NumberField field(kBits);
    QSignalSpy changed(&field, &NumberField::changed);
    auto* edit = field.findChild<QLineEdit*>();
    edit->selectAll();
    edit->insert(" 12 ");
    QTest::keyClick(&field, Qt::Key_Return);
    QCOMPARE(changed.count(), 0);
    QCOMPARE(field.text(), "12");
  }

  void stepsFromWhatWasTyped() {
    NumberField field(kBits);
    auto* edit = field.findChild<QLineEdit*>();
    edit->selectAll();
    edit->insert("4");
    QTest::keyClick(&field, Qt::Key_Up);
    QVERIFY(field.value() == Value(std::int64_t{5}));
  }

  void hugeRangesDoNotOverflow() {
    const auto least = std::numeric_limits<std::int64_t>::min();
    const auto greatest = std::numeric_limits<std::int64_t>::max();
    NumberField field({"seed", "", "", "", Integer{least, greatest, 0}});
    field.setValue(greatest);
    field.stepBy(10);
    QVERIFY(field.value() == Value(greatest));
    field.setValue(least);
    field.stepBy(-10);
    QVERIFY(field.value() == Value(least));
    field.stepBy(1);
    QVERIFY(field.value() == Value(least + 1));
  }

  void wheelOnlyWithTheFocus() {
    Panel panel;
    QVERIFY(QTest::qWaitForWindowActive(&panel.window));
    panel.sigma->setFocus();
    wheel(panel.bits, 120);
    QVERIFY(panel.bits->value() == Value(std::int64_t{12}));
    panel.bits->setFocus();
    wheel(panel.bits, 120);
    QVERIFY(panel.bits->value() == Value(std::int64_t{13}));
  }

  void widthHoldsTheText() {
    for (const char* unit : {"", "m", "levels"}) {
      NumberField field({"x", "", unit, "", Real{0, 100000, 65504.25}});
      field.setFixedWidth(field.wantedWidth());
      const auto* edit = field.findChild<QLineEdit*>();
      field.show();
      QVERIFY(edit->width() >= edit->fontMetrics().horizontalAdvance(field.text()) ||
              field.wantedWidth() == 132);
    }
  }

  void setValueIsSilent() {
    NumberField field(kBits);
    QSignalSpy changed(&field, &NumberField::changed);
    field.setValue(std::int64_t{3});
    QCOMPARE(changed.count(), 0);
  }
};

QTEST_MAIN(NumberFieldTest)
#include "number_field.moc"
