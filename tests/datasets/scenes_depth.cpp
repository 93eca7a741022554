#include <c10/util/Half.h>

#include <QtTest>
#include <numeric>

#include "datasets/scenes/kinds.h"
#include "datasets/scenes/render.h"
#include "datasets/scenes/scene_source.h"

using namespace fathom;
using namespace fathom::scenes;

namespace {

using Vector = std::array<double, 3>;

/// v turned by a unit quaternion (x, y, z, w).
Vector turned(const std::array<double, 4>& q, const Vector& v) {
  const double x = q[0], y = q[1], z = q[2], w = q[3];
  const double m[3][3] = {{1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)},
                          {2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)},
                          {2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)}};
  Vector out{};
  for (std::size_t r = 0; r < 3; ++r) out[r] = m[r][0] * v[0] + m[r][1] * v[1] + m[r][2] * v[2];
  return out;
}

/// A pixel with its depth in the world (NED), as a user of TartanAir computes it.
Vector unprojected(const Pose& pose, const Intrinsics& k, double u, double v, double depth) {
  const Vector camera{depth, depth * (u - k.cx) / k.fx, depth * (v - k.cy) / k.fy};
  Vector world = turned(pose.rotation, camera);
  for (std::size_t i = 0; i < 3; ++i) world[i] += pose.translation[i];
  return world;
}

struct Projection {
  double u, v, depth;
};
Projection projected(const Pose& pose, const Intrinsics& k, Vector world) {
  for (std::size_t i = 0; i < 3; ++i) world[i] -= pose.translation[i];
  const auto& q = pose.rotation;
  const Vector c = turned({-q[0], -q[1], -q[2], q[3]}, world);
  return {k.cx + k.fx * c[1] / c[0], k.cy + k.fy * c[2] / c[0], c[0]};
}

Rendering depthOnly(const Scene& scene, int frame, int width = 640) {
  const Tracer tracer(scene, TreeQuality::kQuick);
  RenderSettings settings;
  const double scale = width / 640.0;
  settings.width = width, settings.height = width * 3 / 4;
  settings.intrinsics = {320 * scale, 320 * scale, 320 * scale, 240 * scale};
  settings.colour = false;
  return render(scene, tracer, scene.camera.at(frame), settings, {});
}

/// A floor at z = 0, a wall at x = 20 and a slanted roof, seen from 1.5 m above the floor.
Scene plainScene() {
  Scene scene;
  const int grey = scene.add({});
  const Brush brush = scene.brush(grey);
  brush.quad({-50, -60, 0}, {90, -60, 0}, {90, 60, 0}, {-50, 60, 0});
  brush.quad({20, -60, 0}, {20, 60, 0}, {20, 60, 6}, {20, -60, 6});
  scene.camera.start = {0, 0, 1.5f};
  scene.camera.travel = 0;
  scene.camera.sway = scene.camera.bob = 0;
  scene.camera.yawSwing = 0.4f;
  scene.camera.pitchSwing = 0.1f;
  scene.sky.dome = 3170;
  return scene;
}

}  // namespace

class ScenesDepthTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void planarDepthOfKnownPlanes() {
    const Scene scene = plainScene();
    const Intrinsics k;
    for (const int frame : {0, 17, 60}) {
      const Rendering picture = depthOnly(scene, frame);
      const Pose pose = poseOf(scene.camera.at(frame));
      int floor = 0, wall = 0;
      for (int v = 0; v < 480; v += 3) {
        for (int u = 0; u < 640; u += 3) {
          const std::size_t i = static_cast<std::size_t>(v) * 640 + static_cast<std::size_t>(u);
          if (picture.sky[i]) continue;
          const double depth = picture.metres[i];
          const Vector world = unprojected(pose, k, u, v, depth);
          // Half a unit in float16's last place, seen along the ray.
          const double slack = depth * 1.7 / 2048 + 1e-3;
          const bool onWall = std::fabs(world[0] - 20) < slack;
          const bool onFloor = std::fabs(world[2]) < slack;
          QVERIFY2(onWall || onFloor, qPrintable(QString("pixel %1, %2: %3 %4 %5")
                                                     .arg(u)
                                                     .arg(v)
                                                     .arg(world[0])
                                                     .arg(world[1])
                                                     .arg(world[2])));
          floor += onFloor, wall += onWall;
        }
      }
      QVERIFY(floor > 1000 && wall > 1000);
    }
  }

  void aWallAheadHasOneDepth() {
    Scene scene = plainScene();
    scene.camera.yawSwing = scene.camera.pitchSwing = scene.camera.rollSwing = 0;
    const Rendering picture = depthOnly(scene, 0);
    for (int u = 0; u < 640; ++u) {  // the row through the principal point: planar, not radial
      QCOMPARE(picture.metres[static_cast<std::size_t>(240 * 640 + u)], 20.f);
    }
  }

  void skyLiesOnItsDome() {
    const Scene scene = plainScene();
    const Rendering picture = depthOnly(scene, 0);
    int sky = 0;
    for (std::size_t i = 0; i < picture.metres.size(); ++i) {
      if (!picture.sky[i]) continue;
      ++sky;
      QVERIFY(picture.metres[i] <= 3170.f && picture.metres[i] > 3170.f / 1.61f);
    }
    QVERIFY(sky > 1000);
    Scene high = plainScene();
    high.sky.dome = 500000;
    const Rendering far = depthOnly(high, 0);
    for (std::size_t i = 0; i < far.metres.size(); ++i) {
      if (far.sky[i]) QCOMPARE(far.metres[i], 65504.f);
    }
  }

  void roundsToHalf() {
    QCOMPARE(roundedToHalf(1.f), 1.f);
    QCOMPARE(roundedToHalf(2049.f), 2048.f);  // ties to even
    QCOMPARE(roundedToHalf(2051.f), 2052.f);
    QCOMPARE(roundedToHalf(3170.f), 3170.f);
    QCOMPARE(roundedToHalf(65504.f), 65504.f);
    QCOMPARE(roundedToHalf(1e9f), 65504.f);
    QCOMPARE(roundedToHalf(1.0004f), 1.f);
    QCOMPARE(roundedToHalf(1.0006f), 1.0009765625f);
  }

  void everyValueIsExactInHalf() {
    for (int number = 0; number < 8; ++number) {
      const Rendering picture = depthOnly(buildScene(number), 0, 320);
      for (const float metres : picture.metres) {
        QVERIFY(std::isfinite(metres) && metres > 0 && metres <= 65504.f);
        QCOMPARE(static_cast<float>(c10::Half(metres)), metres);
      }
    }
  }

  void floorsAreWhereThePosesSay() {
    // In rooms the floor is z = 0; most of the lowest rows see it or a rug of 12 mm.
    for (const int number : {0, 4, 8, 12}) {
      const Sample sample = makeSceneSource({{number, number, 1}})->load(0, {});
      const auto metres = sample.truth->metres.accessor<float, 2>();
      int near = 0, all = 0;
      for (int v = 380; v < 480; v += 4) {
        for (int u = 0; u < 640; u += 4) {
          const Vector world = unprojected(*sample.pose, *sample.intrinsics, u, v, metres[v][u]);
          ++all;
          near += world[2] < 0.004 && world[2] > -0.0165;
        }
      }
      QVERIFY2(near > all / 3,
               qPrintable(QString("scene %1: %2 of %3").arg(number).arg(near).arg(all)));
    }
  }

  void framesAgreeThroughTheirPoses_data() {
    QTest::addColumn<int>("number");
    for (int number = 0; number < 12; ++number) QTest::addRow("scene %d", number) << number;
  }
  void framesAgreeThroughTheirPoses() {
    QFETCH(int, number);
    const SampleSourcePtr source = makeSceneSource({{number, number, 4}});
    const Sample a = source->load(0, {}), b = source->load(3, {});
    const auto da = a.truth->metres.accessor<float, 2>(), db = b.truth->metres.accessor<float, 2>();
    const auto ra = a.truth->reason.accessor<std::uint8_t, 2>();
    int seen = 0, agree = 0;
    for (int v = 2; v < 480; v += 3) {
      for (int u = 2; u < 640; u += 3) {
        if (ra[v][u] != static_cast<std::uint8_t>(Reason::kValid)) continue;
        const Vector world = unprojected(*a.pose, *a.intrinsics, u, v, da[v][u]);
        const Projection p = projected(*b.pose, *b.intrinsics, world);
        const int pu = static_cast<int>(std::lround(p.u)), pv = static_cast<int>(std::lround(p.v));
        if (p.depth <= 0 || pu < 1 || pv < 1 || pu > 638 || pv > 478) continue;
        ++seen;
        bool close = false;  // in the pixel or beside it: edges move by less than a pixel
        for (int dv = -1; dv <= 1; ++dv) {
          for (int du = -1; du <= 1; ++du) {
            close = close || std::fabs(db[pv + dv][pu + du] - p.depth) < 0.015 * p.depth;
          }
        }
        agree += close;
      }
    }
    QVERIFY2(seen > 5000, qPrintable(QString::number(seen)));
    QVERIFY2(agree > 0.9 * seen, qPrintable(QString("%1 of %2").arg(agree).arg(seen)));
  }

  void depthDoesNotDependOnColour() {
    const Scene scene = buildScene(6);
    const Tracer tracer(scene);
    RenderSettings settings;
    settings.width = 160, settings.height = 120;
    settings.intrinsics = {80, 80, 80, 60};
    const Rendering full = render(scene, tracer, scene.camera.at(3), settings, {});
    settings.colour = false;
    settings.threads = 2;
    const Rendering bare = render(scene, tracer, scene.camera.at(3), settings, {});
    QVERIFY(full.metres == bare.metres);
    QVERIFY(full.sky == bare.sky);
    QVERIFY(bare.rgb.empty());
    QCOMPARE(full.rgb.size(), std::size_t{160 * 120 * 3});
  }
};

QTEST_GUILESS_MAIN(ScenesDepthTest)
#include "scenes_depth.moc"
