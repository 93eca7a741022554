#include <QtTest>
#include <functional>
#include <set>

#include "datasets/scenes/furniture.h"
#include "datasets/scenes/houses.h"
#include "datasets/scenes/materials.h"
#include "datasets/scenes/plants.h"
#include "datasets/scenes/render.h"
#include "datasets/scenes/shading.h"

using namespace fathom;
using namespace fathom::scenes;

namespace {

/// A thing, the box it must fit into, and how much of the box it must fill in each direction.
struct Thing {
  const char* name;
  Vec3 low, high;
  std::function<void(const Brush&, const Finish&, const Town&, Random&)> draw;
};

#define DRAW [](const Brush& b, const Finish& f, const Town& t, Random& r)
std::vector<Thing> things() {
  return {{"sofa", {-0.6f, -1.06f, -0.01f}, {0.6f, 1.06f, 1.1f}, DRAW{sofa(b, f, 2.1f);
  (void)t, (void)r;
}
}  // namespace
, {"armchair", {-0.65f, -0.4f, -0.01f}, {0.45f, 0.4f, 1.0f}, DRAW{armchair(b, f);
(void)t, (void)r;
}
}
, {"table", {-0.51f, -0.31f, -0.01f}, {0.51f, 0.31f, 0.751f}, DRAW{table(b, f, {1, 0.6f, 0.75f});
(void)t, (void)r;
}
}
, {"chair", {-0.3f, -0.24f, -0.01f}, {0.25f, 0.24f, 0.95f}, DRAW{chair(b, f, true);
(void)t, (void)r;
}
}
, {"chair with boards", {-0.3f, -0.24f, -0.01f}, {0.25f, 0.24f, 0.95f}, DRAW{chair(b, f, false);
(void)t, (void)r;
}
}
, {"bookshelf", {-0.01f, -0.81f, -0.01f}, {0.32f, 0.81f, 2.05f},
   DRAW{bookshelf(b, f, 1.6f, 2.0f, r);
(void)t;
}
}
, {"floor lamp", {-0.25f, -0.25f, -0.01f}, {0.25f, 0.25f, 1.71f}, DRAW{floorLamp(b, f, 1.7f);
(void)t, (void)r;
}
}
, {"pendant", {-0.28f, -0.28f, 1.4f}, {0.28f, 0.28f, 2.61f}, DRAW{pendant(b, f, 2.6f, 1.5f, 1);
(void)t, (void)r;
}
}
, {"globe", {-0.28f, -0.28f, 1.4f}, {0.28f, 0.28f, 2.61f}, DRAW{pendant(b, f, 2.6f, 1.5f, 0);
(void)t, (void)r;
}
}
, {"radiator", {-0.01f, -0.58f, -0.01f}, {0.15f, 0.58f, 0.72f}, DRAW{radiator(b, f, 1);
(void)t, (void)r;
}
}
, {"desk", {-0.45f, -0.85f, -0.01f}, {0.45f, 0.85f, 1.45f}, DRAW{desk(b, f);
(void)t, (void)r;
}
}
, {"bed", {-1.1f, -0.9f, -0.01f}, {1.1f, 0.9f, 1.1f}, DRAW{bed(b, f);
(void)t, (void)r;
}
}
, {"sideboard", {-0.01f, -0.91f, -0.01f}, {0.5f, 0.91f, 1.25f}, DRAW{sideboard(b, f, 1.8f, r);
(void)t;
}
}
, {"window", {-0.04f, -0.01f, -0.01f}, {0.04f, 1.51f, 1.41f},
   DRAW{windowFrame(b, 1.5f, 1.4f, 3, 3, 0.055f);
(void)f, (void)t, (void)r;
}
}
, {"curtain", {-0.01f, -0.3f, 0}, {0.2f, 0.3f, 2.41f}, DRAW{curtain(b, 0.5f, 2.4f, r);
(void)f, (void)t;
}
}
, {"picture", {-0.01f, -0.51f, -0.36f}, {0.04f, 0.51f, 0.36f}, DRAW{framedPicture(b, f, 1, 0.7f);
(void)t, (void)r;
}
}
, {"door", {-0.01f, -0.55f, -0.01f}, {0.09f, 0.55f, 2.21f}, DRAW{door(b, f, 0.95f, 2.1f);
(void)t, (void)r;
}
}
, {"car", {-2.3f, -1.05f, -0.06f}, {2.3f, 1.05f, 1.5f}, DRAW{car(b, t, 0, false);
(void)f, (void)r;
}
}
, {"estate car", {-2.3f, -1.05f, -0.06f}, {2.3f, 1.05f, 1.5f}, DRAW{car(b, t, 3, true);
(void)f, (void)r;
}
}
, {"street lamp", {-0.2f, -0.3f, -0.01f}, {1.45f, 0.3f, 5.6f}, DRAW{streetLamp(b, t, 5.2f);
(void)f, (void)r;
}
}
, {"pole", {-0.2f, -1, -0.35f}, {0.5f, 1, 9.1f}, DRAW{utilityPole(b, t, 8.5f);
(void)f, (void)r;
}
}
, {"railing", {-0.06f, -0.06f, -0.11f}, {4.06f, 0.06f, 1.09f}, DRAW{railing(b, t, 4);
(void)f, (void)r;
}
}
, {"bench", {-0.35f, -0.95f, -0.01f}, {0.35f, 0.95f, 0.95f}, DRAW{bench(b, t);
(void)f, (void)r;
}
}
, {"bin", {-0.29f, -0.29f, -0.01f}, {0.29f, 0.29f, 0.9f}, DRAW{bin(b, t);
(void)f, (void)r;
}
}
, {"sign", {-0.1f, -0.34f, -0.11f}, {0.05f, 0.34f, 2.8f}, DRAW{roadSign(b, t, 0);
(void)f, (void)r;
}
}
, {"bollard", {-0.12f, -0.12f, -0.01f}, {0.12f, 0.12f, 1}, DRAW{bollard(b, t);
(void)f, (void)r;
}
}
, {"tree", {-4.6f, -4.6f, -0.4f}, {4.6f, 4.6f, 9.6f}, DRAW{broadTree(b, t.leaf[0], {9, 3.4f}, r);
(void)f;
}
}
, {"spruce", {-3.4f, -3.4f, -0.4f}, {3.4f, 3.4f, 12.1f}, DRAW{conifer(b, t.leaf[0], 12, 2.6f, r);
(void)f;
}
}
, {"shrub", {-1.5f, -1.5f, -0.4f}, {1.5f, 1.5f, 2.1f}, DRAW{shrub(b, {1, 1, 0.9f}, 500, 0.14f, r);
(void)f, (void)t;
}
}
, {"tuft", {-0.5f, -0.5f, -0.05f}, {0.5f, 0.5f, 0.35f}, DRAW{grassTuft(b, 0.3f, 0.3f, 30, r);
(void)f, (void)t;
}
}
, {"potted plant", {-0.65f, -0.65f, -0.01f}, {0.65f, 0.65f, 1.6f},
   DRAW{pottedPlant(b, f.stem, f.leaf, 1.2f, r);
(void)t;
}
}
,
}
;
}
#undef DRAW

struct Setup {
  Scene scene;
  Finish finish{};
  Random random{5, 5};
  Town town;
  Setup() : town(addTown(scene, random)) {}
};

constexpr int kTextures = static_cast<int>(Texture::kWater) + 1;

Material sample(Texture texture) {
  Material m{texture, {0.5f, 0.3f, 0.2f}, {0.7f, 0.5f, 0.3f}, {0.1f, 0.1f, 0.1f}};
  m.snow = 400, m.track = {5, 30, 1.5f, 0.4f}, m.seed = 11;
  return m;
}

}  // namespace

class ScenesThingsTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void thingsFitTheirPlace_data() {
    QTest::addColumn<int>("index");
    int index = 0;
    for (const Thing& thing : things()) QTest::newRow(thing.name) << index++;
  }
  void thingsFitTheirPlace() {
    QFETCH(int, index);
    const Thing thing = things()[static_cast<std::size_t>(index)];
    Setup s;
    thing.draw(s.scene.brush(0), s.finish, s.town, s.random);
    const Mesh& mesh = s.scene.meshes[0];
    QVERIFY(mesh.triangles() > 8);
    Vec3 low{1e9f, 1e9f, 1e9f}, high{-1e9f, -1e9f, -1e9f};
    for (const Vec3& p : mesh.positions) {
      low = {std::min(low.x, p.x), std::min(low.y, p.y), std::min(low.z, p.z)};
      high = {std::max(high.x, p.x), std::max(high.y, p.y), std::max(high.z, p.z)};
    }
    const QByteArray told = QString("%1 %2 %3 … %4 %5 %6")
                                .arg(low.x)
                                .arg(low.y)
                                .arg(low.z)
                                .arg(high.x)
                                .arg(high.y)
                                .arg(high.z)
                                .toUtf8();
    QVERIFY2(low.x >= thing.low.x && low.y >= thing.low.y && low.z >= thing.low.z, told);
    QVERIFY2(high.x <= thing.high.x && high.y <= thing.high.y && high.z <= thing.high.z, told);
    const Vec3 filled = high - low, room = thing.high - thing.low;
    QVERIFY2(filled.y > 0.45f * room.y && filled.z > 0.5f * room.z, told);
  }

  void thingsRepeat() {
    for (const Thing& thing : things()) {
      Setup a, b;
      thing.draw(a.scene.brush(0), a.finish, a.town, a.random);
      thing.draw(b.scene.brush(0), b.finish, b.town, b.random);
      QVERIFY(a.scene.meshes[0].positions == b.scene.meshes[0].positions);
      QVERIFY(a.scene.meshes[0].indices == b.scene.meshes[0].indices);
    }
  }

  void thingsTurnWithTheirBrush() {
    for (const Thing& thing : things()) {
      Setup a, b;
      const Frame place = standing({7, -3, 0.5f}, 1.1f);
      thing.draw(a.scene.brush(0), a.finish, a.town, a.random);
      thing.draw(b.scene.brush(0).in(place), b.finish, b.town, b.random);
      const auto &pa = a.scene.meshes[0].positions, &pb = b.scene.meshes[0].positions;
      QCOMPARE(pa.size(), pb.size());
      for (std::size_t i = 0; i < pa.size(); ++i)
        QVERIFY2(length(place.point(pa[i]) - pb[i]) < 1e-3f, thing.name);
    }
  }

  void leavesTellHowOpenTheyLie() {
    Setup s;
    broadTree(s.scene.brush(s.town.wood), s.town.leaf[0], {8, 3}, s.random);
    const Mesh& mesh = s.scene.meshes[0];
    std::size_t leaves = 0;
    float least = 2, most = 0;
    for (std::size_t i = 0; i < mesh.triangles(); ++i) {
      if (mesh.tags[i].material != s.town.leaf[0]) continue;
      ++leaves;
      const float open = length(mesh.normals[mesh.indices[3 * i]]);
      least = std::min(least, open), most = std::max(most, open);
    }
    QVERIFY(leaves > 2000);
    QVERIFY(least > 0.1f && least < 0.6f && most > 0.9f && most < 1.01f);
  }

  void housesFaceTheStreet() {
    for (int style = 0; style < 12; ++style) {
      Setup s;
      HouseShape shape;
      shape.floors = 2 + style % 3, shape.shop = style % 2, shape.gable = style % 3 == 0;
      shape.balconies = style % 4 == 1, shape.wall = style % 8, shape.plain = style > 9;
      house(s.scene.brush(0), s.town, shape, s.random);
      const float top = shape.storey * static_cast<float>(shape.floors);
      const Tracer tracer(s.scene);
      for (float y = 0.1f; y < shape.width; y += 0.31f) {
        for (float z = 0.1f; z < top; z += 0.29f) {  // no hole in the front, nothing far before it
          Hit hit;
          QVERIFY(tracer.intersect({20, y, z}, {-1, 0, 0}, hit));
          QVERIFY2(hit.p.x > -0.3f && hit.p.x < 1.4f,
                   qPrintable(QString("%1 %2 %3").arg(y).arg(z).arg(hit.p.x)));
        }
      }
      QVERIFY(tracer.occluded({-40, shape.width / 2, 1}, {1, 0, 0}, 60));  // a back, too
    }
  }

  void plainHousesAreLighter() {
    Setup a, b;
    HouseShape shape;
    house(a.scene.brush(0), a.town, shape, a.random);
    shape.plain = true;
    house(b.scene.brush(0), b.town, shape, b.random);
    QVERIFY(b.scene.meshes[0].triangles() * 3 < a.scene.meshes[0].triangles() * 2);
  }

  // ---- materials

  void texturesAreFiniteAndRepeat_data() {
    QTest::addColumn<int>("texture");
    for (int t = 0; t < kTextures; ++t) QTest::addRow("texture %d", t) << t;
  }
  void texturesAreFiniteAndRepeat() {
    QFETCH(int, texture);
    const Material m = sample(static_cast<Texture>(texture));
    const Vec3 normals[] = {{1, 0, 0}, {0, -1, 0}, {0, 0, 1}, normalized({0.5f, 0.4f, 0.7f})};
    Random random(1, 2);
    std::set<float> tones;
    for (int i = 0; i < 4000; ++i) {
      Spot spot;
      const float reach = i % 4 == 0 ? 5000.f : 1.4f;
      spot.p = {random.between(-reach, reach), random.between(-reach, reach),
                random.between(-reach, reach)};
      spot.world = spot.p;
      spot.n = normals[i % 4];
      spot.footprint = i % 3 == 0 ? 0 : random.between(0, 2);
      spot.face = static_cast<unsigned>(i);
      const Surface a = evaluate(m, spot), b = evaluate(m, spot);
      QVERIFY(a.albedo == b.albedo && a.bump == b.bump);
      for (const float c : {a.albedo.x, a.albedo.y, a.albedo.z}) QVERIFY(c >= 0 && c <= 1);
      QVERIFY(std::isfinite(a.bump.x + a.bump.y + a.bump.z) && length(a.bump) < 1.5f);
      tones.insert(a.albedo.x);
    }
    const bool plain = m.texture == Texture::kPlain || m.texture == Texture::kWater;
    QCOMPARE(tones.size() == 1, plain);
  }

  void patternsMeltInTheDistance_data() {
    QTest::addColumn<int>("texture");
    for (const Texture t :
         {Texture::kBrick, Texture::kAshlar, Texture::kPlanks, Texture::kTiles, Texture::kPaving,
          Texture::kRoofTiles, Texture::kAsphalt, Texture::kFabric}) {
      QTest::addRow("texture %d", static_cast<int>(t)) << static_cast<int>(t);
    }
  }
  void patternsMeltInTheDistance() {
    QFETCH(int, texture);
    const Material m = sample(static_cast<Texture>(texture));
    const auto spread = [&](float footprint) {
      double sum = 0, squares = 0;
      for (int i = 0; i < 3000; ++i) {
        Spot spot;
        spot.p = {0.0171f * static_cast<float>(i), 0.0093f * static_cast<float>(i % 331), 0.3f};
        spot.world = spot.p;
        spot.n = {0, 0, 1};
        spot.footprint = footprint;
        const double tone = evaluate(m, spot).albedo.x;
        sum += tone, squares += tone * tone;
      }
      return std::sqrt(std::max(0., squares / 3000 - sum * sum / 9e6));
    };
    QVERIFY2(spread(3) < 0.6 * spread(0.001f),
             qPrintable(QString("%1 against %2").arg(spread(3)).arg(spread(0.001f))));
  }

  void joints() {
    Material m = sample(Texture::kTiles);
    m.scale = 0.5f;
    const auto at = [&](float x, float y) {
      Spot spot;
      spot.p = {x, y, 0}, spot.n = {0, 0, 1}, spot.footprint = 1e-4f;
      return evaluate(m, spot).albedo;
    };
    QVERIFY(at(0.5f, 0.25f).x < 0.15f && at(0.25f, 1.0f).x < 0.15f);  // grout
    QVERIFY(at(0.25f, 0.25f).x > 0.3f);
    QVERIFY(std::fabs(at(0.25f, 0.25f).x - at(0.75f, 0.25f).x) > 0.05f);  // chequered
  }

  void roadsHaveTheirMarks() {
    Material m = sample(Texture::kRoad);
    m.a = {0.1f, 0.1f, 0.1f}, m.c = {0.9f, 0.9f, 0.9f}, m.scale = 4;
    const auto at = [&](float x, float y) {
      Spot spot;
      spot.p = spot.world = {x, y, 0};
      spot.n = {0, 0, 1}, spot.footprint = 1e-3f;
      return evaluate(m, spot).albedo.x;
    };
    double dash = 0, gap = 0, edge = 0, lane = 0;
    for (int i = 0; i < 40; ++i) {
      const float along = 6.f * static_cast<float>(i);
      dash += at(along + 3, 0), gap += at(along, 0), edge += at(along + 1, 3.65f),
          lane += at(along + 3, 2);
    }
    QVERIFY(dash > 3 * gap && edge > 3 * lane);
  }

  void snowLiesHighAndTheTrackIsEarth() {
    const Material m = sample(Texture::kTerrain);
    const auto at = [&](Vec3 p) {
      Spot spot;
      spot.p = spot.world = p, spot.n = {0, 0, 1}, spot.footprint = 0.01f;
      return evaluate(m, spot).albedo;
    };
    const Rgb high = at({900, 900, 900}), low = at({900, 900, 20});
    QVERIFY(high.z > 0.8f && high.z > high.x);
    QVERIFY(low.z < 0.6f);
    double meadow = 0, track = 0;
    for (int i = 0; i < 60; ++i) {
      const float x = 3.1f * static_cast<float>(i), y = m.track.y(x);
      const Rgb on = at({x, y + 0.9f, 0}), off = at({x, y + 9, 0});
      track += on.x, meadow += off.x;
    }
    QVERIFY(track < 0.75 * meadow);
  }

  void objectsOfOneMaterialVary() {
    Material m;
    m.variety = 0.3f;
    std::set<float> tones;
    for (unsigned object = 0; object < 50; ++object) {
      Spot spot;
      spot.object = object;
      tones.insert(evaluate(m, spot).albedo.x);
    }
    QVERIFY(tones.size() > 40);
    QVERIFY(*tones.begin() > 0.34f && *tones.rbegin() < 0.66f);
  }

  // ---- light

  void filmCurveRises() {
    float before = -1;
    for (float light = 0; light < 20; light += 0.05f) {
      const float value = toneMapped({light, light, light}, 1).y;
      QVERIFY(value >= before && value >= 0 && value <= 1);
      before = value;
    }
    QVERIFY(toneMapped({}, 1).x < 0.02f);
    QVERIFY(before > 0.98f);
    QVERIFY(toneMapped({0.2f, 0.2f, 0.2f}, 2).x > toneMapped({0.2f, 0.2f, 0.2f}, 1).x);
  }

  void cornersAndShadowsAreDarker() {
    // A floor under a table-like slab, sun from straight above, open sky.
    Scene scene;
    scene.add({Texture::kPlain, {0.5f, 0.5f, 0.5f}});
    scene.brush(0).quad({-50, -50, 0}, {50, -50, 0}, {50, 50, 0}, {-50, 50, 0});
    scene.brush(0).box({-1, -1, 1}, {1, 1, 1.1f});
    scene.sky.sun = {0, 0, 1};
    const Tracer tracer(scene);
    const Shading shading(scene, tracer);
    const auto at = [&](float x, bool all) {
      Hit hit;
      // Seen from the side, under the slab.
      const Vec3 from{x, -8, 0.8f}, way = normalized(Vec3{x, 0, 0} - from);
      if (!tracer.intersect(from, way, hit)) return Rgb{};
      Rgb soft{};
      for (unsigned pattern = 0; pattern < 16; ++pattern)
        soft += shading.softLight(hit, pattern) * (1.f / 16);
      return all ? shading.colour(hit, way, hit.t, 0.01f, soft) : soft;
    };
    QVERIFY(at(0, false).z < 0.75f * at(20, false).z);  // less sky
    QVERIFY(at(0, true).x < 0.4f * at(20, true).x);     // no sun
    QVERIFY(at(20, true).x > 0.5f);
  }

  void lampsLightWhatTheySee() {
    Scene scene;
    scene.add({Texture::kPlain, {0.5f, 0.5f, 0.5f}});
    scene.brush(0).quad({-50, -50, 0}, {50, -50, 0}, {50, 50, 0}, {-50, 50, 0});
    scene.brush(0).box({3, -20, 0}, {3.1f, 20, 20});  // a wall
    scene.indoors = true;
    scene.lights.push_back({{-0.2f, -0.2f, 2}, {0.4f, 0, 0}, {0, 0.4f, 0}, {10, 5, 2}});
    const Tracer tracer(scene);
    const Shading shading(scene, tracer);
    const auto at = [&](float x) {
      Hit hit;
      hit.p = {x, 0, 0}, hit.geometric = hit.normal = {0, 0, 1}, hit.t = 5;
      return shading.softLight(hit, 3);
    };
    QVERIFY(at(0).x > 2 * at(2).x && at(2).x > 0);
    QVERIFY(std::fabs(at(0).x - 2 * at(0).y) < 1e-4f);  // its colour
    QCOMPARE(at(5).x, 0.f);                             // behind the wall
  }
};

QTEST_GUILESS_MAIN(ScenesThingsTest)
#include "scenes_things.moc"
