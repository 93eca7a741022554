// Alignment on scenes whose truth is known: made-up ones, and real ones of the challenge.
#include <ATen/ops/empty.h>

#include <QtTest>
#include <filesystem>
#include <fstream>

#include "core/information.h"
#include "tests/models/alignment_scene.h"

using namespace fathom;
using namespace fathom::test;

namespace {

constexpr KnownLine kDisparityLine{0.004, 0.002}, kDepthLine{3, 5};

KnownLine lineOf(AlignmentSpace space) {
  return space == AlignmentSpace::kDepth ? kDepthLine : kDisparityLine;
}

constexpr const char* kSpaces[] = {"depth", "disparity"};
constexpr const char* kEstimators[] = {"least squares", "RANSAC", "Theil-Sen", "median ratio",
                                       "Huber"};
constexpr const char* kGrids[] = {"means", "samples", "pixels"};
enum { kMeans, kSamples, kPixels };

/// Two rectangles that the prediction puts nearer by far (in disparity; in depth farther).
at::Tensor spoilt(const at::Tensor& prediction, double share) {
  at::Tensor result = prediction.clone();
  const std::int64_t height = prediction.size(0), width = prediction.size(1);
  const auto side = [&](std::int64_t whole) {
    return std::int64_t(double(whole) * std::sqrt(share / 2));
  };
  const double span = prediction.max().sub(prediction.min()).item<double>();
  result.narrow(0, height / 10, side(height)).narrow(1, width / 10, side(width)).add_(span * 0.7);
  result.narrow(0, height / 2, side(height)).narrow(1, width / 2, side(width)).add_(span * 1.5);
  return result;
}

struct Errors {
  double scale, shift;  ///< of the scale itself; of the greatest y of the truth
};

Errors errorsOf(const Aligned& aligned, KnownLine line, const DepthMap& truth,
                AlignmentSpace space) {
  const Range metres = range(truth);
  const double greatest = space == AlignmentSpace::kDepth ? metres.greatest : 1 / metres.least;
  return {std::abs(aligned.scale / line.scale - 1),
          std::abs(aligned.shift - line.shift) / greatest};
}

/// One made-up scene, degraded, aligned.
struct Run {
  Aligned aligned;
  Errors errors;
  double absRel;
};

Run runOn(const DepthMap& truth, const Degradation& degradation, const Alignment& how,
          double outliers = 0) {
  const LowDepth low = degrade(truth, degradation, "street").low;
  const KnownLine line = lineOf(how.space);
  at::Tensor prediction = predictionOf(truth, how.space, line);
  if (outliers > 0) prediction = spoilt(prediction, outliers);
  Run run{align(prediction, kindOf(how.space), low, how), {}, 0};
  run.errors = errorsOf(run.aligned, line, truth, how.space);
  run.absRel = absRel(run.aligned.metres, truth.metres);
  return run;
}

Alignment alignmentFor(int space, int estimator, int grid) {
  Alignment how;
  how.space = AlignmentSpace(space);
  how.estimator = AlignmentEstimator(estimator);
  how.grid = AlignmentGrid(grid);
  return how;
}

void combinations() {
  QTest::addColumn<int>("space");
  QTest::addColumn<int>("estimator");
  QTest::addColumn<int>("grid");
  for (int space = 0; space < 2; ++space) {
    for (int estimator = 0; estimator < 5; ++estimator) {
      for (int grid = 0; grid < 3; ++grid) {
        QTest::addRow("%s, %s, %s", kSpaces[space], kEstimators[estimator], kGrids[grid])
            << space << estimator << grid;
      }
    }
  }
}

#define FETCH_COMBINATION(how) \
  QFETCH(int, space);          \
  QFETCH(int, estimator);      \
  QFETCH(int, grid);           \
  Alignment how = alignmentFor(space, estimator, grid)

QByteArray textOf(const Run& run) {
  return QString("scale off by %1, shift %2, AbsRel %3, %4 cells, inliers %5")
      .arg(run.errors.scale)
      .arg(run.errors.shift)
      .arg(run.absRel)
      .arg(run.aligned.cellsUsed)
      .arg(run.aligned.inlierShare)
      .toUtf8();
}

/// A float32 .npy of a known shape; the data follow a header of 128 bytes in all these files.
at::Tensor readNpy(const std::filesystem::path& path, std::int64_t height, std::int64_t width) {
  at::Tensor result = at::empty({height, width}, at::kFloat);
  std::ifstream file(path, std::ios::binary);
  file.ignore(128);
  file.read(static_cast<char*>(result.mutable_data_ptr()), std::streamsize(result.nbytes()));
  return file.gcount() == std::streamsize(result.nbytes()) ? result : at::Tensor();
}

}  // namespace

class AlignmentScenesTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  // Steps of 25 cm: what remains is the estimator, and means over the edges of things.
  void fineStepsGiveTheLine_data() { combinations(); }
  void fineStepsGiveTheLine() {
    FETCH_COMBINATION(how);
    for (const bool intervals : {false, true}) {
      how.intervals = intervals;
      const Run run = runOn(street(6, 150), fine(), how);
      QVERIFY(run.aligned.state == AlignmentState::kFitted && run.aligned.stamp.empty());
      const double bound = grid == kSamples ? 0.005 : 0.03;
      QVERIFY2(run.errors.scale < bound, textOf(run));
      QVERIFY2(run.errors.shift < bound / 2, textOf(run));
      QVERIFY2(run.absRel < bound, textOf(run));
      QVERIFY2(run.aligned.inlierShare > 0.6, textOf(run));
      QVERIFY2(run.aligned.residualRelative < 0.02, textOf(run));
    }
  }

  // The challenge's own steps of 16 m, of which most of this scene lies within the first.
  void challengeStepsGiveTheLine_data() { combinations(); }
  void challengeStepsGiveTheLine() {
    FETCH_COMBINATION(how);
    const DepthMap truth = street(6, 150);
    const Run run = runOn(truth, {}, how);
    QVERIFY(run.aligned.state == AlignmentState::kFitted);
    QVERIFY(shareBelowOneLevel(truth, 65535.0 / 4095) > 0.6);
    QVERIFY2(run.errors.scale < 0.08 && run.errors.shift < 0.02, textOf(run));
    QVERIFY2(run.absRel < 0.1, textOf(run));
    // Centres alone are flattened by the width of a level.
    how.intervals = false;
    const Run centres = runOn(truth, {}, how);
    QVERIFY2(centres.absRel > 1.5 * run.absRel, textOf(centres));
    QVERIFY2(centres.errors.scale > run.errors.scale || grid == kPixels || space == 0,
             textOf(centres));
  }

  void outliersAreLeftOut_data() {
    QTest::addColumn<int>("space");
    QTest::addColumn<int>("estimator");
    QTest::addColumn<int>("grid");
    for (int space = 0; space < 2; ++space) {
      for (const int estimator : {1, 2}) {
        for (int grid = 0; grid < 3; ++grid) {
          QTest::addRow("%s, %s, %s", kSpaces[space], kEstimators[estimator], kGrids[grid])
              << space << estimator << grid;
        }
      }
    }
  }
  void outliersAreLeftOut() {
    FETCH_COMBINATION(how);
    const DepthMap truth = street(18, 150);
    for (const bool intervals : {false, true}) {
      how.intervals = intervals;
      const Run run = runOn(truth, fine(), how, 0.15);
      QVERIFY2(run.errors.scale < 0.04 && run.errors.shift < 0.02, textOf(run));
      QVERIFY2(run.aligned.inlierShare < 0.9, textOf(run));
    }
    how.estimator = AlignmentEstimator::kLeastSquares;
    QVERIFY2(runOn(truth, fine(), how, 0.15).errors.scale > 0.5, "least squares is as good");
  }

  void trimmingLeavesOutliersOut() {
    for (int space = 0; space < 2; ++space) {
      Alignment how = alignmentFor(space, 0, kSamples);
      how.trim = 0.3;
      const Run run = runOn(street(18, 150), fine(), how, 0.1);
      QVERIFY2(run.errors.scale < 0.02, textOf(run));
    }
  }

  // Half of the scene is nearer than one level: its cells say 0 or noise. Taken at their word,
  // they put everything at 0 m.
  void levelZeroDoesNotCount() {
    const DepthMap truth = street(5, 400);
    Degradation how;
    const LowDepth low = degrade(truth, how, "near").low;
    QVERIFY(informationOf(low).informativeShare < 0.6);
    const at::Tensor prediction = predictionOf(truth, AlignmentSpace::kDepth, kDepthLine);
    Alignment squares = alignmentFor(0, 0, kSamples);
    const Aligned masked = align(prediction, PredictionKind::kDepth, low, squares);
    // The same least squares over all cells, their values as they came.
    double n = 0, sx = 0, sy = 0, sxx = 0, sxy = 0;
    for (std::int64_t i = 0; i < low.size().height; ++i) {
      for (std::int64_t k = 0; k < low.size().width; ++k) {
        const double px = prediction[8 * i + 4][8 * k + 4].item<double>();
        const double py = low.levels[i][k].item<double>() * low.metresPerLevel;
        n += 1, sx += px, sy += py, sxx += px * px, sxy += px * py;
      }
    }
    const double scale = (n * sxy - sx * sy) / (n * sxx - sx * sx), shift = (sy - scale * sx) / n;
    const at::Tensor naive = prediction.mul(scale).add(shift);
    const at::Tensor near = truth.metres.lt(16);
    const double good = absRel(masked.metres, truth.metres, near);
    const double bad = absRel(naive, truth.metres, near);
    qInfo("AbsRel of the near half: %.3f, with all cells %.3f", good, bad);
    QVERIFY(good < 0.15 && bad > 3 * good);
    // Whatever the noise at level 0 is, nothing changes.
    LowDepth other = low;
    other.levels = low.levels.masked_fill(low.levels.lt(0.5), 0.3);
    const Aligned same = align(prediction, PredictionKind::kDepth, other, squares);
    QVERIFY(sameBytes(same.metres, masked.metres));
    QVERIFY(same.scale == masked.scale && same.shift == masked.shift);
  }

  // Inverse depth as depth and depth as inverse depth: fitted after inversion.
  void predictionsOfTheOtherKind() {
    const DepthMap truth = street(20, 150);
    const LowDepth low = degrade(truth, fine(), "kinds").low;
    const at::Tensor inverse = truth.metres.reciprocal().mul(7), depth = truth.metres.mul(0.2);
    Alignment how = alignmentFor(0, 2, kSamples);
    const Aligned a = align(inverse, PredictionKind::kInverseDepth, low, how);
    QVERIFY(std::abs(a.scale - 7) < 0.05 && absRel(a.metres, truth.metres) < 0.005);
    how.space = AlignmentSpace::kDisparity;
    const Aligned b = align(depth, PredictionKind::kDepth, low, how);
    QVERIFY(std::abs(b.scale - 0.2) < 0.002 && absRel(b.metres, truth.metres) < 0.005);
  }

  // Sky at 65504 m: neither does it outweigh the rest, nor is it lost.
  void skyIsLeftOut() {
    DepthMap truth = street(6, 150);
    truth.metres.narrow(0, 0, 24).fill_(65504);
    const LowDepth low = degrade(truth, {}, "sky").low;
    const at::Tensor ground = truth.metres.lt(1000);
    for (int space = 0; space < 2; ++space) {
      const AlignmentSpace where = AlignmentSpace(space);
      for (int estimator = 0; estimator < 5; ++estimator) {
        Alignment how = alignmentFor(space, estimator, kSamples);
        // Far, yet on the line in disparity only.
        const at::Tensor prediction =
            predictionOf(truth, where, lineOf(where)).clamp_max(space == 0 ? 100.0 : 1e9);
        const Aligned aligned = align(prediction, kindOf(where), low, how);
        const double wrong = absRel(aligned.metres, truth.metres, ground);
        QVERIFY2(wrong < 0.2,
                 qPrintable(
                     QString("%1 %2: %3").arg(kSpaces[space], kEstimators[estimator]).arg(wrong)));
        QVERIFY(aligned.metres.max().item<double>() <= 1000);
      }
    }
  }

  // Most cells at one level: the median slope of pairs is 0, and the estimator falls back.
  void tiesDoNotFlatten() {
    const DepthMap truth = street(6, 60);
    Alignment how = alignmentFor(0, 2, kSamples);
    const Run run = runOn(truth, {}, how);
    QVERIFY2(run.aligned.state == AlignmentState::kFitted && run.absRel < 0.1, textOf(run));
    how.intervals = false;
    const Run centres = runOn(truth, {}, how);
    QVERIFY(centres.aligned.state == AlignmentState::kScaleOnly);
    QVERIFY2(centres.absRel > 0.2, textOf(centres));
  }

  // The truth's own inverse depth, moved and stretched: what a perfect network would give.
  void realScenes_data() {
    QTest::addColumn<QString>("name");
    QTest::addColumn<double>("bound");
    QTest::newRow("0000") << "0000.npy" << 0.03;
    QTest::newRow("0001, 18 informative cells") << "0001.npy" << 0.1;
    QTest::newRow("0002") << "0002.npy" << 0.03;
    QTest::newRow("0003") << "0003.npy" << 0.03;
  }
  void realScenes() {
    const char* root = std::getenv("FATHOM_REAL_DATA");
    if (!root) QSKIP("FATHOM_REAL_DATA does not name a folder of real samples");
    const std::filesystem::path folder = std::filesystem::path(root) / "ais2024_challenge";
    if (!std::filesystem::exists(folder)) QSKIP("FATHOM_REAL_DATA holds no ais2024_challenge");
    QFETCH(QString, name);
    QFETCH(double, bound);
    const at::Tensor truth = readNpy(folder / "AI4S_train_gt" / name.toStdString(), 480, 640);
    LowDepth low;
    low.levels = readNpy(folder / "AI4S_train_inp" / name.toStdString(), 60, 80);
    QVERIFY(truth.defined() && low.levels.defined());
    low.metresPerLevel = 65535.0 / 4095;
    const at::Tensor inverse = truth.reciprocal().mul(20).add(0.4);
    const at::Tensor within = truth.lt(300);
    for (const AlignmentEstimator estimator :
         {AlignmentEstimator::kTheilSen, AlignmentEstimator::kLeastSquares,
          AlignmentEstimator::kRansac, AlignmentEstimator::kHuber}) {
      Alignment how;
      how.estimator = estimator;
      const Aligned aligned = align(inverse, PredictionKind::kInverseDepth, low, how);
      const double wrong = absRel(aligned.metres, truth, within);
      how.intervals = false;
      const double centres =
          absRel(align(inverse, PredictionKind::kInverseDepth, low, how).metres, truth, within);
      qInfo("%s: AbsRel %.4f, by centres %.4f, %d cells, state %d", kEstimators[int(estimator)],
            wrong, centres, int(aligned.cellsUsed), int(aligned.state));
      QVERIFY(wrong < bound);
      QVERIFY(wrong < centres);
    }
  }
};

QTEST_GUILESS_MAIN(AlignmentScenesTest)
#include "alignment_scenes.moc"
