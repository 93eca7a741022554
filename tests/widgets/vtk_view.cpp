#include "widgets/space/vtk_view.h"

#include <QDockWidget>
#include <QKeyEvent>
#include <QMainWindow>
#include <QProcess>
#include <QSplitter>

#include <vtkCallbackCommand.h>
#include <vtkCamera.h>
#include <vtkCommand.h>

#include "screen_test.h"

using namespace fathom;

namespace {

constexpr char kScaledRun[] = "centrePixelIsTheBackground";

void paint(VtkView& view, const QColor& colour) {
  view.renderer().SetBackground(colour.redF(), colour.greenF(), colour.blueF());
  view.scheduleRender();
}

const QColor kOrange(230, 120, 20), kTeal(20, 130, 140);

}  // namespace

class VtkViewTest : public QObject {
  Q_OBJECT

  bool hasScreen_ = false;

 private Q_SLOTS:
  void initTestCase() {
    hasScreen_ = VtkView::available();
    if (!hasScreen_) QSKIP(kNoScreen);
  }

  void centrePixelIsTheBackground() {
    VtkView view;
    view.resize(200, 150);
    paint(view, kOrange);
    view.show();
    QVERIFY(QTest::qWaitForWindowExposed(&view));
    QTRY_VERIFY(view.isValid());
    QTRY_VERIFY(isNear(centreOf(view.image()), kOrange));
    const double scale = view.devicePixelRatioF();
    QCOMPARE(view.image().size(), QSize(qRound(200 * scale), qRound(150 * scale)));
    QCOMPARE(view.renderWindow().GetSize()[0], qRound(200 * scale));
    // Corners too: a wrong size would leave a border unpainted.
    const QImage image = view.image();
    QVERIFY(isNear(image.pixelColor(0, 0), kOrange));
    QVERIFY(isNear(image.pixelColor(image.width() - 1, image.height() - 1), kOrange));
  }

  void drawsRightAtScaleOneAndAHalf() {
    QProcess child;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert("QT_SCALE_FACTOR", "1.5");
    child.setProcessEnvironment(environment);
    child.setProcessChannelMode(QProcess::MergedChannels);
    child.start(QCoreApplication::applicationFilePath(), {kScaledRun});
    QVERIFY(child.waitForFinished(60000));
    const QByteArray output = child.readAll();
    QVERIFY2(child.exitCode() == 0, output.constData());
    QVERIFY2(output.contains(QByteArray("PASS   : VtkViewTest::") + kScaledRun),
             output.constData());
  }

  void followsAResize() {
    VtkView view;
    view.resize(160, 120);
    paint(view, kTeal);
    view.show();
    QVERIFY(QTest::qWaitForWindowExposed(&view));
    view.resize(300, 260);
    const QSize wanted = QSize(300, 260) * view.devicePixelRatioF();
    QTRY_COMPARE(view.image().size(), wanted);
    QTRY_VERIFY(isNear(view.image().pixelColor(wanted.width() - 2, 2), kTeal));
    QCOMPARE(view.renderWindow().GetSize()[1], wanted.height());
  }

  void idleUpdatesDrawNothing() {
    VtkView view;
    view.resize(120, 90);
    view.show();
    QVERIFY(QTest::qWaitForWindowExposed(&view));
    QTRY_VERIFY(view.renderCount() > 0);
    view.image();
    const auto before = view.renderCount();
    QSignalSpy swapped(&view, &QOpenGLWidget::frameSwapped);
    for (int i = 1; i <= 3; ++i) {
      view.update();
      QTRY_VERIFY(swapped.count() >= i);
    }
    QCOMPARE(view.renderCount(), before);
    view.scheduleRender();
    view.scheduleRender();
    QTRY_COMPARE(view.renderCount(), before + 1);
  }

  void renderFromTheProgramReachesTheScreen() {
    VtkView view;
    view.resize(120, 90);
    paint(view, kTeal);
    view.show();
    QVERIFY(QTest::qWaitForWindowExposed(&view));
    QTRY_VERIFY(isNear(centreOf(view.image()), kTeal));
    view.renderer().SetBackground(kOrange.redF(), kOrange.greenF(), kOrange.blueF());
    QSignalSpy swapped(&view, &QOpenGLWidget::frameSwapped);
    view.renderWindow().Render();
    QTRY_VERIFY(swapped.count() > 0);
    QVERIFY(isNear(centreOf(view.image()), kOrange));
  }

  void survivesFloatingAndDocking() {
    QMainWindow window;
    auto* dock = new QDockWidget("3D", &window);
    auto* view = new VtkView(dock);
    paint(*view, kOrange);
    dock->setWidget(view);
    window.addDockWidget(Qt::LeftDockWidgetArea, dock);
    window.setCentralWidget(new QWidget);
    window.resize(500, 300);
    window.show();
    QVERIFY(QTest::qWaitForWindowExposed(&window));
    QTRY_VERIFY(isNear(centreOf(view->image()), kOrange));
    for (const bool floating : {true, false, true, false}) {
      dock->setFloating(floating);
      QTRY_COMPARE(dock->isFloating(), floating);
      const QColor wanted = floating ? kTeal : kOrange;
      paint(*view, wanted);
      QTRY_VERIFY(isNear(centreOf(view->image()), wanted));
      QTRY_VERIFY(isNear(centreOf(view->grab().toImage()), wanted));
    }
  }

