#include "widgets/image/pane_grid.h"

#include <QApplication>
#include <QSignalSpy>
#include <QTest>
#include <QWheelEvent>

#include "widgets/image/pane.h"
#include "widgets/theme/theme.h"

using namespace fathom;

class PaneGridTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() {
    applyTheme(*qApp, Theme::kDark);
    setReducedMotion(true);
  }

  void columnsShowPicturesLargest() {
    QCOMPARE(PaneGrid::columnsFor(1, {900, 600}, 4.0 / 3), 1);
    QCOMPARE(PaneGrid::columnsFor(2, {900, 600}, 4.0 / 3), 2);
    QCOMPARE(PaneGrid::columnsFor(2, {400, 900}, 4.0 / 3), 1);
    QCOMPARE(PaneGrid::columnsFor(6, {1024, 630}, 4.0 / 3), 3);
    QCOMPARE(PaneGrid::columnsFor(6, {2000, 300}, 4.0 / 3), 6);
    QCOMPARE(PaneGrid::columnsFor(0, {900, 600}, 4.0 / 3), 1);
  }

  void panesAreEqualAndDoNotOverlap() {
    ViewState state;
    PaneGrid grid(&state);
    QSignalSpy added(&grid, &PaneGrid::paneAdded);
    grid.setCount(5);
    grid.resize(1025, 631);
    grid.show();
    QCOMPARE(added.size(), 5);
    QCOMPARE(grid.columns(), 3);
    for (const Pane* pane : grid.panes()) {
      QCOMPARE(pane->size(), grid.pane(0)->size());
      QVERIFY(grid.rect().contains(pane->geometry()));
      for (const Pane* other : grid.panes()) {
        QVERIFY(pane == other || !pane->geometry().intersects(other->geometry()));
      }
    }
    QCOMPARE(grid.pane(1)->x(), grid.pane(0)->geometry().right() + 1 + PaneGrid::kGutter);
    QCOMPARE(grid.pane(3)->y(), grid.pane(0)->geometry().bottom() + 1 + PaneGrid::kGutter);
  }

  void anotherAspectArrangesAnew() {
    ViewState state;
    PaneGrid grid(&state);
    grid.setCount(2);
    grid.resize(600, 500);
    grid.show();
    QCOMPARE(grid.columns(), 1);
    state.setReferenceSize({480, 640});
    QCOMPARE(grid.columns(), 2);
  }

  void oneWheelMovesAll() {
    ViewState state;
    PaneGrid grid(&state);
    grid.setCount(4);
    grid.resize(800, 600);
    grid.show();
    QImage image(64, 48, QImage::Format_RGB32);
    for (int y = 0; y < 48; ++y) {
      for (int x = 0; x < 64; ++x) image.setPixel(x, y, qRgb(4 * x, 5 * y, 99));
    }
    for (Pane* pane : grid.panes()) pane->setImage(image);
    Pane* last = grid.pane(3);
    QWheelEvent event(QPointF(70, 50), last->mapToGlobal(QPointF(70, 50)), {}, {0, 360},
                      Qt::NoButton, {}, Qt::NoScrollPhase, false);
    QApplication::sendEvent(last, &event);
    QVERIFY(!state.view().fitted);
    for (Pane* pane : grid.panes()) QCOMPARE(pane->grab().toImage(), last->grab().toImage());
  }

  void controlAndArrowsMoveTheFocus() {
    ViewState state;
    PaneGrid grid(&state);
    grid.setCount(5);
    grid.resize(1024, 630);
    grid.show();
    grid.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&grid));
    QSignalSpy moved(&grid, &PaneGrid::focusMoved);
    grid.pane(0)->setFocus();
    const auto press = [&](Qt::Key key) {
      QTest::keyClick(QApplication::focusWidget(), key, Qt::ControlModifier);
      return grid.focused();
    };
    QCOMPARE(press(Qt::Key_Right), 1);
    QCOMPARE(press(Qt::Key_Down), 4);
    QCOMPARE(press(Qt::Key_Right), 4);
    QCOMPARE(press(Qt::Key_Up), 1);
    QCOMPARE(press(Qt::Key_Up), 1);
    QCOMPARE(press(Qt::Key_Left), 0);
    QCOMPARE(press(Qt::Key_Left), 0);
    QCOMPARE(moved.last()[0].toInt(), 0);
  }

  void soloShowsOneInFullSize() {
    ViewState state;
    PaneGrid grid(&state);
    grid.setCount(4);
    grid.resize(800, 600);
    grid.show();
    const QSize small = grid.pane(2)->size();
    grid.setSolo(2);
    QCOMPARE(grid.pane(2)->geometry(), grid.rect());
    QVERIFY(!grid.pane(0)->isVisible());
    grid.setSolo(-1);
    QCOMPARE(grid.pane(2)->size(), small);
    QVERIFY(grid.pane(0)->isVisible());
    grid.setSolo(3);
    grid.setCount(2);
    QCOMPARE(grid.solo(), -1);
    QVERIFY(grid.pane(0)->isVisible());
    grid.setSolo(9);
    QCOMPARE(grid.solo(), -1);
  }

  void thoseThatStayKeepTheirState() {
    ViewState state;
    PaneGrid grid(&state);
    grid.setCount(2);
    Pane* first = grid.pane(0);
    first->setHeader({"RGB", "", ""});
    grid.setCount(6);
    grid.setCount(1);
    QCOMPARE(grid.count(), 1);
    QVERIFY(grid.pane(0) == first);
    QCOMPARE(first->header().title, QStringLiteral("RGB"));
    grid.setCount(-3);
    QCOMPARE(grid.count(), 0);
    QVERIFY(grid.pane(0) == nullptr);
    grid.resize(300, 300);
  }
};

QTEST_MAIN(PaneGridTest)
#include "pane_grid.moc"
