#include "widgets/image/pane_paint.h"

#include <QApplication>
#include <QPainter>
#include <QTest>

#include "widgets/image/pane.h"
#include "widgets/theme/theme.h"

using namespace fathom;

namespace {

constexpr QRgb kGround = 0xff7f3fbf;  // a colour that nothing else here has

/// A canvas with something painted on it.
template <typename Paint>
QImage painted(const QSize& size, Paint paint) {
  QImage image(size, QImage::Format_RGB32);
  image.fill(kGround);
  QPainter painter(&image);
  paint(painter, QRect(QPoint(), size));
  return image;
}

QImage chips(int width, const PaneHeader& header, double opacity = 1) {
  return painted({width, 60}, [&](QPainter& painter, const QRect& area) {
    paintChips(painter, area, header, opacity);
  });
}

/// The stretches of a row that are not the ground any more: first and last pixel of each.
QList<QPair<int, int>> stretches(const QImage& image, int y) {
  QList<QPair<int, int>> found;
  for (int x = 0; x < image.width(); ++x) {
    if (image.pixel(x, y) == kGround) continue;
    if (!found.isEmpty() && found.last().second == x - 1) {
      found.last().second = x;
    } else {
      found.append({x, x});
    }
  }
  return found;
}

constexpr int kChipMiddle = 10;  // a row through the chips, above their text

}  // namespace

class PanePaintTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() { applyTheme(*qApp, Theme::kDark); }

  void aStampIsAlwaysSeen_data() {
    QTest::addColumn<QSize>("size");
    for (const QSize size : {QSize(400, 300), QSize(160, 120), QSize(64, 48), QSize(40, 20)}) {
      QTest::addRow("%dx%d", size.width(), size.height()) << size;
    }
  }
  void aStampIsAlwaysSeen() {
    QFETCH(QSize, size);
    const auto count = [&](const QString& stamp) {
      const QImage image = painted(
          size, [&](QPainter& painter, const QRect& area) { paintStamp(painter, area, stamp); });
      int ink = 0;
      for (int y = 0; y < image.height(); ++y) ink += int(!stretches(image, y).isEmpty());
      return ink;
    };
    QCOMPARE(count({}), 0);
    QVERIFY(count("random weights") >= qMin(20, size.height()));
    QVERIFY(count(QString("tiled 512 ").repeated(50)) >= qMin(20, size.height()));
  }

  void aStampStandsUnderTheChipsInTheColourOfCaution() {
    const QImage image = painted({400, 300}, [&](QPainter& painter, const QRect& area) {
      paintChips(painter, area, {"SGNet", "MAE 1.3 m", "2"}, 1);
      paintStamp(painter, area, "random weights");
    });
    QCOMPARE(stretches(image, 34).size(), 0);  // between both
    const auto found = stretches(image, 38);
    QCOMPARE(found.size(), 1);
    QCOMPARE(found[0].first, 8);
    bool warned = false;
    for (int y = 36; y < 60; ++y) {
      for (int x = 0; x < 200; ++x) {
        warned |= image.pixel(x, y) == tokens(Theme::kDark).warn.rgb();
      }
    }
    QVERIFY(warned);
  }

  void titleAndDetailStandLeftAndTheKeyRight() {
    const auto found = stretches(chips(400, {"Truth", "3.8 … 100.6 m", "1"}), kChipMiddle);
    QCOMPARE(found.size(), 3);
    QCOMPARE(found[0].first, 8);
    QCOMPARE(found[1].first - found[0].second, 5);
    QCOMPARE(found[2].second, 400 - 9);
  }

  void whatIsEmptyIsLeftOut() {
    QCOMPARE(stretches(chips(400, {}), kChipMiddle).size(), 0);
    QCOMPARE(stretches(chips(400, {"RGB", "", ""}), kChipMiddle).size(), 1);
    QCOMPARE(stretches(chips(400, {"RGB", "", "3"}), kChipMiddle).size(), 2);
  }

  // However small the pane: nothing leaves it, and no chip lies on another.
  void nothingIsCutInSmallPanes() {
    const PaneHeader header{"Depth Anything V2 with a long title", "MAE 1.50 · 21 ms", "12"};
    for (int width = 20; width < 500; width += 3) {
      const auto found = stretches(chips(width, header), kChipMiddle);
      for (const auto& [first, last] : found) {
        QVERIFY2(first >= 8 && last < width - 8, qPrintable(QString::number(width)));
      }
      QVERIFY(found.size() <= 3);
      for (qsizetype i = 1; i < found.size(); ++i) {
        QVERIFY(found[i].first - found[i - 1].second >= 4);
      }
    }
    QCOMPARE(stretches(chips(20, header), kChipMiddle).size(), 0);
    QCOMPARE(stretches(chips(480, header), kChipMiddle).size(), 3);
  }

  void aDetailLosesWholePartsFirst() {
    const auto widthOf = [](int width, const QString& detail) {
      const auto found = stretches(chips(width, {"A", detail, ""}), kChipMiddle);
      return found.size() < 2 ? 0 : found[1].second - found[1].first;
    };
    const int alone = widthOf(400, "MAE 1.50 m"), both = widthOf(400, "MAE 1.50 m · 21 ms");
    QVERIFY(alone < both);
    for (int width = 400; width > 40; --width) {
      const int shown = widthOf(width, "MAE 1.50 m · 21 ms");
      QVERIFY2(shown == both || shown == alone || shown == 0, qPrintable(QString::number(width)));
    }
  }

  void opacityFadesThem() {
    const PaneHeader header{"Truth", "", ""};
    QCOMPARE(chips(200, header, 0).pixel(14, kChipMiddle), kGround);
    const int half = qRed(chips(200, header, 0.5).pixel(14, kChipMiddle));
    const int whole = qRed(chips(200, header, 1).pixel(14, kChipMiddle));
    QVERIFY(whole < half);
    QVERIFY(half < qRed(kGround));
  }

  // Over pictures of any brightness the chips' text keeps its contrast, in both themes.
  void chipsAreDarkInBothThemes() {
    for (const Theme theme : {Theme::kDark, Theme::kLight}) {
      applyTheme(*qApp, theme);
      QImage image(200, 60, QImage::Format_RGB32);
      image.fill(Qt::white);
      QPainter painter(&image);
      paintChips(painter, image.rect(), {"Truth", "", ""}, 1);
      painter.end();
      const QColor chip = image.pixelColor(14, kChipMiddle);
      QVERIFY(contrast(chip, tokens(Theme::kDark).text) >= 4.5);
    }
    applyTheme(*qApp, Theme::kDark);
  }

  void crosshairReachesAllEdges_data() {
    QTest::addColumn<int>("thickness");
    QTest::newRow("scale 1") << 1;
    QTest::newRow("scale 2") << 2;
  }
  void crosshairReachesAllEdges() {
    QFETCH(int, thickness);
    const QImage image = painted({90, 70}, [&](QPainter& painter, const QRect& area) {
      paintCrosshair(painter, area, {30, 20}, thickness);
    });
    // A light line and a shade beside it, each as thick as asked.
    const QList<QPair<int, int>> expected = {{30, 30 + 2 * thickness - 1}};
    QCOMPARE(stretches(image, 0), expected);
    QCOMPARE(stretches(image, 69), expected);
    const QList<QPair<int, int>> whole = {{0, 89}};
    QCOMPARE(stretches(image, 20), whole);
    QVERIFY(qRed(image.pixel(30, 60)) > qRed(kGround));
    QVERIFY(qRed(image.pixel(30 + thickness, 60)) < qRed(kGround));
  }

  void crosshairShowsOnBlackAndOnWhite() {
    for (const QColor& ground : {QColor(Qt::black), QColor(Qt::white)}) {
      QImage image(40, 40, QImage::Format_RGB32);
      image.fill(ground);
      QPainter painter(&image);
      paintCrosshair(painter, image.rect(), {20, 20}, 1);
      painter.end();
      const double line = contrast(image.pixelColor(20, 5), ground);
      const double shade = contrast(image.pixelColor(21, 5), ground);
      QVERIFY(std::max(line, shade) >= 1.5);
    }
  }

  void progressFillsItsPart() {
    for (const double part : {0.0, 0.25, 0.5, 1.0, 7.0}) {
      const QImage image = painted({200, 40}, [&](QPainter& painter, const QRect& area) {
        paintProgress(painter, area, part, 0, 2);
      });
      int filled = 0;
      for (int x = 0; x < 200; ++x) filled += image.pixel(x, 39) == tokens().accent.rgb();
      QCOMPARE(filled, qRound(200 * qMin(part, 1.0)));
      QCOMPARE(image.pixel(5, 37), kGround);
      QVERIFY(image.pixel(5, 38) != kGround);
    }
  }

  void unknownProgressWandersThrough() {
    int previous = -1;
    for (const double phase : {0.25, 0.5, 0.75}) {
      const QImage image = painted({200, 40}, [&](QPainter& painter, const QRect& area) {
        paintProgress(painter, area, -1, phase, 2);
      });
      int first = -1, filled = 0;
      for (int x = 199; x >= 0; --x) {
        if (image.pixel(x, 39) != tokens().accent.rgb()) continue;
        first = x;
        ++filled;
      }
      QVERIFY(first > previous);
      QVERIFY(filled > 0 && filled <= 50);
      previous = first;
    }
  }
};

QTEST_MAIN(PanePaintTest)
#include "pane_paint.moc"
