#include "widgets/space/cloud_view.h"

#include <ATen/ops/full.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/rand.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>

#include <QLabel>
#include <QProcess>

#include "core/error.h"
#include "screen_test.h"
#include "widgets/theme/tokens.h"

using namespace fathom;

namespace {

constexpr char kBlindRun[] = "saysSoWhereThereIsNoOpenGl";

/// A wall of side × side points, 2 m wide, at z metres, of one colour.
struct Wall {
  at::Tensor points, colours;
};
Wall wall(double z, int r, int g, int b, std::int64_t side = 60) {
  at::Tensor points = at::zeros({side * side, 3}, at::kFloat);
  auto* data = points.mutable_data_ptr<float>();
  for (std::int64_t i = 0; i < side * side; ++i) {
    data[3 * i] = 2.F * static_cast<float>(i % side) / static_cast<float>(side - 1) - 1;
    data[3 * i + 1] = 2.F * static_cast<float>(i / side) / static_cast<float>(side - 1) - 1;
    data[3 * i + 2] = static_cast<float>(z);
  }
  const at::Tensor colour = at::tensor({r, g, b}, at::kByte);
  return {points, colour.expand({side * side, 3}).contiguous()};
}

void show(CloudView& view) {
  view.resize(240, 200);
  view.setPointSize(8);
  view.show();
}

int pixelsNear(const QImage& image, const QColor& colour) {
  int count = 0;
  for (int y = 0; y < image.height(); ++y) {
    for (int x = 0; x < image.width(); ++x) count += isNear(image.pixelColor(x, y), colour);
  }
  return count;
}

QString message(const CloudView& view) {
  const auto* label = view.findChild<QLabel*>();
  return label->isVisibleTo(&view) ? label->text() : QString();
}

}  // namespace

class CloudViewTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() {
    // One of the tests is about being without a screen; a child runs it.
    if (!VtkView::available() && !QCoreApplication::arguments().contains(kBlindRun)) {
      QSKIP(kNoScreen);
    }
  }

  void showsPointsInTheirColours() {
    CloudView view;
    const Wall red = wall(3, 220, 30, 40);
    view.setCloud(red.points, red.colours);
    show(view);
    QVERIFY(QTest::qWaitForWindowExposed(&view));
    QTRY_VERIFY(isNear(centreOf(view.grabImage()), QColor(220, 30, 40)));
    QVERIFY(message(view).isEmpty());
    QCOMPARE(view.pointCount(), std::int64_t{3600});
  }

  void rightIsRightAndDownIsDown() {
    CloudView view;
    // Right red, below it (y down) green, both left of nothing: a mirrored view would fail.
    const at::Tensor points =
        at::tensor({1.F, 0.F, 4.F, 0.F, 1.F, 4.F, -1.F, -1.F, 4.F}).reshape({3, 3});
    const at::Tensor colours =
        at::tensor({255, 0, 0, 0, 255, 0, 0, 0, 255}, at::kByte).reshape({3, 3});
    view.setCloud(points, colours);
    show(view);
    view.setPointSize(12);
    QVERIFY(QTest::qWaitForWindowExposed(&view));
    QTRY_VERIFY(pixelsNear(view.grabImage(), Qt::red) > 0);
    const QImage image = view.grabImage();
    const auto centre = [&](const QColor& colour) {
      QPointF sum;
      int count = 0;
      for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x) {
          if (!isNear(image.pixelColor(x, y), colour)) continue;
          sum += QPointF(x, y);
          ++count;
        }
      }
      return count ? sum / count : QPointF(-1, -1);
    };
    const QPointF middle = QRectF(image.rect()).center();
    QVERIFY(centre(Qt::red).x() > middle.x());
    QVERIFY(std::abs(centre(Qt::red).y() - middle.y()) < 3);
    QVERIFY(centre(Qt::green).y() > middle.y());
    QVERIFY(centre(Qt::blue).x() < middle.x());
    QVERIFY(centre(Qt::blue).y() < middle.y());
  }

  void nearPointsHideFarOnes() {
    CloudView view;
    const Wall near = wall(0.5, 10, 200, 10), far = wall(90, 200, 10, 10);
    const at::Tensor wide = far.points.mul(at::tensor({90.F, 90.F, 1.F}));
    at::Tensor points = near.points.repeat({2, 1});
    at::Tensor colours = near.colours.repeat({2, 1});
    points.slice(0, 3600).copy_(wide);
    colours.slice(0, 3600).copy_(far.colours);
    view.setCloud(points, colours);
    view.resetCamera();
    show(view);
    QVERIFY(QTest::qWaitForWindowExposed(&view));
    QTRY_VERIFY(isNear(centreOf(view.grabImage()), QColor(10, 200, 10)));
  }

  void emptySaysWhy() {
    CloudView view;
    show(view);
    QVERIFY(QTest::qWaitForWindowExposed(&view));
    QVERIFY(!message(view).isEmpty());
    QTRY_VERIFY(isNear(view.grabImage().pixelColor(3, 3), tokens().pane));
    view.clear("This sample has no truth");
    QCOMPARE(message(view), "This sample has no truth");
    const Wall red = wall(3, 220, 30, 40);
    view.setCloud(red.points, red.colours);
    QVERIFY(message(view).isEmpty());
    view.clear();
    QVERIFY(!message(view).isEmpty());
    QTRY_COMPARE(pixelsNear(view.grabImage(), QColor(220, 30, 40)), 0);
  }

  void keepsTheCameraWhenDataChange() {
    CloudView view;
    const Wall red = wall(3, 220, 30, 40), blue = wall(30, 20, 30, 240);
    view.setCloud(red.points, red.colours);
    show(view);
    QVERIFY(QTest::qWaitForWindowExposed(&view));
    QTest::mousePress(view.focusProxy(), Qt::LeftButton, {}, {120, 100});
    QTest::mouseMove(view.focusProxy(), {150, 100});
    QTest::mouseRelease(view.focusProxy(), Qt::LeftButton, {}, {150, 100});
    const CameraState moved = view.cameraState();
    view.setCloud(blue.points, blue.colours);
    QVERIFY(view.cameraState() == moved);
    view.resetCamera();
    QVERIFY(!(view.cameraState() == moved));
    QCOMPARE(view.cameraState().focalPoint[2], 30.0);
  }

  void dragRotatesShiftDragPansMiddlePans() {
    CloudView view;
    const Wall red = wall(3, 220, 30, 40);
    view.setCloud(red.points, red.colours);
    show(view);
    QVERIFY(QTest::qWaitForWindowExposed(&view));
    const auto drag = [&](Qt::MouseButton button, Qt::KeyboardModifiers modifiers) {
      QTest::mousePress(view.focusProxy(), button, modifiers, {120, 100});
      QMouseEvent move(QEvent::MouseMove, {150, 110}, view.mapToGlobal(QPointF(150, 110)),
                       Qt::NoButton, button, modifiers);
      QCoreApplication::sendEvent(view.focusProxy(), &move);
      QTest::mouseRelease(view.focusProxy(), button, modifiers, {150, 110});
    };
    const CameraState home = view.cameraState();
    drag(Qt::LeftButton, Qt::NoModifier);
    QCOMPARE(view.cameraState().focalPoint, home.focalPoint);
    QVERIFY(view.cameraState().position != home.position);
    view.resetCamera();
    drag(Qt::LeftButton, Qt::ShiftModifier);
    QVERIFY(view.cameraState().focalPoint != home.focalPoint);
    view.resetCamera();
    drag(Qt::MiddleButton, Qt::NoModifier);
    QVERIFY(view.cameraState().focalPoint != home.focalPoint);
  }

  void clickWithoutADragIsNoMove() {
    CloudView view;
    const Wall red = wall(3, 220, 30, 40);
    view.setCloud(red.points, red.colours);
    show(view);
    QVERIFY(QTest::qWaitForWindowExposed(&view));
    QSignalSpy moved(&view, &CloudView::cameraChanged);
    QTest::mouseClick(view.focusProxy(), Qt::LeftButton, {}, {120, 100});
    QCOMPARE(moved.count(), 0);
  }

  void keys() {
    CloudView view;
    const Wall red = wall(3, 220, 30, 40);
    view.setCloud(red.points, red.colours);
    show(view);
    QVERIFY(QTest::qWaitForWindowExposed(&view));
    const CameraState home = view.cameraState();
    QSignalSpy moved(&view, &CloudView::cameraChanged), sized(&view, &CloudView::pointSizeChanged);
    QWidget* target = view.focusProxy();
    QTest::keyClick(target, Qt::Key_Right);
    QCOMPARE(moved.count(), 1);
    QCOMPARE(view.cameraState().focalPoint, home.focalPoint);
    QTest::keyClick(target, Qt::Key_Up, Qt::ShiftModifier);
    QVERIFY(view.cameraState().focalPoint != home.focalPoint);
    QTest::keyClick(target, Qt::Key_R);
    QVERIFY(view.cameraState() == home);
    QTest::keyClick(target, Qt::Key_PageUp);
    QVERIFY(view.cameraState().position[2] > home.position[2]);
    QTest::keyClick(target, '+');
    QCOMPARE(view.pointSize(), 9);
    QTest::keyClick(target, '-');
    QTest::keyClick(target, '-');
    QCOMPARE(view.pointSize(), 7);
    QCOMPARE(sized.count(), 3);
    QVERIFY(pixelsNear(view.grabImage(), QColor(220, 30, 40)) > 0);
  }

  void pointSizeIsClamped() {
    CloudView view;
    view.setPointSize(0);
    QCOMPARE(view.pointSize(), 1);
    view.setPointSize(99);
    QCOMPARE(view.pointSize(), 12);
  }

  void linkedViewsFollowWithoutEcho() {
    CloudView a, b;
    const Wall red = wall(3, 220, 30, 40);
    a.setCloud(red.points, red.colours);
    b.setCloud(red.points, red.colours);
    show(a);
    QVERIFY(QTest::qWaitForWindowExposed(&a));
    connect(&a, &CloudView::cameraChanged, &b, &CloudView::setCameraState);
    QSignalSpy echoed(&b, &CloudView::cameraChanged);
    QTest::keyClick(a.focusProxy(), Qt::Key_Left);
    const CameraState left = a.cameraState(), right = b.cameraState();
    QCOMPARE(right.position, left.position);
    QCOMPARE(right.focalPoint, left.focalPoint);
    QCOMPARE(echoed.count(), 0);
  }

  void homeFitsTheShapeOfTheView() {
    CloudView view;
    const Wall red = wall(3, 220, 30, 40);
    view.setCloud(red.points, red.colours);
    show(view);
    QVERIFY(QTest::qWaitForWindowExposed(&view));
    const double wide = view.cameraState().viewAngle;
    view.resize(120, 300);
    QTRY_VERIFY(view.cameraState().viewAngle > wide);
  }

  void badCloudIsRefusedAndTheOldOneStays() {
    CloudView view;
    const Wall red = wall(3, 220, 30, 40);
    view.setCloud(red.points, red.colours);
    QVERIFY_EXCEPTION_THROWN(view.setCloud(red.points, red.colours.slice(0, 1)), BadInput);
    QCOMPARE(view.pointCount(), std::int64_t{3600});
  }

  void manyPointsLoad() {
    CloudView view;
    show(view);
    QVERIFY(QTest::qWaitForWindowExposed(&view));
    const at::Tensor points =
        at::rand({307200, 3}, at::kFloat).add(at::tensor({-0.5F, -0.5F, 1.F}));
    QElapsedTimer timer;
    timer.start();
    view.setCloud(points, at::full({307200, 3}, 128, at::kByte));
    const qint64 set = timer.elapsed();
    QVERIFY(pixelsNear(view.grabImage(), QColor(128, 128, 128)) > 1000);
    qInfo("307200 points: set in %lld ms, on the screen after %lld ms", set, timer.elapsed());
  }

  void manyPointsComeBackAfterAMove() {
    CloudView view;
    show(view);
    view.setPointSize(1);
    const Wall grey = wall(3, 128, 128, 128, 400);
    view.setCloud(grey.points, grey.colours);
    QVERIFY(QTest::qWaitForWindowExposed(&view));
    const int all = pixelsNear(view.grabImage(), QColor(128, 128, 128));
    QVERIFY(all > 1000);
    QTest::keyClick(view.focusProxy(), Qt::Key_Right);
    QTest::keyClick(view.focusProxy(), Qt::Key_Left);
    QTRY_VERIFY(pixelsNear(view.grabImage(), QColor(128, 128, 128)) > 0.98 * all);
  }

  void saysSoWhereThereIsNoOpenGl() {
    if (VtkView::available()) {
      QProcess child;
      QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
      environment.insert("QT_QPA_PLATFORM", "offscreen");
      child.setProcessEnvironment(environment);
      child.setProcessChannelMode(QProcess::MergedChannels);
      child.start(QCoreApplication::applicationFilePath(), {kBlindRun});
      QVERIFY(child.waitForFinished(60000));
      const QByteArray output = child.readAll();
      QVERIFY2(child.exitCode() == 0, output.constData());
      QVERIFY2(output.contains(QByteArray("PASS   : CloudViewTest::") + kBlindRun),
               output.constData());
      return;
    }
    CloudView view;
    QVERIFY(!view.hasOpenGl());
    view.resize(200, 150);
    view.show();
    QVERIFY(message(view).contains("OpenGL"));
    const Wall red = wall(3, 220, 30, 40);
    view.setCloud(red.points, red.colours);
    QVERIFY(message(view).contains("OpenGL"));
    const CameraState home = view.cameraState();
    QCOMPARE(home.focalPoint[2], 3.0);
    QTest::keyClick(&view, Qt::Key_Left);
    QVERIFY(!(view.cameraState() == home));
    QVERIFY(view.grabImage().isNull());
    view.clear();
  }
};

int main(int argc, char** argv) {
  return runScreenTest<CloudViewTest>(argc, argv);
}
#include "cloud_view.moc"
