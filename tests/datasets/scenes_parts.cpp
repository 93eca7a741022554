#include <QtTest>
#include <atomic>
#include <set>
#include <thread>

#include "core/error.h"
#include "datasets/scenes/geometry.h"
#include "datasets/scenes/kinds.h"
#include "datasets/scenes/noise.h"
#include "datasets/scenes/parallel_rows.h"
#include "datasets/scenes/tracer.h"
#include "datasets/scenes/weather.h"

using namespace fathom;
using namespace fathom::scenes;

namespace {

struct Bounds {
  Vec3 low{1e9f, 1e9f, 1e9f}, high{-1e9f, -1e9f, -1e9f};
};
Bounds boundsOf(const Mesh& mesh) {
  Bounds b;
  for (const Vec3& p : mesh.positions) {
    b.low = {std::min(b.low.x, p.x), std::min(b.low.y, p.y), std::min(b.low.z, p.z)};
    b.high = {std::max(b.high.x, p.x), std::max(b.high.y, p.y), std::max(b.high.z, p.z)};
  }
  return b;
}

bool near(Vec3 a, Vec3 b, float slack = 1e-4f) {
  return length(a - b) < slack;
}

/// Area of all triangles.
float areaOf(const Mesh& mesh) {
  float sum = 0;
  for (std::size_t i = 0; i < mesh.triangles(); ++i) {
    const Vec3 a = mesh.positions[mesh.indices[3 * i]];
    sum += 0.5f * length(cross(mesh.positions[mesh.indices[3 * i + 1]] - a,
                               mesh.positions[mesh.indices[3 * i + 2]] - a));
  }
  return sum;
}

Scene sceneOf(Mesh mesh) {
  Scene scene;
  scene.add({});
  scene.meshes[0] = std::move(mesh);
  return scene;
}

/// Casts rays in from all around at the middle of a solid: each must meet it.
bool isClosedAround(const Scene& scene, Vec3 middle) {
  const Tracer tracer(scene);
  Random random(7, 7);
  for (int i = 0; i < 2000; ++i) {
    const float z = random.between(-1, 1), turn = random.between(0, 2 * kPi);
    const float flat = std::sqrt(1 - z * z);
    const Vec3 way{flat * std::cos(turn), flat * std::sin(turn), z};
    Hit hit;
    if (!tracer.intersect(middle, way, hit)) return false;
  }
  return true;
}

}  // namespace

class ScenesPartsTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  // ---- noise

  void noiseIsBoundedSmoothAndItsOwn() {
    double sum = 0;
    for (int i = 0; i < 20000; ++i) {
      const float x = 0.37f * static_cast<float>(i) - 3000, y = 0.11f * static_cast<float>(i % 977);
      const float value = noise2(x, y, 5);
      QVERIFY(value >= -1 && value <= 1);
      QVERIFY(std::fabs(noise2(x + 1e-3f, y, 5) - value) < 0.02f);
      QCOMPARE(noise2(x, y, 5), value);
      sum += value;
    }
    QVERIFY(std::fabs(sum / 20000) < 0.05);
    QVERIFY(noise2(1.3f, 2.7f, 5) != noise2(1.3f, 2.7f, 6));
    QVERIFY(noise3({1.3f, 2.7f, 0.4f}, 5) != noise3({1.3f, 2.7f, 0.9f}, 5));
  }

  void noiseTakesAnyNumber() {
    for (const float x : {1e30f, -1e30f, 1e9f, -0.f, 2147483647.f}) {
      QVERIFY(std::isfinite(noise2(x, -x, 1)));
      QVERIFY(std::isfinite(noise3({x, x, -x}, 1)));
      QVERIFY(std::isfinite(fbm2(x, x, 6, 1)));
    }
  }

  void fineOctavesFadeWithDistance() {
    // A pixel as large as the coarsest wave leaves nothing; a small one leaves all.
    QCOMPARE(fbm2(3.3f, 4.4f, 5, 9, 1.f), 0.f);
    QCOMPARE(fbm3({3.3f, 4.4f, 5.5f}, 5, 9, 1.f), 0.f);
    QCOMPARE(fbm2(3.3f, 4.4f, 5, 9, 1e-4f), fbm2(3.3f, 4.4f, 5, 9));
    QVERIFY(fbm2(3.3f, 4.4f, 5, 9, 0.2f) != fbm2(3.3f, 4.4f, 5, 9));
  }

  void ridgesAreBetweenZeroAndOne() {
    for (int i = 0; i < 3000; ++i) {
      const float r = ridged2(0.13f * static_cast<float>(i), 7.7f, 8, 3);
      QVERIFY(r >= 0 && r <= 1);
    }
  }

  void randomIsAFunctionOfSceneAndSubject() {
    Random a(3, 1), b(3, 1), c(3, 2), d(4, 1);
    int sameC = 0, sameD = 0;
    for (int i = 0; i < 100; ++i) {
      const std::uint32_t word = a.word();
      QCOMPARE(b.word(), word);
      sameC += c.word() == word, sameD += d.word() == word;
    }
    QVERIFY(sameC < 2 && sameD < 2);
  }

  void randomKeepsItsRanges() {
    Random random(1, 1);
    std::set<int> seen;
    double mean = 0;
    for (int i = 0; i < 4000; ++i) {
      const float unit = random.unit();
      QVERIFY(unit >= 0 && unit < 1);
      mean += unit / 4000;
      const int whole = random.whole(-2, 3);
      QVERIFY(whole >= -2 && whole <= 3);
      seen.insert(whole);
      const float between = random.between(2, 5);
      QVERIFY(between >= 2 && between <= 5);
    }
    QCOMPARE(seen.size(), std::size_t{6});
    QVERIFY(std::fabs(mean - 0.5) < 0.03);
    QVERIFY(!random.chance(0));
    QVERIFY(random.chance(1));
  }

  // ---- frames and shapes

  void framesGoThereAndBack() {
    const Frame outer = standing({1, 2, 3}, 0.7f), inner = standing({-4, 5, 0.5f}, -1.9f);
    const Vec3 p{0.3f, -0.8f, 2.1f};
    QVERIFY(near(outer.local(outer.point(p)), p));
    QVERIFY(near(outer.of(inner).point(p), outer.point(inner.point(p))));
    QVERIFY(near(standing({}, kPi / 2).vector({1, 0, 0}), {0, 1, 0}));
    QVERIFY(near(cross(outer.ax, outer.ay), outer.az));
  }

  void boxesHaveTheirSizeAndSurface() {
    Mesh mesh;
    Brush(mesh, 0).at({10, 0, 0}, kPi / 2).box({0, 0, 0}, {1, 2, 3});
    const Bounds b = boundsOf(mesh);
    QVERIFY(near(b.low, {8, 0, 0}) && near(b.high, {10, 1, 3}));
    QVERIFY(std::fabs(areaOf(mesh) - 22) < 1e-3f);
    QCOMPARE(mesh.triangles(), std::size_t{12});
    Mesh block;
    Brush(block, 0).block({1, 1, 0.5f}, {2, 4, 1});
    QVERIFY(near(boundsOf(block).low, {0, -1, 0.5f}) && near(boundsOf(block).high, {2, 3, 1.5f}));
  }

  void solidsAreClosed_data() {
    QTest::addColumn<QString>("shape");
    for (const char* name :
         {"box", "soft block", "cylinder", "cone", "ellipsoid", "boulder", "extrusion", "lathe"}) {
      QTest::newRow(name) << name;
    }
  }
  void solidsAreClosed() {
    QFETCH(QString, shape);
    Mesh mesh;
    const Brush brush(mesh, 0);
    if (shape == "box") brush.box({-1, -1, -0.5f}, {1, 1, 0.5f});
    if (shape == "soft block") brush.softBlock({0, 0, -0.5f}, {1, 2, 1}, 0.1f);
    if (shape == "cylinder") brush.cylinder({0, 0, -1}, {0, 0, 1}, 0.5f, 0.5f, 12, true);
    if (shape == "cone") brush.cylinder({0, 0, -1}, {0, 0, 1}, 0.9f, 0.1f, 12, true);
    if (shape == "ellipsoid") brush.ellipsoid({}, {1, 0.5f, 0.25f}, 16, 10);
    if (shape == "boulder") brush.boulder({1, 1, 1}, 14, 9, 5);
    if (shape == "extrusion") {
      brush.extrude({{-1, -0.5f}, {1, -0.5f}, {1.2f, 0.2f}, {0, 0.5f}, {-1, 0.4f}}, -1, 1);
    }
    if (shape == "lathe") brush.lathe({}, {{1e-6f, -1}, {1, -0.3f}, {0.6f, 0.7f}, {1e-6f, 1}}, 14);
    QVERIFY(isClosedAround(sceneOf(std::move(mesh)), {}));
  }

  void wallsHaveTheirOpenings() {
    Mesh mesh;
    Brush(mesh, 0).wall(10, 3, 0.3f, {{1, 2, 0.9f, 2.1f}, {4, 6, 0, 2.2f}});
    const Scene scene = sceneOf(std::move(mesh));
    const Tracer tracer(scene);
    const auto passes = [&](float x, float z) {
      return !tracer.occluded({x, -5, z}, {0, 1, 0}, 10);
    };
    QVERIFY(passes(1.5f, 1.5f) && passes(5, 1) && passes(4.1f, 2.1f));
    QVERIFY(!passes(0.5f, 1.5f) && !passes(3, 1) && !passes(1.5f, 0.5f) && !passes(5, 2.5f));
    // The reveal closes the wall's inside: a slanted ray through the opening's side meets it.
    QVERIFY(tracer.occluded({1.01f, -0.1f, 1.5f}, normalized({-0.2f, 1, 0}), 5));
  }

  void archesAreOpenBelowAndClosedAbove() {
    Mesh mesh;
    Brush(mesh, 0).archedBay(3, 2, 4, 0.4f);
    const Scene scene = sceneOf(std::move(mesh));
    const Tracer tracer(scene);
    const auto passes = [&](float x, float z) {
      return !tracer.occluded({x, -5, z}, {0, 1, 0}, 10);
    };
    QVERIFY(passes(1.5f, 3.4f) && passes(0.5f, 2.5f) && passes(1.5f, 0.1f));
    QVERIFY(!passes(1.5f, 3.6f) && !passes(0.1f, 2.9f) && !passes(2.9f, 3.9f));
  }

  void wiresHangThrough() {
    Mesh mesh;
    Brush(mesh, 0).wire({0, 0, 5}, {20, 0, 5}, 1.5f, 0.01f, 0.05f, 10);
    const Bounds b = boundsOf(mesh);
    QVERIFY(std::fabs(b.low.z - 3.5f) < 0.06f && b.high.z < 5.06f);
    QVERIFY(b.high.y > 0.04f && b.high.y < 0.051f);  // the stronger end
  }

  void smoothShapesHaveUnitNormalsThatPointOut() {
    Mesh mesh;
    const Brush brush(mesh, 0);
    brush.ellipsoid({}, {2, 1, 0.5f}, 24, 16);
    brush.cylinder({5, 0, 0}, {5, 0, 1}, 0.3f, 0.3f, 12);
    for (std::size_t i = 0; i < mesh.positions.size(); ++i) {
      QVERIFY(std::fabs(length(mesh.normals[i]) - 1) < 1e-4f);
      const Vec3 centre = mesh.positions[i].x > 3 ? Vec3{5, 0, mesh.positions[i].z} : Vec3{};
      QVERIFY(dot(mesh.normals[i], mesh.positions[i] - centre) > 0);
    }
  }

  void gridsAreJoinedAndSmooth() {
    std::vector<Vec3> points;
    for (int j = 0; j <= 4; ++j) {
      for (int i = 0; i <= 6; ++i)
        points.push_back(
            {static_cast<float>(i), static_cast<float>(j), 0.1f * static_cast<float>(i)});
    }
    Mesh mesh;
    Brush(mesh, 0).grid(points, 6, 4);
    QCOMPARE(mesh.positions.size(), points.size());
    QCOMPARE(mesh.triangles(), std::size_t{48});
    for (const Vec3& n : mesh.normals) QVERIFY(near(n, normalized({-0.1f, 0, 1})));
  }

  void framesOfBrushesNeverRunOut() {
    Mesh mesh;
    const Brush brush(mesh, 0);
    for (int i = 0; i < 70000; ++i)
      brush.at({static_cast<float>(i), 0, 0}).triangle({0, 0, 0}, {1, 0, 0}, {0, 1, 0});
    QCOMPARE(mesh.frames.size(), std::size_t{65535});
    QVERIFY(near(mesh.positions[3 * 69999], {69999, 0, 0}));
    for (const Tag& tag : mesh.tags) QVERIFY(tag.frame < mesh.frames.size());
  }

  // ---- tracing

  void hitsTellWhatAndWhere() {
    Scene scene;
    const int red = scene.add({}), blue = scene.add({});
    scene.brush(red).quad({5, -1, -1}, {5, 1, -1}, {5, 1, 1}, {5, -1, 1});
    std::uint32_t index = 0;
    Brush(scene.prototype(index), static_cast<std::uint16_t>(blue))
        .at({1, 0, 0})
        .box({-0.5f, -0.5f, -0.5f}, {0.5f, 0.5f, 0.5f});
    scene.instances.push_back({index, standing({0, 10, 0}, kPi / 2), 2});
    const Tracer tracer(scene);
    Hit hit;
    QVERIFY(tracer.intersect({}, {2, 0, 0}, hit));
    QCOMPARE(hit.t, 2.5f);  // in units of the direction
    QVERIFY(near(hit.p, {5, 0, 0}) && near(hit.geometric, {-1, 0, 0}));
    QCOMPARE(hit.tag.material, static_cast<std::uint16_t>(red));
    QCOMPARE(hit.instance, 0u);
    // The instance's box has its middle at (0, 12, 0) and edges of 2 m.
    QVERIFY(tracer.intersect({}, {0, 1, 0}, hit));
    QVERIFY(std::fabs(hit.t - 11) < 1e-4f && near(hit.geometric, {0, -1, 0}));
    QCOMPARE(hit.tag.material, static_cast<std::uint16_t>(blue));
    float scale = 0;
    const Frame frame = tracer.frameOf(hit, scale);
    QCOMPARE(scale, 2.f);
    QVERIFY(near(frame.origin, {0, 12, 0}));
    QVERIFY(near(frame.local(hit.p) * (1 / scale), {-0.5f, 0, 0}));
    QVERIFY(!tracer.intersect({}, {-1, 0, 0}, hit));
  }

  void occlusionEndsAtItsReach() {
    Mesh mesh;
    Brush(mesh, 0).quad({5, -1, -1}, {5, 1, -1}, {5, 1, 1}, {5, -1, 1});
    const Scene scene = sceneOf(std::move(mesh));
    for (const TreeQuality quality : {TreeQuality::kBest, TreeQuality::kQuick}) {
      const Tracer tracer(scene, quality);
      QVERIFY(tracer.occluded({}, {1, 0, 0}, 5.1f));
      QVERIFY(!tracer.occluded({}, {1, 0, 0}, 4.9f));
      QVERIFY(!tracer.occluded({}, {0, 1, 0}, 100));
    }
  }

  void anEmptySceneIsAllSky() {
    const Scene scene;
    const Tracer tracer(scene);
    Hit hit;
    QVERIFY(!tracer.intersect({}, {1, 0, 0}, hit));
    QVERIFY(!tracer.occluded({}, {1, 0, 0}, 1e6f));
  }

  void tracersMayBeMadeOnManyThreads() {
    std::atomic<int> right{0};
    {
      std::vector<std::jthread> makers;
      for (int i = 0; i < 4; ++i) {
        makers.emplace_back([&right, i] {
          for (int k = 0; k < 5; ++k) {
            Mesh mesh;
            const float x = static_cast<float>(1 + i + k);
            Brush(mesh, 0).quad({x, -1, -1}, {x, 1, -1}, {x, 1, 1}, {x, -1, 1});
            const Scene scene = sceneOf(std::move(mesh));
            const Tracer tracer(scene);
            Hit hit;
            right += tracer.intersect({}, {1, 0, 0}, hit) && hit.t == x;
          }
        });
      }
    }
    QCOMPARE(right.load(), 20);
  }

  // ---- camera

  void posesAreThoseOfTheirViews() {
    CameraPath path;
    path.heading = 2.8f, path.yawSwing = 1.4f, path.pitchSwing = 0.9f, path.rollSwing = 0.8f;
    for (int frame = 0; frame < 400; frame += 7) {
      const View view = path.at(frame);
      const Pose pose = poseOf(view);
      const auto [x, y, z, w] = pose.rotation;
      QVERIFY(std::fabs(x * x + y * y + z * z + w * w - 1) < 1e-12);
      // The quaternion's first column is the forward axis in NED.
      QVERIFY(std::fabs(1 - 2 * (y * y + z * z) - view.forward.x) < 1e-5);
      QVERIFY(std::fabs(2 * (x * y + z * w) - view.forward.y) < 1e-5);
      QVERIFY(std::fabs(2 * (x * z - y * w) + view.forward.z) < 1e-5);
      QVERIFY(std::fabs(2 * (x * z + y * w) - view.down.x) < 1e-5);
      QVERIFY(std::fabs(1 - 2 * (x * x + y * y) + view.down.z) < 1e-5);
      QCOMPARE(pose.translation[2], -static_cast<double>(view.origin.z));
      QVERIFY(std::fabs(dot(view.forward, view.right)) < 1e-5f);
      QVERIFY(std::fabs(dot(view.forward, view.down)) < 1e-5f);
      QVERIFY(std::fabs(length(view.down) - 1) < 1e-5f);
    }
  }

  void levelPoseIsTheUnitQuaternion() {
    const Pose pose = poseOf(View{{1, 2, 3}, {1, 0, 0}, {0, 1, 0}, {0, 0, -1}});
    QVERIFY(std::fabs(pose.rotation[3]) > 1 - 1e-12);
    QCOMPARE(pose.translation[0], 1.0);
    QCOMPARE(pose.translation[1], 2.0);
    QCOMPARE(pose.translation[2], -3.0);
  }

  void pathsFollowTheirArcAndClose() {
    CameraPath path;
    path.curvature = 0.01f, path.sway = path.bob = 0, path.travel = 100;
    const Vec3 centre{0, 100, 0};  // of the circle to the right of the start
    for (float s = 0; s <= 100; s += 10) {
      QVERIFY(std::fabs(length(path.along(s, 0) - centre) - 100) < 1e-2f);
      QVERIFY(std::fabs(length(path.along(s, 5) - centre) - 95) < 1e-2f);
    }
    const Vec3 first = path.at(0).origin, round = path.at(static_cast<int>(path.period)).origin;
    QVERIFY(near(first, round, 1e-2f));
  }

  // ---- scene

  void mirroringSwapsSidesOnly() {
    Scene scene;
    scene.add({});
    scene.brush(0).at({3, 2, 1}, 0.4f).box({0, 0, 0}, {1, 1, 1});
    std::uint32_t index = 0;
    Brush(scene.prototype(index), 0).ellipsoid({0, 1, 0}, {1, 2, 1}, 8, 6);
    scene.instances.push_back({index, standing({9, -4, 0}, 1), 1.5f});
    scene.camera.heading = 0.3f, scene.camera.curvature = 0.002f, scene.camera.start = {0, 1, 1.5f};
    Scene other = scene;
    other.mirror();
    const Tracer a(scene), b(other);
    Random random(2, 2);
    int hits = 0, silhouettes = 0;
    for (int i = 0; i < 3000; ++i) {
      const Vec3 way =
          normalized({random.between(0, 1), random.between(-1, 1), random.between(-0.3f, 0.3f)});
      Hit left, right;
      const bool there = a.intersect({}, way, left);
      if (there != b.intersect({}, {way.x, -way.y, way.z}, right)) {
        ++silhouettes;  // a rounding there decides between hit and miss
        continue;
      }
      if (!there) continue;
      ++hits;
      QVERIFY(std::fabs(left.t - right.t) < 1e-3f);
      float scaleA = 0, scaleB = 0;
      const Frame fa = a.frameOf(left, scaleA), fb = b.frameOf(right, scaleB);
      QVERIFY(near(fa.local(left.p), fb.local(right.p), 2e-3f));  // the same texture
    }
    QVERIFY(hits > 100 && silhouettes < 3);
    const View va = scene.camera.at(33), vb = other.camera.at(33);
    QVERIFY(near(va.origin, {vb.origin.x, -vb.origin.y, vb.origin.z}));
    QVERIFY(near(va.forward, {vb.forward.x, -vb.forward.y, vb.forward.z}));
  }

  void bothSidesOccur() {
    int left = 0;
    for (int number = 0; number < 40; number += 4) left += buildScene(number).camera.start.y < 0;
    QVERIFY(left > 1 && left < 9);
  }

  void skiesArePlausible() {
    for (std::uint32_t seed = 0; seed < 60; ++seed) {
      Random random(seed, 77);
      Sky sky;
      sky.seed = seed;
      chooseWeather(sky, 1.f, random);
      QVERIFY(std::fabs(length(sky.sun) - 1) < 1e-5f);
      QVERIFY(sky.sun.z > 0.3f && sky.sun.z < 0.9f);
      for (int i = 0; i < 50; ++i) {
        const Vec3 way =
            normalized({random.between(-1, 1), random.between(-1, 1), random.between(-0.2f, 1)});
        for (const Rgb& c : {sky.seen(way), sky.soft(way)}) {
          QVERIFY(c.x >= 0 && c.y >= 0 && c.z >= 0 && c.x < 8 && c.y < 8 && c.z < 8);
        }
      }
    }
  }

  void hazeTakesColourWithDistance() {
    Sky sky;
    const Rgb red{0.8f, 0.1f, 0.1f};
    QVERIFY(sky.through(red, {1, 0, 0}, 1000) == red);  // clear air
    sky.haze = 0.001f;
    const Rgb near100 = sky.through(red, {1, 0, 0}, 100),
              far5000 = sky.through(red, {1, 0, 0}, 5000);
    QVERIFY(near100.x - near100.z < red.x - red.z);
    QVERIFY(far5000.z > far5000.x);  // only the air's blue is left
    QVERIFY(near(sky.through(red, {1, 0, 0}, 0), red));
  }

  // ---- rows in parallel

  void everyRowIsDoneOnce() {
    for (const int threads : {1, 2, 7}) {
      std::vector<std::atomic<int>> done(101);
      parallelRows(101, threads, {}, [&](int first, int last) {
        for (int row = first; row < last; ++row) ++done[static_cast<std::size_t>(row)];
      });
      for (const auto& count : done) QCOMPARE(count.load(), 1);
    }
    parallelRows(0, 4, {}, [](int, int) { QFAIL("no rows, no work"); });
  }

  void errorsOfRowsReachTheCaller() {
    for (const int threads : {1, 4}) {
      const auto fails = [](int first, int) {
        if (first >= 40) throw BadInput("row 40");
      };
      QVERIFY_EXCEPTION_THROWN(parallelRows(80, threads, {}, fails), BadInput);
    }
  }

  void rowsStopWhenAsked() {
    std::stop_source stop;
    std::atomic<int> rows{0};
    const auto work = [&](int first, int last) {
      rows += last - first;
      if (rows > 100) stop.request_stop();
    };
    QVERIFY_EXCEPTION_THROWN(parallelRows(100000, 2, Progress{stop.get_token(), {}}, work),
                             Cancelled);
    QVERIFY(rows < 100000);
  }
};

QTEST_GUILESS_MAIN(ScenesPartsTest)
#include "scenes_parts.moc"
