#include "widgets/image/cursor_card.h"

#include <QApplication>
#include <QTest>
#include <limits>

#include "widgets/theme/theme.h"

using namespace fathom;

namespace {

const QList<CardRow> kRows = {
    {QColor(), "Truth", 11.82, {}, false, ""},
    {QColor(200, 30, 30), "Bicubic ×16", 0.31, -11.51, false, ""},
    {QColor(30, 30, 200), "RGA U-Net", 11.74, -0.08, true, ""},
    {QColor(30, 200, 30), "SGNet", std::numeric_limits<double>::quiet_NaN(), {}, false, "missing"},
};

bool hasColour(const QImage& image, const QColor& colour) {
  for (int y = 0; y < image.height(); ++y) {
    for (int x = 0; x < image.width(); ++x) {
      if (image.pixelColor(x, y).rgb() == colour.rgb()) return true;
    }
  }
  return false;
}

}  // namespace

class CursorCardTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() { applyTheme(*qApp, Theme::kDark); }

  void neverLeavesNorCovers() {
    const QRect area(0, 0, 800, 600);
    const QSize card(220, 130);
    for (int y = 0; y < 600; y += 7) {
      for (int x = 0; x < 800; x += 7) {
        const QRect placed(CursorCard::placed({x, y}, card, area), card);
        QVERIFY(area.contains(placed));
        QVERIFY(!placed.adjusted(-8, -8, 8, 8).contains(x, y));
      }
    }
  }

  void stampsStandBehindTheirNames() {
    QWidget window;
    window.resize(600, 400);
    CursorCard card(&window);
    card.setContent("x 1 · y 2", "", kRows);
    const QSize plain = card.sizeHint();
    QVERIFY(!hasColour(card.grab().toImage(), tokens().warn));
    QList<CardRow> stamped = kRows;
    stamped[2].stamp = "random weights";
    card.setContent("x 1 · y 2", "", stamped);
    QVERIFY(card.sizeHint().width() > plain.width());
    QVERIFY(hasColour(card.grab().toImage(), tokens().warn));
    QVERIFY(card.accessibleDescription().contains("RGA U-Net ⚠ random weights"));
    const int once = card.sizeHint().width();
    stamped[2].stamp = QString("random weights, tiled 512 ").repeated(20);
    card.setContent("x 1 · y 2", "", stamped);
    QVERIFY(card.sizeHint().width() < once + 60);  // the pane has the whole of it
  }

  void aNarrowParentCutsNamesAndNoNumbers() {
    QWidget window;
    window.resize(240, 400);
    CursorCard card(&window);
    QList<CardRow> rows = kRows;
    rows[2].name = "A method with a name that is as long as names can be";
    card.setContent("x 1 · y 2", "level 0 → 0.0 … 16.0 m, and more", rows);
    QVERIFY(card.sizeHint().width() <= window.width());
    card.showAt({10, 10});
    QVERIFY(window.rect()
                .adjusted(-CursorCard::kShadow, -CursorCard::kShadow, CursorCard::kShadow,
                          CursorCard::kShadow)
                .contains(card.geometry()));
  }

  void corners_data() {
    QTest::addColumn<QPoint>("cursor");
    QTest::addColumn<QPoint>("corner");
    QTest::newRow("top left") << QPoint(0, 0) << QPoint(16, 16);
    QTest::newRow("top right") << QPoint(799, 0) << QPoint(799 - 16 - 200, 16);
    QTest::newRow("bottom left") << QPoint(0, 599) << QPoint(16, 599 - 16 - 100);
    QTest::newRow("bottom right") << QPoint(799, 599) << QPoint(799 - 216, 599 - 116);
  }
  void corners() {
    QFETCH(QPoint, cursor);
    QFETCH(QPoint, corner);
    QCOMPARE(CursorCard::placed(cursor, {200, 100}, {0, 0, 800, 600}), corner);
  }

  void oneFreeSideIsEnough() {
    const QRect area(0, 0, 250, 600);
    const QSize card(220, 130);
    for (int y = 0; y < 600; y += 11) {
      const QRect placed(CursorCard::placed({120, y}, card, area), card);
      QVERIFY(area.contains(placed));
      QVERIFY(!placed.contains(120, y));
    }
  }

  void tooSmallAnAreaKeepsItsTopLeft() {
    QCOMPARE(CursorCard::placed({50, 50}, {300, 200}, {0, 0, 100, 100}), QPoint(0, 0));
  }

  void showsAtTheCursorInsideOfTheParent() {
    QWidget window;
    window.resize(640, 480);
    CursorCard card(&window);
    card.setContent(QStringLiteral("x 391 · y 206"), QStringLiteral("level 0"), kRows);
    window.show();
    card.showAt({600, 460});
    QVERIFY(card.isVisible());
    const int shadow = CursorCard::kShadow;
    const QRect body = card.geometry().adjusted(shadow, shadow, -shadow, -shadow);
    QVERIFY(window.rect().contains(body));
    QVERIFY(!body.contains(600, 460));
    QVERIFY(card.testAttribute(Qt::WA_TransparentForMouseEvents));
  }

  void growsWithItsContent() {
    QWidget window;
    CursorCard card(&window);
    card.setContent(QStringLiteral("x 1 · y 2"), {}, kRows.mid(0, 1));
    const QSize small = card.sizeHint();
    card.setContent(QStringLiteral("x 1 · y 2"), {}, kRows);
    QCOMPARE(card.sizeHint().height(), small.height() + 60);
    QVERIFY(card.sizeHint().width() > small.width());
    card.setContent(QStringLiteral("x 1 · y 2"), QString(80, QLatin1Char('m')), kRows);
    QVERIFY(card.sizeHint().width() > 500);
    card.setContent({}, {}, {});
    QVERIFY(card.sizeHint().isValid());
  }

  void dotsSignsAndBestAreShown() {
    for (const Theme theme : {Theme::kDark, Theme::kLight}) {
      applyTheme(*qApp, theme);
      QWidget window;
      CursorCard card(&window);
      card.setContent(QStringLiteral("x 391 · y 206"), QStringLiteral("level 0"), kRows);
      const QImage shown = card.grab().toImage();
      QVERIFY(hasColour(shown, QColor(200, 30, 30)));
      QVERIFY(hasColour(shown, QColor(30, 200, 30)));
      QVERIFY(hasColour(shown, tokens(theme).raise));
      const QImage without = [&] {
        QList<CardRow> rows = kRows;
        rows[2].best = false;
        card.setContent(QStringLiteral("x 391 · y 206"), QStringLiteral("level 0"), rows);
        return card.grab().toImage();
      }();
      QVERIFY(without != shown);
    }
    applyTheme(*qApp, Theme::kDark);
  }

  void isReadToScreenReaders() {
    QWidget window;
    CursorCard card(&window);
    card.setContent(QStringLiteral("x 391 · y 206"), {}, kRows);
    QCOMPARE(card.accessibleName(), QStringLiteral("x 391 · y 206"));
    QVERIFY(
        card.accessibleDescription().contains(QStringLiteral("Bicubic ×16 0.31 m \u221211.51")));
    QVERIFY(card.accessibleDescription().contains(QStringLiteral("SGNet missing")));
  }
};

QTEST_MAIN(CursorCardTest)
#include "cursor_card.moc"
