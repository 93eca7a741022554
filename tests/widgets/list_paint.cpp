#include "widgets/lists/list_paint.h"

#include <QPainter>
#include <QStyleOptionViewItem>
#include <QtTest>

#include "widgets/theme/tokens.h"

using namespace fathom;

namespace {

QImage canvas() {
  QImage image(200, 40, QImage::Format_RGB32);
  image.fill(Qt::black);
  return image;
}

int paintedPixels(const QImage& image) {
  int count = 0;
  for (int y = 0; y < image.height(); ++y) {
    for (int x = 0; x < image.width(); ++x) count += image.pixelColor(x, y) != Qt::black;
  }
  return count;
}

}  // namespace

class ListPaintTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void initTestCase() { applyTheme(*qApp, Theme::kDark); }

  void dotAndStarStandAroundTheirMiddle() {
    for (const bool star : {false, true}) {
      QImage image = canvas();
      QPainter painter(&image);
      star ? paintStar(painter, {100, 20}, Qt::red) : paintDot(painter, {100, 20}, Qt::red);
      painter.end();
      QCOMPARE(image.pixelColor(100, 20), QColor(Qt::red));
      QVERIFY(paintedPixels(image) > 20);
      QVERIFY(paintedPixels(image.copy(0, 0, 94, 40)) == 0);
      QVERIFY(paintedPixels(image.copy(106, 0, 94, 40)) == 0);
    }
  }

  void pillKeepsToItsRoom() {
    QImage image = canvas();
    QPainter painter(&image);
    const QRect room(10, 0, 80, 40);
    const QRect pill = paintPill(painter, room, "a state much longer than its room", true);
    painter.end();
    QVERIFY(room.contains(pill));
    QVERIFY(paintedPixels(image.copy(room)) > 50);
    QCOMPARE(paintedPixels(image), paintedPixels(image.copy(room)));
  }

  void pillIsLeftOutWhereItCannotBeRead() {
    QImage image = canvas();
    QPainter painter(&image);
    QVERIFY(paintPill(painter, {0, 0, 200, 40}, "", false).isEmpty());
    QVERIFY(paintPill(painter, {0, 0, 20, 40}, "state", false).isEmpty());
    painter.end();
    QCOMPARE(paintedPixels(image), 0);
    QCOMPARE(pillWidth(""), 0);
    QVERIFY(pillWidth("longer state") > pillWidth("state"));
  }

  void textIsCutNotSpilled() {
    QImage image = canvas();
    QPainter painter(&image);
    paintText(painter, {20, 0, 60, 40}, "a text that is much longer than its room", Qt::white);
    painter.end();
    QVERIFY(paintedPixels(image) > 20);
    QCOMPARE(paintedPixels(image.copy(84, 0, 116, 40)), 0);
  }

  void rowsShowSelectionAndFocus() {
    QStyleOptionViewItem option;
    option.rect = QRect(0, 0, 200, 40);
    const auto colourAt = [&](QStyle::State state, int x) {
      QImage image = canvas();
      QPainter painter(&image);
      option.state = state;
      paintRowBackground(painter, option);
      painter.end();
      return image.pixelColor(x, 20);
    };
    QCOMPARE(colourAt(QStyle::State_Selected, 100), tokens().accentSoft);
    QCOMPARE(colourAt(QStyle::State_None, 100), QColor(Qt::black));
    QVERIFY(colourAt(QStyle::State_MouseOver, 100) != QColor(Qt::black));
    QCOMPARE(colourAt(QStyle::State_Selected | QStyle::State_HasFocus, 0), tokens().accent);
  }
};

QTEST_MAIN(ListPaintTest)
#include "list_paint.moc"
