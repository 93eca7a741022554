#include "widgets/theme/style.h"

#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QLineEdit>
#include <QListWidget>
#include <QMenu>
#include <QRadioButton>
#include <QSlider>
#include <QStyleOption>
#include <QTest>

#include "widgets/theme/theme.h"

using namespace fathom;

namespace {

int countOf(const QImage& image, const QColor& colour) {
  int count = 0;
  for (int y = 0; y < image.height(); ++y) {
    for (int x = 0; x < image.width(); ++x) count += image.pixel(x, y) == colour.rgb();
  }
  return count;
}

QImage shown(QWidget& widget) {
  widget.resize(widget.sizeHint());
  return widget.grab().toImage();
}

void addThemes() {
  QTest::addColumn<Theme>("theme");
  QTest::newRow("dark") << Theme::kDark;
  QTest::newRow("light") << Theme::kLight;
}

}  // namespace

class StyleTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void init() { applyTheme(*qApp, Theme::kDark); }

  void checkBoxesTellTheirState_data() { addThemes(); }
  void checkBoxesTellTheirState() {
    QFETCH(Theme, theme);
    applyTheme(*qApp, theme);
    QCheckBox box;
    box.setTristate(true);
    const QImage off = shown(box);
    QCOMPARE(countOf(off, tokens().accent), 0);
    box.setCheckState(Qt::Checked);
    const QImage on = shown(box);
    QVERIFY(countOf(on, tokens().accent) > 100);
    QVERIFY(countOf(on, tokens().textOnAccent) > 3);
    box.setCheckState(Qt::PartiallyChecked);
    QVERIFY(shown(box) != on);
    QVERIFY(countOf(shown(box), tokens().accent) > 100);
    box.setCheckState(Qt::Checked);
    box.setEnabled(false);
    QCOMPARE(countOf(shown(box), tokens().accent), 0);
  }

  void radioButtonsTellTheirState() {
    QRadioButton button;
    QCOMPARE(countOf(shown(button), tokens().accent), 0);
    button.setChecked(true);
    QVERIFY(countOf(shown(button), tokens().accent) > 30);
    button.setEnabled(false);
    QCOMPARE(countOf(shown(button), tokens().accent), 0);
  }

  void comboBoxesHaveRoomForTextAndArrow() {
    QComboBox box;
    box.addItem(QStringLiteral("Challenge, as measured"));
    box.resize(box.sizeHint());
    QStyleOptionComboBox option;
    option.initFrom(&box);
    option.subControls = QStyle::SC_All;
    const auto part = [&](QStyle::SubControl control) {
      return box.style()->subControlRect(QStyle::CC_ComboBox, &option, control, &box);
    };
    const QRect text = part(QStyle::SC_ComboBoxEditField), arrow = part(QStyle::SC_ComboBoxArrow);
    QVERIFY(text.width() >= box.fontMetrics().horizontalAdvance(box.currentText()));
    QVERIFY(!text.intersects(arrow));
    QVERIFY(box.rect().contains(arrow));
    QVERIFY(countOf(box.grab(arrow).toImage(), tokens().raise) < arrow.width() * arrow.height());
  }

  void spinBoxPartsDoNotOverlap() {
    QDoubleSpinBox box;
    box.resize(110, 28);
    QStyleOptionSpinBox option;
    option.initFrom(&box);
    option.subControls = QStyle::SC_All;
    option.buttonSymbols = QAbstractSpinBox::UpDownArrows;
    const auto part = [&](QStyle::SubControl control) {
      return box.style()->subControlRect(QStyle::CC_SpinBox, &option, control, &box);
    };
    const QRect up = part(QStyle::SC_SpinBoxUp), down = part(QStyle::SC_SpinBoxDown);
    const QRect text = part(QStyle::SC_SpinBoxEditField);
    QVERIFY(!up.intersects(down));
    QVERIFY(!text.intersects(up) && !text.intersects(down));
    for (const QRect& rect : {up, down, text}) QVERIFY(box.rect().contains(rect));
    option.buttonSymbols = QAbstractSpinBox::NoButtons;
    QVERIFY(part(QStyle::SC_SpinBoxEditField).width() > text.width() + 10);
  }

  void spinBoxArrowsStep() {
    QSpinBox box;
    box.setRange(0, 10);
    box.setValue(5);
    box.resize(110, 28);
    box.show();
    QTest::mouseClick(&box, Qt::LeftButton, {}, {110 - 10, 7});
    QCOMPARE(box.value(), 6);
    QTest::mouseClick(&box, Qt::LeftButton, {}, {110 - 10, 20});
    QCOMPARE(box.value(), 5);
  }

  // Fields of one column: their texts begin at one place.
  void textsOfFieldsStandUnderEachOther() {
    const auto firstInk = [](QWidget& widget) {
      widget.resize(160, 28);
      const QImage image = widget.grab().toImage();
      const QRgb ground = image.pixel(5, 14);
      for (int x = 5; x < 60; ++x) {
        for (int y = 8; y < 22; ++y) {
          const int apart = std::abs(qGreen(image.pixel(x, y)) - qGreen(ground));
          if (apart > 90) return x;
        }
      }
      return -1;
    };
    QLineEdit line(QStringLiteral("HHH"));
    QComboBox box;
    box.addItem(QStringLiteral("HHH"));
    QSpinBox spin;
    spin.setPrefix(QStringLiteral("HHH"));
    const int at = firstInk(line);
    QVERIFY(at > 5);
    QVERIFY(std::abs(firstInk(box) - at) <= 1);
    QVERIFY(std::abs(firstInk(spin) - at) <= 1);
  }

  void slidersFillUpToTheHandle() {
    QSlider slider(Qt::Horizontal);
    slider.setRange(0, 100);
    const auto filled = [&](int value) {
      slider.setValue(value);
      slider.resize(200, 20);
      const QImage image = slider.grab().toImage();
      int count = 0;
      for (int x = 0; x < 200; ++x) count += image.pixel(x, 10) == tokens().accent.rgb();
      return count;
    };
    QVERIFY(filled(0) < 10);
    QVERIFY(std::abs(filled(50) - 93) < 12);
    QVERIFY(filled(100) > 170);
  }

  void chosenMenuEntriesAreTicked() {
    QMenu menu;
    QAction* action = menu.addAction(QStringLiteral("Linear"));
    action->setCheckable(true);
    const auto image = [&] {
      menu.resize(menu.sizeHint());
      return menu.grab(QRect(0, 0, 28, menu.height())).toImage();
    };
    const QImage off = image();
    action->setChecked(true);
    QVERIFY(image() != off);
  }

  void picturesKeepTheirColoursInASelectedRow() {
    QListWidget list;
    QPixmap dot(16, 16);
    const QColor colour(200, 30, 40);
    dot.fill(colour);
    list.addItem(new QListWidgetItem(QIcon(dot), QStringLiteral("RGA U-Net")));
    list.resize(200, 100);
    QVERIFY(countOf(list.grab().toImage(), colour) > 200);
    list.setCurrentRow(0);
    QVERIFY(countOf(list.grab().toImage(), colour) > 200);
    QVERIFY(countOf(list.grab().toImage(), tokens().accentSoft) > 500);
  }

  void choicesOpenUnderTheirField() {
    QCOMPARE(qApp->style()->styleHint(QStyle::SH_ComboBox_Popup), 0);
    QCOMPARE(qApp->style()->pixelMetric(QStyle::PM_SmallIconSize), 16);
    QCOMPARE(qApp->style()->pixelMetric(QStyle::PM_ToolBarIconSize), 20);
  }
};

QTEST_MAIN(StyleTest)
#include "style.moc"
