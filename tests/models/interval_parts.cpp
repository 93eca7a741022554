// The interval method piece by piece: what the levels say, and what is made of them.
#include <QtTest>
#include <limits>

#include "core/error.h"
#include "models/interval/beliefs.h"
#include "models/interval/field.h"
#include "models/interval/guide.h"
#include "models/interval/pyramid.h"
#include "models/interval/solve.h"
#include "models/interval/vote.h"
#include "tests/models/interval_maps.h"

using namespace fathom;
using namespace fathom::test;

namespace {

constexpr double kS = kMetresPerLevel;
constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

/// Levels of a landscape: a share of near cells, the others up to `highest`, and a sky.
std::vector<double> landscape(std::size_t count, double nearShare, double skyShare,
                              double highest = 12) {
  std::vector<double> levels;
  for (std::size_t i = 0; i < count; ++i) {
    const double u = double(i) / double(count);
    const double level = 1 + std::floor((highest - 1) * unit("landscape", i));
    levels.push_back(u < nearShare ? 0 : u > 1 - skyShare ? 4095 : level);
  }
  return levels;
}

/// A picture of one colour for each half, left and right.
LabPicture halves(Size size, int left, int right) {
  LabPicture lab{size, {}, {}, {}};
  for (std::int64_t y = 0; y < size.height; ++y) {
    for (std::int64_t x = 0; x < size.width; ++x) {
      lab.l.push_back(static_cast<std::uint8_t>(x < size.width / 2 ? left : right));
      lab.a.push_back(128);
      lab.b.push_back(128);
    }
  }
  return lab;
}

struct Voted {
  std::vector<float> depth, deviation, lower, upper;
};
Voted voted(const Ballots& ballots, const LabPicture& lab, double factor,
            const IntervalConstants& constants = {}) {
  const auto count = static_cast<std::size_t>(lab.size.height * lab.size.width);
  Voted out{std::vector<float>(count), std::vector<float>(count), std::vector<float>(count),
            std::vector<float>(count)};
  const double phase = std::floor(factor / 2);
  vote(ballots, lab, cellAxis(ballots.size.height, lab.size.height, factor, phase),
       cellAxis(ballots.size.width, lab.size.width, factor, phase), factor, factor, constants,
       {out.depth.data(), out.deviation.data(), out.lower.data(), out.upper.data()}, {});
  return out;
}

Ballots ballotsOf(Size size, const std::vector<float>& depth) {
  Ballots ballots{size, depth, std::vector<float>(depth.size(), 0.5F), {}, {}};
  for (const float z : depth) {
    ballots.lower.push_back(z * 0.9F);
    ballots.upper.push_back(z * 1.1F);
  }
  return ballots;
}

}  // namespace

class IntervalPartsTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void theNoiseIsFound_data() {
    QTest::addColumn<double>("additive");
    QTest::addColumn<double>("relative");
    QTest::addColumn<double>("near");
    QTest::addColumn<double>("sky");
    QTest::newRow("usual") << 0.03 << 0.01 << 0.5 << 0.2;
    QTest::newRow("little") << 0.005 << 0.002 << 0.5 << 0.2;
    QTest::newRow("no sky") << 0.04 << 0.015 << 0.5 << 0.0;
    QTest::newRow("strong") << 0.22 << 0.14 << 0.5 << 0.0;
    QTest::newRow("nothing near") << 0.02 << 0.008 << 0.0 << 0.3;
    QTest::newRow("mostly near") << 0.045 << 0.018 << 0.95 << 0.0;
  }
  void theNoiseIsFound() {
    QFETCH(double, additive);
    QFETCH(double, relative);
    QFETCH(double, near);
    QFETCH(double, sky);
    for (const char* key : {"a", "b", "c"}) {
      const auto levels = received(landscape(4800, near, sky), additive, relative, key);
      const LevelNoise noise = fitNoise(levels);
      const QByteArray found = QString("%1 %2 ± %3")
                                   .arg(noise.additive)
                                   .arg(noise.relative)
                                   .arg(noise.relativeError)
                                   .toUtf8();
      // With few near cells the two are told apart less well.
      const double slack = near > 0 ? 0.1 : 0.35;
      QVERIFY2(std::abs(noise.additive - additive) < slack * additive, found.constData());
      QVERIFY2(std::abs(noise.relative - relative) <
                   std::max(3.5 * noise.relativeError, (additive > 0.1 ? 0.3 : 0.1) * relative),
               found.constData());
      QVERIFY2(noise.relativeError < 0.5 * relative + 0.002, found.constData());
    }
  }

  void withoutAnythingToSeeTheNoiseIsTheUsual() {
    for (const auto& levels : {std::vector<float>{}, std::vector<float>(100, 0.0F),
                               std::vector<float>{kNaN, -kNaN}, std::vector<float>{3}}) {
      const LevelNoise noise = fitNoise(levels);
      QVERIFY(noise.additive > 0 && noise.additive < 0.055);
      QVERIFY(noise.relative > 0 && noise.relative < 0.0205);
      QVERIFY(noise.relativeError > 0);
    }
  }

  void aLandscapeFarAwayIsNoSky() {
    // Spread levels above 200 would make any noise look strong, were they taken for one plateau.
    std::vector<double> truth = landscape(2000, 0.5, 0);
    for (int i = 0; i < 400; ++i) truth.push_back(300 + i % 40);
    const LevelNoise noise = fitNoise(received(truth, 0.02, 0.003, "far"));
    QVERIFY2(std::abs(noise.relative - 0.003) < 0.001, qPrintable(QString::number(noise.relative)));
  }

  void aPlateauSharpensTheRelativePart() {
    const auto near = landscape(300, 0.8, 0, 4);
    auto withSky = near;
    withSky.resize(1300, 1022);
    const LevelNoise without = fitNoise(received(near, 0.02, 0.01, "sky"));
    const LevelNoise with = fitNoise(received(withSky, 0.02, 0.01, "sky"));
    QVERIFY(with.relativeError < without.relativeError / 3);
    QVERIFY(std::abs(with.relative - 0.01) < 0.001);
  }

  void likelihoodPrefersTheTruth() {
    const auto levels = received(landscape(3000, 0, 0), 0.03, 0.01, "likely");
    const std::vector<double> x(levels.begin(), levels.end());
    const double best = logLikelihood(x, 0.03, 0.01);
    for (const auto& [a, r] : {std::pair{0.01, 0.01}, {0.06, 0.01}, {0.03, 0.002}, {0.03, 0.03}}) {
      QVERIFY(best > logLikelihood(x, a, r) + 10);
    }
  }

  void intervalsHold_data() {
    QTest::addColumn<double>("additive");
    QTest::addColumn<double>("relative");
    QTest::newRow("usual") << 0.03 << 0.01;
    QTest::newRow("greatest") << 0.05 << 0.02;
    QTest::newRow("little") << 0.002 << 0.0005;
    QTest::newRow("strong") << 0.22 << 0.14;
  }
  void intervalsHold() {
    QFETCH(double, additive);
    QFETCH(double, relative);
    const auto truth = landscape(6000, 0.4, 0.1, 60);
    const auto levels = received(truth, additive, relative, "hold");
    const LevelNoise noise = fitNoise(levels);
    const IntervalCells cells = made(levels, {60, 100}, noise);
    int informative = 0, inside = 0, wide = 0;
    for (std::size_t i = 0; i < cells.count(); ++i) {
      if (cells.state[i] != CellState::kInformative) continue;
      informative += 1;
      inside += truth[i] >= cells.least[i] && truth[i] <= cells.greatest[i] ? 1 : 0;
      wide += cells.greatest[i] > cells.least[i] ? 1 : 0;
    }
    const double share = double(inside) / informative;
    // Level 0 under strong noise is received as 1 and cannot be told from it.
    QVERIFY2(share > (additive > 0.1 ? 0.9 : 0.97), qPrintable(QString::number(share)));
    if (relative < 0.001) QVERIFY(wide < informative / 4);  // and they are not simply wide
  }

  void cellsSayWhatTheyMay() {
    const float huge = std::numeric_limits<float>::max();
    const IntervalCells cells = made({0.2F, -3, 1.02F, 7.4F, kNaN, huge, -huge, 0.51F}, {2, 4});
    const CellState near = CellState::kNear, far = CellState::kInformative;
    const std::vector<CellState> expected{near, near, far, far, CellState::kUnknown,
                                          far,  near, far};
    QVERIFY(cells.state == expected);
    QCOMPARE(cells.least[2], 1.0);
    QCOMPARE(cells.greatest[2], 1.0);
    QCOMPARE(cells.level[3], 7.0);
    QCOMPARE(cells.least[3], 7.0);  // 7.4 is far from both under this noise: its own level stays
    QVERIFY(std::isfinite(cells.greatest[5]) && cells.greatest[5] >= cells.least[5]);
    QCOMPARE(cells.least[7], 1.0);
  }

  void strongNoiseMakesNoFarCells() {
    std::vector<float> levels(100, 0.0F);
    levels[44] = 0.8F;                                         // alone
    levels[11] = levels[12] = levels[21] = levels[22] = 1.1F;  // a thing
    levels[88] = 3;                                            // nothing that noise could do
    const IntervalCells strong = made(levels, {10, 10}, {0.22, 0.1, 0});
    QVERIFY(strong.state[44] == CellState::kNear);
    QVERIFY(strong.state[11] == CellState::kInformative);
    QVERIFY(strong.state[88] == CellState::kInformative);
    QVERIFY(made(levels, {10, 10}).state[44] == CellState::kInformative);
  }

  void axesKnowPixelsAndCells_data() {
    QTest::addColumn<double>("factor");
    QTest::addColumn<double>("phase");
    QTest::addColumn<int>("second");
    QTest::addColumn<int>("firstPixelOfSecond");
    QTest::newRow("8 at 4") << 8.0 << 4.0 << 12 << 8;
    QTest::newRow("8 at 0") << 8.0 << 0.0 << 8 << 4;
    QTest::newRow("8 at 3.5") << 8.0 << 3.5 << 11 << 8;
    QTest::newRow("7.5 at 3.75") << 7.5 << 3.75 << 11 << 8;
    QTest::newRow("1 at 0") << 1.0 << 0.0 << 1 << 1;
  }
  void axesKnowPixelsAndCells() {
    QFETCH(double, factor);
    QFETCH(double, phase);
    QFETCH(int, second);
    QFETCH(int, firstPixelOfSecond);
    const CellAxis axis = cellAxis(10, std::int64_t(10 * factor), factor, phase);
    QCOMPARE(axis.pixel[1], second);
    QCOMPARE(axis.nearest[size_t(firstPixelOfSecond)], 1);
    QCOMPARE(axis.nearest[size_t(firstPixelOfSecond) - 1], 0);
    QCOMPARE(axis.nearest.back(), 9);
    for (std::size_t i = 0; i < axis.pixel.size(); ++i) {
      QCOMPARE(axis.nearest[size_t(axis.pixel[i])], int(i));
    }
  }

  void sizesMustFit() {
    LowDepth low{at::empty({4, 5}, at::TensorOptions(at::kFloat)), kS, 8, 8, 4, 4};
    checkCovers(low, {32, 40});
    checkCovers(low, {35, 47});
    for (const Size wrong : {Size{64, 40}, Size{32, 90}, Size{8, 8}}) {
      const std::string problem = messageOf<BadInput>([&] { checkCovers(low, wrong); });
      QVERIFY2(has(problem, "cells of factor 8 cover"), problem.c_str());
    }
  }

  void thePyramidKeepsLinesAndEnergy() {
    Plane ramp({37, 50});
    for (std::int64_t y = 0; y < 37; ++y) {
      for (std::int64_t x = 0; x < 50; ++x) ramp.row(y)[x] = float(2 * x - y);
    }
    const Plane half = halved(ramp, {});
    QVERIFY((half.size == Size{19, 25}));
    QCOMPARE(half.row(9)[12], ramp.row(18)[24]);
    const Plane energy = bandEnergy(ramp, half, {});
    for (std::int64_t y = 6; y < 31; ++y) {
      for (std::int64_t x = 6; x < 44; ++x) QVERIFY(energy.row(y)[x] < 1e-6F);
    }
    // One bright pixel's energy is where it is.
    Plane point({16, 16});
    point.row(8)[8] = 1;
    const Plane spread = bandEnergy(point, halved(point, {}), {});
    QVERIFY(spread.row(8)[8] > 0.5F && spread.row(2)[2] == 0);
  }

  void cuesTellTextures() {
    const Size size{128, 128};
    const IntervalCells cells = made(std::vector<float>(256, 0.0F), {16, 16});
    const CellAxis axis = cellAxis(16, 128, 8, 4);
    const auto cuesOf = [&](const std::function<int(std::int64_t, std::int64_t)>& grey) {
      const at::Tensor rgb =
          paintedPicture(size, [&](int, std::int64_t y, std::int64_t x) { return grey(y, x); });
      const auto* bytes = rgb.const_data_ptr<unsigned char>();
      return sceneCues({bytes, bytes + 128 * 128, bytes + 2 * 128 * 128, size}, 320, cells, axis,
                       axis, {}, {});
    };
    const auto noise = [](std::int64_t y, std::int64_t x) {
      return int(255 * unit("leaves", std::uint64_t(y * 128 + x)));
    };
    const SceneCues leaves = cuesOf(noise);
    const SceneCues blocks =
        cuesOf([&](std::int64_t y, std::int64_t x) { return noise(y / 16, x / 16); });
    const SceneCues plain = cuesOf([](std::int64_t, std::int64_t) { return 90; });
    QVERIFY(leaves.slope < -0.3 && leaves.naturalness > 0.9 && leaves.room < 0.1);
    QVERIFY(blocks.slope > 0.1 && blocks.naturalness < 0.1 && blocks.room > 0.9);
    QVERIFY(leaves.fine > blocks.fine && blocks.fine > plain.fine);
    QVERIFY(plain.detail > blocks.detail);  // plain is near
    QVERIFY(std::abs(plain.fine - std::log(1e-6)) < 1e-3);
  }

  void theSolveStaysInsideItsIntervals() {
    const Size size{20, 30};
    std::vector<double> truth;
    for (std::size_t i = 0; i < 600; ++i) truth.push_back(std::floor(8 * unit("solve", i)));
    const auto levels = received(truth, 0.03, 0.01, "solve");
    const IntervalCells cells = made(levels, size, fitNoise(levels));
    const Level0Field field = level0Field(cells, neutral(), kS, 8.0 / 320, 8.0 / 320, {});
    const CellAxis rows = cellAxis(20, 160, 8, 4), columns = cellAxis(30, 240, 8, 4);
    const auto depth =
        solveCells(cells, field, kS, halves({160, 240}, 60, 160), rows, columns, {}, {});
    for (std::size_t i = 0; i < 600; ++i) {
      if (cells.state[i] == CellState::kNear) {
        QVERIFY(std::abs(depth[i] * field.inverse[i] - 1) < 1e-9);
      } else {
        QVERIFY(depth[i] >= cells.least[i] * kS * (1 - 1e-9));
        QVERIFY(depth[i] <= (cells.greatest[i] + 1) * kS * (1 + 1e-9));
      }
    }
  }

  void aSlopeIsSmoothedWithinItsLevels() {
    // A plane that crosses levels 3 to 8: centres make steps, the solve a slope.
    const Size size{4, 48};
    std::vector<float> levels;
    std::vector<double> truth;
    for (int i = 0; i < 4 * 48; ++i) {
      truth.push_back(kS * (3 + 5 * double(i % 48) / 47));
      levels.push_back(float(std::floor(truth.back() / kS)));
    }
    const IntervalCells cells = made(levels, size, {0.001, 0.0001, 0});
    const Level0Field field = level0Field(cells, neutral(), kS, 8.0 / 320, 8.0 / 320, {});
    const auto depth = solveCells(cells, field, kS, halves({32, 384}, 80, 80),
                                  cellAxis(4, 32, 8, 4), cellAxis(48, 384, 8, 4), {}, {});
    double ours = 0, centres = 0;
    for (std::size_t i = 0; i < truth.size(); ++i) {
      ours += std::abs(depth[i] - truth[i]);
      centres += std::abs((double(levels[i]) + 0.5) * kS - truth[i]);
    }
    QVERIFY2(ours < 0.75 * centres, qPrintable(QString("%1 of %2").arg(ours).arg(centres)));
  }

  void anUnknownCellFollowsItsNeighbours() {
    std::vector<float> levels(25, 5.0F);
    levels[12] = kNaN;
    const IntervalCells cells = made(levels, {5, 5});
    const CellAxis axis = cellAxis(5, 40, 8, 4);
    const Level0Field field = level0Field(cells, neutral(), kS, 8.0 / 320, 8.0 / 320, {});
    const auto depth = solveCells(cells, field, kS, halves({40, 40}, 80, 80), axis, axis, {}, {});
    QVERIFY2(std::abs(depth[12] - 5.5 * kS) < 0.5 * kS, qPrintable(QString::number(depth[12])));
  }

  void oneVoteIsUnanimous() {
    const Voted result =
        voted(ballotsOf({4, 4}, std::vector<float>(16, 7.0F)), halves({32, 32}, 20, 200), 8);
    for (std::size_t i = 0; i < result.depth.size(); ++i) {
      QCOMPARE(result.depth[i], 7.0F);
      QVERIFY(std::abs(result.deviation[i] - 0.5F) < 1e-3F);
      QVERIFY(result.lower[i] == 7.0F * 0.9F && result.upper[i] == 7.0F * 1.1F);
    }
  }

  void pixelsVoteWithTheirColour() {
    // Depth changes between cells 3 and 4 of 8, colour inside of cell 3: colour decides.
    std::vector<float> depth;
    for (int i = 0; i < 64; ++i) depth.push_back(i % 8 < 4 ? 5.0F : 12.0F);
    LabPicture lab = halves({64, 64}, 60, 180);
    for (std::int64_t y = 0; y < 64; ++y) {
      for (std::int64_t x = 29; x < 32; ++x) lab.l[size_t(y * 64 + x)] = 180;
    }
    const Voted result = voted(ballotsOf({8, 8}, depth), lab, 8);
    for (std::size_t y = 0; y < 64; ++y) {
      for (std::size_t x = 0; x < 64; ++x) {
        QCOMPARE(result.depth[y * 64 + x], x < 29 ? 5.0F : 12.0F);
      }
    }
  }

  void theVoteIsAsSlowlyComputed_data() {
    QTest::addColumn<double>("factor");
    QTest::newRow("8") << 8.0;
    QTest::newRow("7.5") << 7.5;
    QTest::newRow("1") << 1.0;
    QTest::newRow("20") << 20.0;
  }
  void theVoteIsAsSlowlyComputed() {
    // The definition, pixel by pixel in double.
    QFETCH(double, factor);
    const Size cells{7, 9}, size{std::int64_t(7 * factor), std::int64_t(9 * factor)};
    std::vector<float> depth;
    for (std::size_t i = 0; i < 63; ++i) depth.push_back(float(2 + 120 * unit("ballot", i)));
    LabPicture lab = halves(size, 0, 0);
    for (std::size_t i = 0; i < lab.l.size(); ++i) {
      lab.l[i] = std::uint8_t(255 * unit("l", i));
      lab.a[i] = std::uint8_t(100 + 50 * unit("a", i));
    }
    const IntervalConstants c;
    const Ballots ballots = ballotsOf(cells, depth);
    const Voted result = voted(ballots, lab, factor);
    const CellAxis rows = cellAxis(7, size.height, factor, std::floor(factor / 2));
    const CellAxis columns = cellAxis(9, size.width, factor, std::floor(factor / 2));
    for (std::int64_t y = 0; y < size.height; ++y) {
      for (std::int64_t x = 0; x < size.width; ++x) {
        std::vector<std::pair<double, double>> votes;
        double total = 0, mean = 0, squares = 0;
        const auto here = static_cast<std::size_t>(y * size.width + x);
        for (int i = rows.nearest[size_t(y)] - 2; i <= rows.nearest[size_t(y)] + 2; ++i) {
          for (int j = columns.nearest[size_t(x)] - 2; j <= columns.nearest[size_t(x)] + 2; ++j) {
            if (i < 0 || j < 0 || i >= cells.height || j >= cells.width) continue;
            const int row = rows.pixel[size_t(i)], column = columns.pixel[size_t(j)];
            const auto there = static_cast<std::size_t>(row * size.width + column);
            const double dl = lab.l[here] - lab.l[there], da = lab.a[here] - lab.a[there];
            const double colour = std::floor((dl * dl + da * da) / 16) * 16;
            const double dy = double(y - row), dx = double(x - column);
            const double sigma = c.reach * factor;
            const double weight = std::exp(-(dy * dy + dx * dx) / (2 * sigma * sigma)) *
                                  (std::exp(-colour / (2 * c.tolerance * c.tolerance)) + c.least);
            const double z = ballots.depth[size_t(i * 9 + j)], clipped = std::min(z, 80.0);
            votes.emplace_back(z, weight);
            total += weight;
            mean += weight * clipped;
            squares += weight * (clipped * clipped + 0.25);
          }
        }
        std::ranges::sort(votes);
        double sum = 0, median = 0, agreed = 0, agreedSum = 0;
        for (const auto& [z, weight] : votes) {
          if (sum < total / 2) median = z;
          sum += weight;
        }
        for (const auto& [z, weight] : votes) {
          if (std::abs(z - median) > c.agreement * median) continue;
          agreed += weight;
          agreedSum += weight * z;
        }
        const double expected = agreedSum / agreed;
        const double deviation = std::sqrt(squares / total - mean * mean / (total * total));
        QVERIFY(std::abs(result.depth[here] - expected) < 1e-3 * expected);
        QVERIFY(std::abs(result.deviation[here] - deviation) < 0.02 + 1e-2 * deviation);
      }
    }
  }

  void beliefsAreWiderWhereTheFieldWentFar() {
    const IntervalCells cells = made({0, 0, 3, kNaN}, {1, 4});
    const std::vector<double> depth{15, 3, 3.5 * kS, 10};
    const Ballots street = beliefsOf(cells, {0.03, 0.01, 0}, depth, kS, 0, {});
    const Ballots room = beliefsOf(cells, {0.03, 0.01, 0}, depth, kS, 1, {});
    QVERIFY(street.deviation[0] / 15 < street.deviation[1] / 3 / 1.5);
    QVERIFY(room.deviation[1] > street.deviation[1] && room.upper[1] > street.upper[1]);
    for (std::size_t i = 0; i < 4; ++i) {
      QVERIFY(street.lower[i] < depth[i] && street.upper[i] > depth[i]);
    }
    QVERIFY(street.upper[0] <= float(kS));
    QCOMPARE(street.lower[2], float(3 * kS));
    QCOMPARE(street.upper[2], float(4 * kS));
  }

  void aGuideIsFittedThroughWrongPlaces() {
    // Nearness = 3ρ + 0.7 but for a tenth that is nonsense; two rows are informative.
    const Size size{20, 20};
    std::vector<float> levels;
    std::vector<double> inverse, nearness;
    for (int i = 0; i < 400; ++i) {
      const double rho = 0.02 + 0.02 * (i / 20) + 0.001 * (i % 20);
      inverse.push_back(rho);
      levels.push_back(float(std::floor(1 / rho / kS)));
      nearness.push_back(unit("wrong", std::uint64_t(i)) < 0.1 ? 5 : 3 * rho + 0.7);
    }
    const IntervalCells cells = made(levels, size);
    Level0Field field{{}, std::vector<double>(400, 0.25)};
    for (int i = 0; i < 400; ++i) field.inverse[size_t(i)] = 0.04 + 0.012 * (i / 20);
    const GuideFit fit = fitGuide(nearness, false, cells, field, kS, 0.4, 0);
    QVERIFY2(fit.trust > 0.9, qPrintable(QString::number(fit.trust)));
    double off = 0;
    for (std::size_t i = 40; i < 400; ++i) {
      if (nearness[i] < 5) off += std::abs(std::log(fit.inverse(nearness[i]) / inverse[i])) / 360;
    }
    // Between the map's own line (1/3) and that of the field, which is steeper or flatter.
    QVERIFY2(fit.scale > 0.15 && fit.scale < 0.4, qPrintable(QString::number(fit.scale)));
    QVERIFY2(off < 0.5, qPrintable(QString::number(off)));
  }

  void aGuideThatIsWrongHasNoTrust() {
    const Size size{20, 20};
    std::vector<float> levels;
    std::vector<double> upside, noise, flat(400, 2.0), nothing(400, std::nan(""));
    for (int i = 0; i < 400; ++i) {
      const double rho = 0.02 + 0.02 * (i / 20);
      levels.push_back(float(std::floor(1 / rho / kS)));
      upside.push_back(-rho);
      noise.push_back(unit("noise", std::uint64_t(i)));
    }
    const IntervalCells cells = made(levels, size);
    const Level0Field field{{}, std::vector<double>(400, 0.25)};
    for (const auto* map : {&upside, &noise, &flat, &nothing}) {
      for (const bool metric : {false, true}) {
        QCOMPARE(fitGuide(*map, metric, cells, field, kS, 0.4, 0).trust, 0.0);
      }
    }
    QCOMPARE(guidedInverse({}, 3, 0.2, kS), 0.2);
    QCOMPARE(guidedInverse({1, 0, 1}, std::nan(""), 0.2, kS), 0.2);
  }
};

QTEST_GUILESS_MAIN(IntervalPartsTest)
#include "interval_parts.moc"
