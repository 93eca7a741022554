#include <QtTest>
#include <algorithm>
#include <set>

#include "datasets/scenes/kinds.h"
#include "datasets/scenes/render.h"

using namespace fathom;
using namespace fathom::scenes;

namespace {

constexpr int kWidth = 128, kHeight = 96;

Rendering look(const Scene& scene, const Tracer& tracer, int frame, bool colour) {
  RenderSettings settings;
  const double scale = kWidth / 640.0;
  settings.width = kWidth, settings.height = kHeight;
  settings.intrinsics = {320 * scale, 320 * scale, 320 * scale, 240 * scale};
  settings.colour = colour;
  settings.smooth = false;
  return render(scene, tracer, scene.camera.at(frame), settings, {});
}

/// Shares of pixels, 0 to 1.
struct Spread {
  double sky = 0, near = 0, far = 0;  ///< near: below 16 m; far: above it, sky left out
  float least = 1e9f, greatest = 0, median = 0;
};
Spread spreadOf(const Rendering& picture) {
  Spread s;
  std::vector<float> solid;
  for (std::size_t i = 0; i < picture.metres.size(); ++i) {
    const float metres = picture.metres[i];
    s.sky += picture.sky[i];
    if (picture.sky[i]) continue;
    solid.push_back(metres);
    (metres < 16 ? s.near : s.far) += 1;
    s.least = std::min(s.least, metres);
    s.greatest = std::max(s.greatest, metres);
  }
  const auto all = static_cast<double>(picture.metres.size());
  s.sky /= all, s.near /= all, s.far /= all;
  if (!solid.empty()) {
    std::nth_element(solid.begin(), solid.begin() + static_cast<long>(solid.size() / 2),
                     solid.end());
    s.median = solid[solid.size() / 2];
  }
  return s;
}

}  // namespace

class ScenesViewsTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void kindsTakeTurns() {
    QCOMPARE(kindOf(0).name, std::string_view("room"));
    QCOMPARE(kindOf(1).name, std::string_view("corridor"));
    QCOMPARE(kindOf(2).name, std::string_view("street"));
    QCOMPARE(kindOf(3).name, std::string_view("country"));
    QCOMPARE(kindOf(4).name, std::string_view("room"));
    QCOMPARE(kindOf(9999).name, std::string_view("country"));
  }

  void cameraKeepsClearOfEverything_data() {
    QTest::addColumn<int>("number");
    for (int number = 0; number < 40; ++number) QTest::addRow("scene %d", number) << number;
    for (const int number : {100, 101, 102, 103, 4321, 9996, 9997, 9998, 9999})
      QTest::addRow("scene %d", number) << number;
  }
  void cameraKeepsClearOfEverything() {
    QFETCH(int, number);
    const Scene scene = buildScene(number);
    const Tracer tracer(scene, TreeQuality::kQuick);
    for (const int frame : {0, 20, 40, 111, 250, 500, 999}) {
      const Spread s = spreadOf(look(scene, tracer, frame, false));
      QVERIFY2(s.least > 0.3f, qPrintable(QString("frame %1: %2 m").arg(frame).arg(s.least)));
      QVERIFY2(s.median > 1.2f,
               qPrintable(QString("frame %1: median %2 m").arg(frame).arg(s.median)));
      QVERIFY2(s.sky < 0.75, qPrintable(QString("frame %1: sky %2").arg(frame).arg(s.sky)));
    }
  }

  void depthsAreThoseOfTheirKind_data() {
    QTest::addColumn<int>("number");
    for (int number = 0; number < 40; ++number) QTest::addRow("scene %d", number) << number;
  }
  void depthsAreThoseOfTheirKind() {
    QFETCH(int, number);
    const Scene scene = buildScene(number);
    const Tracer tracer(scene, TreeQuality::kQuick);
    const Spread s = spreadOf(look(scene, tracer, 0, false));
    const QByteArray told = QString("near %1 far %2 sky %3 median %4 greatest %5")
                                .arg(s.near)
                                .arg(s.far)
                                .arg(s.sky)
                                .arg(s.median)
                                .arg(s.greatest)
                                .toUtf8();
    switch (number % 4) {
      case 0:  // a room: nearly all within 12 m, a little more through its windows
        QVERIFY2(s.near > 0.88 && s.median > 1.5f && s.median < 9, told);
        break;
      case 1:  // a corridor: much near, its end far
        QVERIFY2(s.near > 0.5 && s.greatest > 18, told);
        break;
      case 2:  // a street: both sides of 16 m, sky above
        QVERIFY2(s.near > 0.12 && s.far > 0.08 && s.greatest > 60, told);
        break;
      default:  // open country: kilometres
        QVERIFY2(s.near > 0.1 && s.far > 0.08 && s.sky > 0.02 && s.greatest > 900, told);
    }
    QVERIFY2(s.greatest < scene.sky.dome, told);
  }

  void colourIsNeitherDarkNorBurnt_data() {
    QTest::addColumn<int>("number");
    for (int number = 0; number < 24; ++number) QTest::addRow("scene %d", number) << number;
  }
  void colourIsNeitherDarkNorBurnt() {
    QFETCH(int, number);
    const Scene scene = buildScene(number);
    const Tracer tracer(scene, TreeQuality::kQuick);
    const Rendering picture = look(scene, tracer, 0, true);
    double sum = 0, squares = 0, burnt = 0, black = 0;
    for (const std::uint8_t value : picture.rgb) {
      sum += value, squares += double{1} * value * value;
      burnt += value >= 254, black += value <= 4;
    }
    const auto n = static_cast<double>(picture.rgb.size());
    const double mean = sum / n, spread = std::sqrt(squares / n - mean * mean);
    const QByteArray told = QString("mean %1 spread %2 burnt %3 black %4")
                                .arg(mean)
                                .arg(spread)
                                .arg(burnt / n)
                                .arg(black / n)
                                .toUtf8();
    QVERIFY2(mean > 55 && mean < 205 && spread > 20, told);
    QVERIFY2(burnt < 0.12 * n && black < 0.1 * n, told);
  }

  void scenesDiffer() {
    std::set<std::vector<float>> seen;
    for (int number = 0; number < 16; ++number) {
      const Scene scene = buildScene(number);
      const Tracer tracer(scene, TreeQuality::kQuick);
      seen.insert(look(scene, tracer, 0, false).metres);
    }
    QCOMPARE(seen.size(), std::size_t{16});
  }

  void pathsAreSmooth() {
    for (int number = 0; number < 12; ++number) {
      const Scene scene = buildScene(number);
      float fastest = 0, sharpest = 0;
      for (int frame = 0; frame < 999; ++frame) {
        const View a = scene.camera.at(frame), b = scene.camera.at(frame + 1);
        fastest = std::max(fastest, length(b.origin - a.origin));
        sharpest = std::max(sharpest, length(b.forward - a.forward));
      }
      const float limit = number % 4 < 2 ? 0.15f : 0.45f;
      QVERIFY2(fastest > 0.005f && fastest < limit,
               qPrintable(QString("scene %1: %2 m").arg(number).arg(fastest)));
      QVERIFY2(sharpest < 0.02f, qPrintable(QString("scene %1: %2").arg(number).arg(sharpest)));
    }
  }

  void meshesAreSound() {
    for (int number = 0; number < 8; ++number) {
      const Scene scene = buildScene(number);
      for (const Mesh& mesh : scene.meshes) {
        QCOMPARE(mesh.indices.size(), 3 * mesh.triangles());
        QCOMPARE(mesh.normals.size(), mesh.positions.size());
        for (const std::uint32_t i : mesh.indices) QVERIFY(i < mesh.positions.size());
        for (const Tag& tag : mesh.tags) {
          QVERIFY(tag.material < scene.materials.size());
          QVERIFY(tag.frame < mesh.frames.size());
        }
        for (const Vec3& p : mesh.positions) QVERIFY(std::isfinite(p.x + p.y + p.z));
      }
      for (const Instance& instance : scene.instances) {
        QVERIFY(instance.mesh > 0 && instance.mesh < scene.meshes.size());
        QVERIFY(instance.scale > 0.1f && instance.scale < 10);
      }
      QVERIFY(std::fabs(length(scene.sky.sun) - 1) < 1e-4f);
    }
  }
};

QTEST_GUILESS_MAIN(ScenesViewsTest)
#include "scenes_views.moc"
