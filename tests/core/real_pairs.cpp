// The degradation against real pairs of the challenge: what was transmitted is what our formula
// gives, up to noise of the size that the challenge names, and no other formula does.
#include <ATen/ops/empty.h>

#include <QtTest>
#include <filesystem>
#include <fstream>

#include "core/degradation.h"

using namespace fathom;

namespace {

/// A float32 .npy of a known shape; the data follow a header of 128 bytes in all these files.
at::Tensor readNpy(const std::filesystem::path& path, std::int64_t height, std::int64_t width) {
  at::Tensor result = at::empty({height, width}, at::kFloat);
  std::ifstream file(path, std::ios::binary);
  file.ignore(128);
  file.read(static_cast<char*>(result.mutable_data_ptr()), std::streamsize(result.nbytes()));
  return file.gcount() == std::streamsize(result.nbytes()) ? result : at::Tensor();
}

struct Pair {
  DepthMap truth;
  at::Tensor received;
};

struct Fit {
  double additive = 0, relative = 0, logLikelihood = -INFINITY, largest = 0;
  int cells = 0;
};

struct Cell {
  double level, error;
};

double logLikelihood(const std::vector<Cell>& cells, double additive, double relative) {
  double sum = 0;
  for (const Cell& cell : cells) {
    const double part = cell.level * relative;
    const double variance = additive * additive + part * part;
    sum -= std::log(variance) + cell.error * cell.error / variance;
  }
  return sum / 2;
}

/// The σ that explain one image's residuals best, by two rounds of a grid in equal ratios.
Fit fitted(const Pair& pair, const Degradation& how) {
  const at::Tensor noiseless = degrade(pair.truth, how, "real").noiseless;
  const float* d = noiseless.const_data_ptr<float>();
  const float* received = pair.received.const_data_ptr<float>();
  std::vector<Cell> cells;
  for (std::int64_t i = 0; i < noiseless.numel(); ++i) {
    if (d[i] > 0) cells.push_back({d[i], double(received[i]) - double(d[i])});
  }
  Fit best;
  best.cells = int(cells.size());
  double a0 = 1e-3, a1 = 2, r0 = 1e-4, r1 = 1;
  for (int round = 0; round < 2; ++round) {
    constexpr int kSteps = 24;
    const double aRatio = std::pow(a1 / a0, 1.0 / kSteps), rRatio = std::pow(r1 / r0, 1.0 / kSteps);
    for (int i = 0; i <= kSteps; ++i) {
      for (int k = 0; k <= kSteps; ++k) {
        const double a = a0 * std::pow(aRatio, i), r = r0 * std::pow(rRatio, k);
        const double likelihood = logLikelihood(cells, a, r);
        if (likelihood > best.logLikelihood) {
          best.logLikelihood = likelihood;
          best.additive = a;
          best.relative = r;
        }
      }
    }
    a0 = best.additive / aRatio, a1 = best.additive * aRatio;
    r0 = best.relative / rRatio, r1 = best.relative * rRatio;
  }
  for (const Cell& cell : cells) {
    const double sigma = std::hypot(best.additive, cell.level * best.relative);
    best.largest = std::max(best.largest, std::abs(cell.error) / sigma);
  }
  return best;
}

bool explains(const Fit& fit) {
  return fit.additive <= 0.055 && fit.relative <= 0.022 && fit.largest <= 5;
}

}  // namespace

class RealPairsTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void initTestCase() {
    const char* root = std::getenv("FATHOM_REAL_DATA");
    if (!root) QSKIP("FATHOM_REAL_DATA does not name a folder of real samples");
    const std::filesystem::path folder = std::filesystem::path(root) / "ais2024_challenge";
    if (!std::filesystem::exists(folder)) QSKIP("FATHOM_REAL_DATA holds no ais2024_challenge");
    for (const char* name : {"0000.npy", "0001.npy", "0002.npy", "0003.npy"}) {
      const at::Tensor metres = readNpy(folder / "AI4S_train_gt" / name, 480, 640);
      const at::Tensor received = readNpy(folder / "AI4S_train_inp" / name, 60, 80);
      QVERIFY2(metres.defined() && received.defined(), name);
      pairs_.push_back({makeDepthMap(metres), received});
    }
  }

  void formulaExplainsEveryImage() {
    int cells = 0;
    for (const Pair& pair : pairs_) {
      const Fit fit = fitted(pair, {});
      cells += fit.cells;
      const QString text = QString("σa %1, σr %2, largest %3 σ of %4 cells")
                               .arg(fit.additive)
                               .arg(fit.relative)
                               .arg(fit.largest)
                               .arg(fit.cells);
      qInfo().noquote() << text;
      QVERIFY2(explains(fit), qPrintable(text));
    }
    QVERIFY2(cells > 5000, "too few informative cells to prove anything");
  }

  void otherFormulasFail_data() {
    QTest::addColumn<int>("which");
    QTest::newRow("floor of a sixteenth") << 0;
    QTest::newRow("rounding") << 1;
    QTest::newRow("integer cast first") << 2;
    QTest::newRow("sampled at the cell's corner") << 3;
    QTest::newRow("bilinear") << 4;
    QTest::newRow("area") << 5;
  }
  void otherFormulasFail() {
    QFETCH(int, which);
    Degradation how;
    if (which == 0) how.metresPerCode = 16.0 * 4095 / 65535;
    if (which == 1) how.rounding = Rounding::kRound;
    if (which == 3) how.phase = 0;
    if (which == 4) how.sampling = Sampling::kBilinear;
    if (which == 5) how.sampling = Sampling::kArea;
    bool all = true;
    for (Pair pair : pairs_) {
      if (which == 2) pair.truth.metres = pair.truth.metres.floor();
      all = all && explains(fitted(pair, how));
    }
    QVERIFY2(!all, "this formula explains the images as well");
  }

  void nearCellsAreClippedNoise() {
    for (const Pair& pair : pairs_) {
      const Degraded ours = degrade(pair.truth, {}, "real");
      const at::Tensor empty = ours.noiseless.eq(0);
      if (empty.sum().item<int>() < 500) continue;
      const auto zeros = [&](const at::Tensor& levels) {
        return levels.masked_select(empty).eq(0).to(at::kDouble).mean().item<double>();
      };
      QVERIFY(std::abs(zeros(pair.received) - 0.5) < 0.04);
      QVERIFY(std::abs(zeros(ours.low.levels) - 0.5) < 0.04);
    }
  }

 private:
  std::vector<Pair> pairs_;
};

QTEST_GUILESS_MAIN(RealPairsTest)
#include "real_pairs.moc"
