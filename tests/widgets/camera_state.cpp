#include "widgets/space/camera_state.h"

#include <QtTest>
#include <cmath>
#include <numbers>

using namespace fathom;

namespace {

double tangentOf(double degrees) {
  return std::tan(degrees / 2 * std::numbers::pi / 180);
}

}  // namespace

class CameraStateTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void looksAlongTheAxisFromBehind() {
    const CameraState state = takingCamera({1, 0.75, 20}, 4.0 / 3);
    QCOMPARE(state.position[0], 0.0);
    QCOMPARE(state.position[1], 0.0);
    QVERIFY(state.position[2] < 0 && state.position[2] > -5);
    QCOMPARE(state.focalPoint, (std::array<double, 3>{0, 0, 20}));
    QCOMPARE(state.viewUp, (std::array<double, 3>{0, -1, 0}));
  }

  void seesEveryPointAtTheMedianDepth() {
    for (const double aspect : {0.75, 1.0, 4.0 / 3, 3.0}) {
      const CloudExtent extent{1, 0.75, 20};
      const CameraState state = takingCamera(extent, aspect);
      const double away = extent.distance - state.position[2];
      const double half = tangentOf(state.viewAngle) * away;
      QVERIFY(half >= extent.tangentY * extent.distance);
      QVERIFY(half * aspect >= extent.tangentX * extent.distance);
    }
  }

  void narrowAndWideFieldsStayUsable() {
    QVERIFY(takingCamera({0.001, 0.001, 5}, 1).viewAngle >= 10);
    QVERIFY(takingCamera({50, 50, 5}, 0.01).viewAngle <= 110);
  }

  void statesCompareByValue() {
    CameraState a;
    CameraState b = a;
    QVERIFY(a == b);
    b.viewAngle += 1;
    QVERIFY(!(a == b));
  }
};

QTEST_GUILESS_MAIN(CameraStateTest)
#include "camera_state.moc"
