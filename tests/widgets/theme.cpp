#include "widgets/theme/theme.h"

#include <QApplication>
#include <QComboBox>
#include <QFontMetricsF>
#include <QImage>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTest>
#include <QToolButton>

#include "widgets/theme/icons.h"
#include "widgets/theme/segments.h"

using namespace fathom;

namespace {

void addThemes() {
  QTest::addColumn<Theme>("theme");
  QTest::newRow("dark") << Theme::kDark;
  QTest::newRow("light") << Theme::kLight;
}

/// How many of an image's pixels have nearly this colour.
int countOf(const QImage& image, const QColor& colour) {
  int count = 0;
  for (int y = 0; y < image.height(); ++y) {
    for (int x = 0; x < image.width(); ++x) {
      const QColor pixel = image.pixelColor(x, y);
      count += pixel.alpha() > 200 && std::abs(pixel.red() - colour.red()) <= 2 &&
               std::abs(pixel.green() - colour.green()) <= 2 &&
               std::abs(pixel.blue() - colour.blue()) <= 2;
    }
  }
  return count;
}

}  // namespace

class ThemeTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void cleanup() { applyTheme(*qApp, Theme::kDark); }

  void textIsReadable_data() { addThemes(); }
  void textIsReadable() {
    QFETCH(Theme, theme);
    const Tokens& t = tokens(theme);
    for (const QColor& ground : {t.background, t.panel, t.raise}) {
      QVERIFY(contrast(t.text, ground) >= 4.5);
      QVERIFY(contrast(t.mute, ground) >= 4.5);
    }
    for (const QColor& sign : {t.good, t.warn, t.bad}) {
      QVERIFY(contrast(sign, t.panel) >= 4.5);
      QVERIFY(contrast(sign, t.raise) >= 4.5);
    }
    QVERIFY(contrast(t.text, t.accentSoft) >= 4.5);
    QVERIFY(contrast(t.textOnAccent, t.accent) >= 4.5);
  }

  void paneIsNeutralGrey_data() { addThemes(); }
  void paneIsNeutralGrey() {
    QFETCH(Theme, theme);
    const QColor pane = tokens(theme).pane;
    QVERIFY(pane.hslSaturationF() < 0.12);
  }

  void methodsDiffer_data() { addThemes(); }
  void methodsDiffer() {
    QFETCH(Theme, theme);
    setCurrentTheme(theme);
    for (int i = 0; i < 16; ++i) {
      QVERIFY2(contrast(methodColour(i), tokens().panel) >= 3, qPrintable(QString::number(i)));
      for (int j = 0; j < i; ++j) {
        const QColor a = methodColour(i), b = methodColour(j);
        const int apart = std::abs(a.red() - b.red()) + std::abs(a.green() - b.green()) +
                          std::abs(a.blue() - b.blue());
        QVERIFY2(apart >= (i < 8 ? 80 : 30), qPrintable(QStringLiteral("%1 and %2").arg(i).arg(j)));
      }
    }
    QCOMPARE(methodColour(16), methodColour(0));
    QCOMPARE(methodColour(-1), tokens().mute);
  }

  void mixedAndContrast() {
    QCOMPARE(mixed(Qt::black, Qt::white, 0), QColor(Qt::black));
    QCOMPARE(mixed(Qt::black, Qt::white, 1), QColor(Qt::white));
    QCOMPARE(mixed(QColor(0, 10, 100), QColor(100, 20, 0), 0.5), QColor(50, 15, 50));
    QVERIFY(std::abs(contrast(Qt::black, Qt::white) - 21) < 1e-9);
    QVERIFY(std::abs(contrast(Qt::red, Qt::red) - 1) < 1e-9);
  }

  void applyingReachesEverything_data() { addThemes(); }
  void applyingReachesEverything() {
    QFETCH(Theme, theme);
    applyTheme(*qApp, theme);
    QCOMPARE(currentTheme(), theme);
    QCOMPARE(tokens().text, tokens(theme).text);
    QCOMPARE(qApp->palette().color(QPalette::Window), tokens(theme).panel);
    QCOMPARE(qApp->palette().color(QPalette::Text), tokens(theme).text);
    QCOMPARE(qApp->font().pixelSize(), kTextBody);
    QPushButton button(QStringLiteral("Run all samples"));
    button.setProperty("accent", true);
    const QImage image = button.grab().toImage();
    QVERIFY(countOf(image, tokens(theme).accent) > image.width() * image.height() / 2);
  }

  void noNameIsLeftInTheSheet_data() { addThemes(); }
  void noNameIsLeftInTheSheet() {
    QFETCH(Theme, theme);
    const QString sheet = styleSheet(tokens(theme));
    QVERIFY(!sheet.contains(QLatin1Char('@')));
    QCOMPARE(sheet.count(QLatin1Char('{')), sheet.count(QLatin1Char('}')));
    QVERIFY(sheet.contains(tokens(theme).accent.name()));
    for (const char* what :
         {"QMenu::item", "QSlider::sub-page", "QTabBar::tab:selected", "QHeaderView::section",
          "QScrollBar::handle", "QToolTip", "QStatusBar", "[head=\"true\"]", "[accent=\"true\"]"}) {
      QVERIFY2(sheet.contains(QLatin1String(what)), what);
    }
  }

  void figuresShareOneWidth() {
    const QFontMetricsF metrics(themeFont(26));
    for (char digit = '1'; digit <= '9'; ++digit) {
      QCOMPARE(metrics.horizontalAdvance(QLatin1Char(digit)),
               metrics.horizontalAdvance(QLatin1Char('0')));
    }
    QCOMPARE(headFont().capitalization(), QFont::AllUppercase);
    QCOMPARE(headFont().pixelSize(), kTextHead);
  }

  void fieldsAreAsHighAsButtons() {
    applyTheme(*qApp, Theme::kDark);
    QComboBox box;
    box.addItem(QStringLiteral("Challenge, as measured"));
    QSpinBox spin;
    QPushButton button(QStringLiteral("Reset"));
    QCOMPARE(box.sizeHint().height(), 28);
    spin.ensurePolished();
    QCOMPARE(spin.maximumHeight(), 28);  // what layouts go by, whatever the hint says
    QCOMPARE(spin.minimumHeight(), 28);
    QCOMPARE(button.sizeHint().height(), 28);
  }

  void focusShowsInAccent() {
    applyTheme(*qApp, Theme::kDark);
    QWidget window;
    QSpinBox spin(&window);
    spin.setGeometry(10, 10, 100, 28);
    window.show();
    window.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&window));
    QSpinBox other(&window);
    other.setGeometry(10, 50, 100, 28);
    other.show();
    other.setFocus();
    const int without = countOf(spin.grab().toImage(), tokens().accent);
    spin.setFocus();
    QTRY_VERIFY(spin.hasFocus());
    QVERIFY(countOf(spin.grab().toImage(), tokens().accent) > without + 100);
  }

  void motionCanBeReduced() {
    setReducedMotion(true);
    QVERIFY(reducedMotion());
    setReducedMotion(false);
    QVERIFY(!reducedMotion());
  }

  void everyIconIsDrawn() {
    QVERIFY(iconNames().size() >= 20);
    for (const QString& name : iconNames()) {
      const QIcon icon = themedIcon(name);
      QVERIFY2(!icon.isNull(), qPrintable(name));
      for (const int side : {16, 20}) {
        const QImage image = icon.pixmap(QSize(side, side)).toImage();
        QCOMPARE(image.size(), QSize(side, side));
        int inked = 0;
        for (int y = 0; y < side; ++y) {
          for (int x = 0; x < side; ++x) inked += qAlpha(image.pixel(x, y)) > 100;
        }
        QVERIFY2(inked >= side / 2 && inked < side * side / 2, qPrintable(name));
      }
    }
    for (const char* name :
         {"open",   "save", "export",  "grid",  "wipe",  "blink", "difference", "cube",
          "layers", "fit",  "reset",   "dice",  "play",  "stop",  "search",     "sun",
          "moon",   "info", "warning", "check", "close", "camera"}) {
      QVERIFY2(iconNames().contains(QLatin1String(name)), name);
    }
    QVERIFY(themedIcon(QStringLiteral("nonsense")).isNull());
  }

  void iconsFollowTheThemeAndTheScreen() {
    const QIcon icon = themedIcon(QStringLiteral("stop"));
    for (const Theme theme : {Theme::kDark, Theme::kLight}) {
      applyTheme(*qApp, theme);
      const QPixmap pixmap = icon.pixmap(QSize(20, 20), 2.0);
      QCOMPARE(pixmap.size(), QSize(40, 40));
      QVERIFY(countOf(pixmap.toImage(), tokens(theme).text) > 20);
      const QPixmap disabled = icon.pixmap(QSize(20, 20), 2.0, QIcon::Disabled);
      QVERIFY(countOf(disabled.toImage(), tokens(theme).faint) > 20);
    }
    const QColor own(200, 10, 20);
    const QImage coloured =
        themedIcon(QStringLiteral("stop"), own).pixmap(QSize(20, 20), 2.0).toImage();
    QVERIFY(countOf(coloured, own) > 20);
  }

  void segmentsAreChosenByMouseAndKey() {
    applyTheme(*qApp, Theme::kDark);
    Segments segments({{"Grid", "G", "All panes"}, {"Wipe", "W", ""}, {"Blink", "Space", ""}});
    QSignalSpy spy(&segments, &Segments::chosen);
    QCOMPARE(segments.current(), 0);
    QCOMPARE(segments.sizeHint().height(), 28);
    segments.show();
    QTest::mouseClick(segments.button(1), Qt::LeftButton);
    QCOMPARE(segments.current(), 1);
    QCOMPARE(spy.size(), 1);
    QTest::keyClick(segments.button(1), Qt::Key_Right);
    QCOMPARE(segments.current(), 2);
    QTest::keyClick(segments.button(2), Qt::Key_Right);
    QCOMPARE(segments.current(), 2);
    segments.setChoiceEnabled(1, false);
    QTest::keyClick(segments.button(2), Qt::Key_Left);
    QCOMPARE(segments.current(), 0);
    QCOMPARE(spy.size(), 3);
    segments.setCurrent(2);
    segments.setCurrent(17);
    QCOMPARE(segments.current(), 2);
    QCOMPARE(spy.size(), 3);
  }
};

QTEST_MAIN(ThemeTest)
#include "theme.moc"