  void survivesANewTopLevelWindow() {
    QWidget first, second;
    auto* view = new VtkView(&first);
    view->resize(100, 80);
    paint(*view, kTeal);
    first.show();
    QVERIFY(QTest::qWaitForWindowExposed(&first));
    QTRY_VERIFY(isNear(centreOf(view->image()), kTeal));
    view->setParent(&second);
    view->show();
    second.show();
    QVERIFY(QTest::qWaitForWindowExposed(&second));
    QTRY_VERIFY(isNear(centreOf(view->image()), kTeal));
    QVERIFY(view->initialisations() >= 1);
  }

  void aDragTurnsTheCamera() {
    VtkView view;
    view.resize(200, 150);
    view.show();
    QVERIFY(QTest::qWaitForWindowExposed(&view));
    QTRY_VERIFY(view.renderCount() > 0);
    vtkCamera* camera = view.renderer().GetActiveCamera();
    double before[3];
    camera->GetPosition(before);
    const auto renders = view.renderCount();
    QTest::mousePress(&view, Qt::LeftButton, {}, {100, 75});
    QTest::mouseMove(&view, {140, 95});
    QTest::mouseRelease(&view, Qt::LeftButton, {}, {140, 95});
    QVERIFY(camera->GetPosition()[0] != before[0]);
    QVERIFY(camera->GetPosition()[1] != before[1]);
    QTRY_VERIFY(view.renderCount() > renders);
  }

  void wheelZoomsByWholeNotches() {
    VtkView view;
    view.resize(200, 150);
    view.show();
    QVERIFY(QTest::qWaitForWindowExposed(&view));
    vtkCamera* camera = view.renderer().GetActiveCamera();
    const double before = camera->GetDistance();
    const auto turn = [&](int eighths) {
      QWheelEvent event({100, 75}, view.mapToGlobal(QPointF(100, 75)), {}, {0, eighths},
                        Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase, false);
      QCoreApplication::sendEvent(&view, &event);
    };
    turn(60);
    QCOMPARE(camera->GetDistance(), before);
    turn(60);
    QVERIFY(camera->GetDistance() < before);
    turn(-120);
    QVERIFY(std::abs(camera->GetDistance() - before) < 1e-6);
  }

  void eventsReachVtkFlippedAndInDevicePixels() {
    VtkView view;
    view.resize(200, 150);
    view.show();
    QVERIFY(QTest::qWaitForWindowExposed(&view));
    QTRY_VERIFY(view.renderCount() > 0);
    QTest::mousePress(&view, Qt::RightButton, Qt::ControlModifier | Qt::ShiftModifier, {30, 20});
    QTest::mouseRelease(&view, Qt::RightButton, Qt::ControlModifier | Qt::ShiftModifier, {30, 20});
    const double scale = view.devicePixelRatioF();
    const int* position = view.interactor().GetEventPosition();
    QCOMPARE(position[0], static_cast<int>(30 * scale));
    QCOMPARE(position[1], qRound(150 * scale) - 1 - static_cast<int>(20 * scale));
    QVERIFY(view.interactor().GetControlKey());
    QVERIFY(view.interactor().GetShiftKey());
  }

  void keysReachVtkAndGoOn() {
    QWidget parent;
    VtkView view(&parent);
    std::string heard;
    vtkNew<vtkCallbackCommand> listener;
    listener->SetClientData(&heard);
    listener->SetCallback([](vtkObject* sender, unsigned long, void* text, void*) {
      auto* interactor = static_cast<vtkRenderWindowInteractor*>(sender);
      *static_cast<std::string*>(text) += std::string(interactor->GetKeySym()) + " ";
    });
    view.interactor().AddObserver(vtkCommand::KeyPressEvent, listener, 1.0F);
    for (const auto& [key, text] : std::vector<std::pair<int, QString>>{
             {Qt::Key_X, "x"}, {Qt::Key_Left, ""}, {Qt::Key_Plus, "+"}, {Qt::Key_F3, ""}}) {
      QKeyEvent event(QEvent::KeyPress, key, Qt::NoModifier, text);
      QCoreApplication::sendEvent(&view, &event);
      QVERIFY(!event.isAccepted());
    }
    QCOMPARE(heard, std::string("x Left plus F3 "));
  }

  void twoViewsShowEachTheirOwn() {
    QSplitter splitter;
    auto* left = new VtkView(&splitter);
    auto* right = new VtkView(&splitter);
    paint(*left, kOrange);
    paint(*right, kTeal);
    splitter.resize(400, 200);
    splitter.show();
    QVERIFY(QTest::qWaitForWindowExposed(&splitter));
    QTRY_VERIFY(isNear(centreOf(left->image()), kOrange));
    QTRY_VERIFY(isNear(centreOf(right->image()), kTeal));
    delete left;
    paint(*right, kOrange);
    QTRY_VERIFY(isNear(centreOf(right->image()), kOrange));
  }

  void destroyedWithARenderUnderWay() {
    for (int i = 0; i < 3; ++i) {
      auto view = std::make_unique<VtkView>();
      view->resize(100, 80);
      view->show();
      QVERIFY(QTest::qWaitForWindowExposed(view.get()));
      QTRY_VERIFY(view->renderCount() > 0);
      view->scheduleRender();
      view.reset();
    }
    auto neverShown = std::make_unique<VtkView>();
    QVERIFY(neverShown->image().isNull());
    neverShown->scheduleRender();
  }
};

int main(int argc, char** argv) {
  return runScreenTest<VtkViewTest>(argc, argv);
}
#include "vtk_view.moc"
