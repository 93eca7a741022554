#include "widgets/image/view_state.h"

#include <QSignalSpy>
#include <QTest>
#include <cmath>
#include <limits>

using namespace fathom;

namespace {

constexpr QSize kPane(500, 400);

bool near(const QPointF& a, const QPointF& b, double bound) {
  return std::abs(a.x() - b.x()) <= bound && std::abs(a.y() - b.y()) <= bound;
}

}  // namespace

class ViewStateTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void fitsWhatIsWideAndWhatIsHigh() {
    ViewState state;
    state.setReferenceSize({640, 480});
    QCOMPARE(state.pictureIn({320, 400}), QRect(0, 80, 320, 240));
    QCOMPARE(state.pictureIn({1000, 480}), QRect(180, 0, 640, 480));
    QCOMPARE(state.zoom({320, 400}), 0.5);
  }

  void actualSizeIsOnePixelPerDevicePixel() {
    ViewState state;
    state.showActualSize(kPane);
    QCOMPARE(state.zoom(kPane), 1.0);
    QCOMPARE(state.pictureIn(kPane), QRect(250 - 320, 200 - 240, 640, 480));
    QVERIFY(!state.view().fitted);
    state.fit();
    QVERIFY(state.view().fitted);
    QCOMPARE(state.view(), View{});
  }

  void zoomingKeepsThePointUnderTheCursor_data() {
    QTest::addColumn<QPointF>("point");
    QTest::addColumn<double>("factor");
    QTest::newRow("middle") << QPointF(250, 200) << 2.0;
    QTest::newRow("left") << QPointF(60, 150) << 1.25;
    QTest::newRow("much") << QPointF(410, 333) << 17.0;
    QTest::newRow("out") << QPointF(300, 250) << 0.7;
  }
  void zoomingKeepsThePointUnderTheCursor() {
    QFETCH(QPointF, point);
    QFETCH(double, factor);
    ViewState state;
    const QPointF before = state.fieldAt(point, kPane);
    const double zoomBefore = state.zoom(kPane);
    state.zoomAt(point, factor, kPane);
    QVERIFY(std::abs(state.zoom(kPane) - zoomBefore * factor) < 1e-9);
    // The picture lies on whole pixels: half of one, before and after, may be missing.
    QVERIFY(near(state.deviceAt(before, kPane), point, 0.5 * factor + 0.5));
  }

  void zoomingInAndOutComesBack() {
    ViewState state;
    state.zoomAt({120, 90}, 4, kPane);
    const View middle = state.view();
    for (int i = 0; i < 8; ++i) state.zoomAt({300, 222}, 1.25, kPane);
    for (int i = 0; i < 8; ++i) state.zoomAt({300, 222}, 0.8, kPane);
    QVERIFY(near(state.view().centre, middle.centre, 1e-9));
    QVERIFY(std::abs(state.view().zoom - middle.zoom) < 1e-9);
  }

  void zoomHasLimits() {
    ViewState state;
    state.zoomAt({10, 10}, 1e9, kPane);
    QCOMPARE(state.zoom(kPane), ViewState::kGreatestZoom);
    state.zoomAt({10, 10}, 1e-9, kPane);
    QCOMPARE(state.zoom(kPane), ViewState::kLeastZoom);
    QVERIFY(!state.pictureIn(kPane).isEmpty());
  }

  void panningMovesByDevicePixels() {
    ViewState state;
    state.showActualSize(kPane);
    const QRect before = state.pictureIn(kPane);
    state.pan({13, -7}, kPane);
    QCOMPARE(state.pictureIn(kPane), before.translated(13, -7));
  }

  void thePictureIsNeverLost() {
    ViewState state;
    state.pan({1e7, -1e7}, kPane);
    QVERIFY(state.pictureIn(kPane).adjusted(-1, -1, 1, 1).contains(QPoint(250, 200)));
  }

  void badNumbersAreIgnored() {
    ViewState state;
    QSignalSpy spy(&state, &ViewState::viewChanged);
    const double nan = std::numeric_limits<double>::quiet_NaN();
    state.zoomAt({1, 1}, 0, kPane);
    state.zoomAt({1, 1}, nan, kPane);
    state.zoomAt({nan, 1}, 2, kPane);
    state.zoomAt({1, 1}, 2, {0, 0});
    state.pan({nan, 0}, kPane);
    state.setView({.fitted = false, .zoom = nan, .centre = {0.5, 0.5}});
    state.setReferenceSize({0, 480});
    QCOMPARE(spy.size(), 0);
    QCOMPARE(state.view(), View{});
    state.setCrosshair(QPointF(nan, 0));
    QVERIFY(!state.crosshair());
  }

  void aSavedViewComesBack() {
    ViewState state;
    state.zoomAt({77, 300}, 3, kPane);
    const View saved = state.view();
    state.fit();
    QSignalSpy spy(&state, &ViewState::viewChanged);
    state.setView(saved);
    state.setView(saved);
    QCOMPARE(state.view(), saved);
    QCOMPARE(spy.size(), 1);
    state.setView({.fitted = false, .zoom = 1e9, .centre = {-3, 7}});
    QCOMPARE(state.view(), (View{false, ViewState::kGreatestZoom, {0, 1}}));
  }

  void fieldAndDeviceAreInverse() {
    ViewState state;
    state.zoomAt({400, 20}, 2.7, kPane);
    for (const QPointF& point : {QPointF(0, 0), QPointF(123.5, 88.25), QPointF(499, 399)}) {
      QVERIFY(near(state.deviceAt(state.fieldAt(point, kPane), kPane), point, 1e-9));
    }
  }

  void crosshairIsShared() {
    ViewState state;
    QSignalSpy spy(&state, &ViewState::crosshairChanged);
    state.setCrosshair(QPointF(0.25, 0.75));
    state.setCrosshair(QPointF(0.25, 0.75));
    QCOMPARE(spy.size(), 1);
    QCOMPARE(*state.crosshair(), QPointF(0.25, 0.75));
    state.setCrosshair(QPointF(-1, 2));
    QCOMPARE(*state.crosshair(), QPointF(0, 1));
    state.setCrosshair(std::nullopt);
    QVERIFY(!state.crosshair());
  }

  void anotherReferenceSizeIsAnnounced() {
    ViewState state;
    QSignalSpy spy(&state, &ViewState::referenceSizeChanged);
    state.setReferenceSize({640, 640});
    state.setReferenceSize({640, 640});
    QCOMPARE(spy.size(), 1);
    QCOMPARE(state.pictureIn({320, 400}), QRect(0, 40, 320, 320));
  }
};

QTEST_GUILESS_MAIN(ViewStateTest)
#include "view_state.moc"
