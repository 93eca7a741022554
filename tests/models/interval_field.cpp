// The interval method's guess inside level 0: from where levels meet, by what surroundings.
#include <QtTest>

#include "models/interval/field.h"
#include "tests/models/interval_maps.h"

using namespace fathom;
using namespace fathom::test;

namespace {

constexpr double kS = kMetresPerLevel;

}  // namespace

class IntervalFieldTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void aRoomNeedsThatNothingIsFarOrACeiling() {
    const IntervalConstants constants;
    const auto roomOf = [&](double slope, double far, double farAbove) {
      SceneCues cues;
      cues.slope = slope;
      cues.far = far;
      cues.farAbove = farAbove;
      judge(cues, constants);
      return cues.room;
    };
    QVERIFY(roomOf(1, 0, 0) > 0.99);
    QVERIFY(roomOf(1, 0.1, 0.2) < 0.01);  // a street
    QVERIFY(roomOf(1, 0.03, 0) > 0.7);    // a room with a window
    QVERIFY(roomOf(1, 0.5, 0) < 0.01);    // not with so large a one
    QVERIFY(roomOf(-1, 0, 0) < 0.01);     // a meadow
  }

  void inverseDepthGrowsFromWhereLevelsMeet() {
    // Row 0 is level 1, all below level 0: straight down, each cell gains one step.
    std::vector<float> levels(20 * 9, 0.0F);
    for (int j = 0; j < 9; ++j) levels[size_t(j)] = 1;
    const IntervalCells cells = made(levels, {20, 9});
    const IntervalConstants c;
    const Level0Field field = level0Field(cells, neutral(), kS, 8.0 / 320, 8.0 / 320, c);
    for (int i = 1; i < 20; ++i) {
      const double expected = std::min(i * c.built.down, c.cap + i * c.capPerRow);
      QVERIFY(std::abs(field.gained[cells.at(i, 4)] - expected) < 1e-12);
      QVERIFY(std::abs(field.inverse[cells.at(i, 4)] - 1 / kS - expected) < 1e-12);
    }
    // Twice the angle a cell, or half the focal length: twice the gain.
    const Level0Field coarse = level0Field(cells, neutral(), kS, 16.0 / 320, 8.0 / 320, c);
    QVERIFY(std::abs(coarse.gained[cells.at(5, 4)] - 10 * c.built.down) < 1e-12);
  }

  void groundUnderTheCameraIsFoundExactly() {
    // ρ of the ground is affine in the picture: with the right height the field is the truth.
    const Size size{40, 16};
    std::vector<float> levels;
    IntervalConstants c;
    c.built.down = 8.0 / 320 / 1.7;
    c.built.across = 10;  // nothing beside
    const auto depth = [&](std::int64_t row) { return 1.7 / ((double(row) - 3.3) * 8 / 320); };
    for (std::int64_t i = 0; i < size.height; ++i) {
      const double level = i <= 3 ? 60 : std::floor(depth(i) / kS);
      for (std::int64_t j = 0; j < size.width; ++j) levels.push_back(float(level));
    }
    const IntervalCells cells = made(levels, size);
    const Level0Field field = level0Field(cells, neutral(), kS, 8.0 / 320, 8.0 / 320, c);
    int compared = 0;
    for (std::int64_t i = 0; i < size.height; ++i) {
      const std::size_t at = cells.at(i, 8);
      if (cells.state[at] != CellState::kNear) continue;
      const double off = field.inverse[at] - 1 / depth(i);
      // The crossing is known to within one cell.
      QVERIFY2(std::abs(off) <= c.built.down, qPrintable(QString::number(off / c.built.down)));
      compared += 1;
    }
    QVERIFY(compared > 25);
  }

  void freePathsAreExponential() {
    QVERIFY(std::abs(freePath(std::exp(-1.0), kS) - kS) < 1e-9);
    QVERIFY(std::abs(freePath(std::exp(-4.0), 2) - 0.5) < 1e-9);
    // Nothing far, or nothing near, says "little" and "much", not 0 and infinity.
    QVERIFY(freePath(0, kS) > 1 && freePath(0, kS) < 3);
    QVERIFY(freePath(1, kS) > 1e3 && freePath(1, kS) < 1e5);
  }

  void whoSeesFarIsFartherFromThings() {
    const IntervalConstants c;
    const auto beside = [&](double naturalness, double far) {
      SceneCues cues = neutral();
      cues.naturalness = naturalness;
      cues.far = far;
      const IntervalCells cells = made({1, 0, 0, 1, 0, 0}, {2, 3});
      return level0Field(cells, cues, kS, 8.0 / 320, 8.0 / 320, c).gained[1];
    };
    const auto below = [&](double naturalness, double far) {
      SceneCues cues = neutral();
      cues.naturalness = naturalness;
      cues.far = far;
      const IntervalCells cells = made({1, 0}, {2, 1});
      return level0Field(cells, cues, kS, 8.0 / 320, 8.0 / 320, c).gained[1];
    };
    const double far = 0.7, path = freePath(far, kS);
    const double built = std::pow(path / c.builtPath, c.openness);
    const double natural = std::pow(path / c.naturalPath, c.openness);
    QVERIFY(built > 1.3 && natural > built);
    QVERIFY(std::abs(beside(0, far) * built - c.built.across) < 1e-12);
    QVERIFY(std::abs(beside(1, far) * natural - c.natural.across) < 1e-12);
    QVERIFY(std::abs(below(0, far) - c.built.down) < 1e-12);  // a street is as far down as ever
    QVERIFY(std::abs(below(1, far) * natural - c.natural.down) < 1e-12);
    // Where little is to be seen the laws are as they are.
    QVERIFY(std::abs(beside(0, 0.01) - c.built.across) < 1e-12);
    QVERIFY(std::abs(beside(1, 0.01) - c.natural.across) < 1e-12);
  }

  void anOcclusionStartsNearer() {
    const IntervalConstants c;
    const auto besideLevel = [&](float level) {
      const IntervalCells cells = made({level, 0, 0}, {1, 3});
      return level0Field(cells, neutral(), kS, 8.0 / 320, 8.0 / 320, c).gained[1];
    };
    QVERIFY(std::abs(besideLevel(1) - c.built.across) < 1e-12);
    QVERIFY(std::abs(besideLevel(2) - c.occlusion - c.built.across) < 1e-12);
  }

  void theCheapestWayIsFound() {
    // Against a plain search that relaxes all eight neighbours until nothing changes.
    const Size size{12, 15};
    std::vector<double> gained;
    std::vector<char> free;
    for (std::size_t i = 0; i < 180; ++i) {
      const bool source = unit("sources", i) < 0.05;
      free.push_back(source ? 0 : 1);
      gained.push_back(source ? 0.1 * unit("start", i) : 1e3);
    }
    const FieldSteps steps{0.015, 0.004, 0.006};
    std::vector<double> slow = gained;
    for (int round = 0; round < 100; ++round) {
      for (int i = 0; i < 180; ++i) {
        for (int k = 0; k < 9 && free[size_t(i)]; ++k) {
          const int row = i / 15 + k / 3 - 1, column = i % 15 + k % 3 - 1;
          if (row < 0 || row > 11 || column < 0 || column > 14) continue;
          const double up = k / 3 == 0 ? steps.down : k / 3 == 2 ? steps.up : 0;
          const double cost = std::hypot(up, k % 3 == 1 ? 0 : steps.across);
          slow[size_t(i)] = std::min(slow[size_t(i)], slow[size_t(row * 15 + column)] + cost);
        }
      }
    }
    relax(gained, free, size, steps);
    for (std::size_t i = 0; i < 180; ++i) QVERIFY(std::abs(gained[i] - slow[i]) < 1e-12);
  }
};

QTEST_GUILESS_MAIN(IntervalFieldTest)
#include "interval_field.moc"
