// The interval method on real pairs of the challenge and on real rooms: the figures of
// docs/methods/interval.md.
#include <ATen/ops/abs.h>
#include <ATen/ops/where.h>

#include <QtTest>
#include <filesystem>

#include "core/degradation.h"
#include "datasets/open.h"
#include "models/interval/interval.h"
#include "models/registry.h"
#include "tests/support/maps.h"

using namespace fathom;
using namespace fathom::test;

namespace {

std::filesystem::path real(const char* name) {
  return std::filesystem::path(qEnvironmentVariable("FATHOM_REAL_DATA").toStdString()) / name;
}

/// A pair with all that is known of it.
struct Pair {
  std::string id;
  UpsamplerInput input;
  at::Tensor truth, bicubic;
};

double meanApart(const at::Tensor& depth, const at::Tensor& truth, double clip = 20) {
  return at::abs(depth.clamp(0, clip).sub(truth.clamp(0, clip))).mean().item<double>();
}
double ratioOf(const Pair& pair, const at::Tensor& depth) {
  return meanApart(depth, pair.truth) / meanApart(pair.bicubic, pair.truth);
}

Pair pairOf(const Sample& sample, const LowDepth& low) {
  UpsamplerRegistry methods;
  registerModels(methods);
  Pair pair{sample.id, inputOf(sample, low), sample.truth->metres, {}};
  pair.bicubic = (*methods.create("bicubic", {}))(pair.input, {}).depth.metres;
  return pair;
}

std::vector<Pair> challenge() {
  std::vector<Pair> pairs;
  const auto source = openPath(real("ais2024_challenge"));
  for (std::size_t i = 0; i < source->size(); ++i) {
    if (!source->facts(i).hasTruth) continue;
    const Sample sample = source->load(i, {});
    pairs.push_back(pairOf(sample, *sample.low));
  }
  return pairs;
}

std::vector<Pair> rooms() {
  std::vector<Pair> pairs;
  const auto source = openPath(real("tartanair_v1_hospital"));
  for (std::size_t i = 0; i < source->size(); ++i) {
    if (!source->facts(i).hasTruth) continue;
    const Sample sample = source->load(i, {});
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
      Degradation how;
      how.seed = seed;
      pairs.push_back(pairOf(sample, degrade(*sample.truth, how, sample.id).low));
    }
  }
  return pairs;
}

std::span<const float> levelsOf(const Pair& pair) {
  const at::Tensor& levels = pair.input.low.levels;
  return {levels.const_data_ptr<float>(), static_cast<std::size_t>(levels.numel())};
}

/// The true levels at a pair's cells.
std::vector<double> trueLevels(const Pair& pair) {
  Degradation how;
  const at::Tensor levels = degrade(makeDepthMap(pair.truth), how, "truth").noiseless;
  const auto* first = levels.const_data_ptr<float>();
  return {first, first + levels.numel()};
}

/// ln likelihood of what was received where the truth is at least one level.
double knownLikelihood(std::span<const float> received, const std::vector<double>& truth,
                       double additive, double relative) {
  double sum = 0;
  for (std::size_t i = 0; i < truth.size(); ++i) {
    if (truth[i] < 1) continue;
    const double part = truth[i] * relative;
    const double variance = additive * additive + part * part;
    const double error = double(received[i]) - truth[i];
    sum -= (std::log(variance) + error * error / variance) / 2;
  }
  return sum;
}

/// Between which σr lies with 95 % when the truth is known: the likelihood, with the best σa for
/// each, is within 1.92 of its greatest.
struct Bounds {
  double least = 1, greatest = 0;
};
Bounds likelihoodInterval(std::span<const float> received, const std::vector<double>& truth) {
  std::vector<double> relatives, profile;
  for (double r = 2e-4; r < 0.06; r *= 1.01) {
    double best = -1e300;
    for (double a = 2e-3; a < 0.12; a *= 1.03) {
      best = std::max(best, knownLikelihood(received, truth, a, r));
    }
    relatives.push_back(r);
    profile.push_back(best);
  }
  const double top = *std::ranges::max_element(profile);
  Bounds bounds;
  for (std::size_t i = 0; i < profile.size(); ++i) {
    if (profile[i] < top - 1.92) continue;
    bounds.least = std::min(bounds.least, relatives[i]);
    bounds.greatest = std::max(bounds.greatest, relatives[i]);
  }
  return bounds;
}

/// The constants with all of them changed by up to 30 %, each by its own draw.
IntervalConstants jittered(std::uint64_t draw) {
  IntervalConstants c;
  std::uint64_t j = 0;
  const auto change = [&](double& value) {
    value *= 0.7 + 0.6 * unit("jitter" + std::to_string(draw), j++);
  };
  for (double* value : {&c.built.down,     &c.built.across,  &c.built.up,      &c.natural.down,
                        &c.natural.across, &c.natural.up,    &c.occlusion,     &c.cap,
                        &c.capPerRow,      &c.detailRate,    &c.detailLevel,   &c.roomShare,
                        &c.roomDetailRate, &c.detailLimit,   &c.slopeMiddle,   &c.slopeWidth,
                        &c.colour,         &c.bond,          &c.pull,          &c.reach,
                        &c.tolerance,      &c.least,         &c.agreement,     &c.openness,
                        &c.builtPath,      &c.naturalPath,   &c.room.down,     &c.room.across,
                        &c.room.up,        &c.enclosedShare, &c.enclosedBorder}) {
    change(*value);
  }
  return c;
}

/// The share of pixels whose truth is within this many deviations (beyond 80 m counts as 80 m).
double within(const Pair& pair, const Prediction& prediction, double deviations) {
  const at::Tensor off =
      at::abs(prediction.depth.metres.clamp_max(80).sub(pair.truth.clamp_max(80)));
  return off.le(prediction.uncertainty->mul(deviations)).to(at::kFloat).mean().item<double>();
}

}  // namespace

class IntervalRealTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void initTestCase() {
    if (qEnvironmentVariableIsEmpty("FATHOM_REAL_DATA")) {
      QSKIP("FATHOM_REAL_DATA names no folder of real samples");
    }
    for (const char* folder : {"ais2024_challenge", "tartanair_v1_hospital"}) {
      if (!std::filesystem::exists(real(folder))) {
        QSKIP(qPrintable(QString("FATHOM_REAL_DATA has no ") + folder));
      }
    }
    challenge_ = challenge();
    rooms_ = rooms();
    QVERIFY(challenge_.size() >= 4 && rooms_.size() >= 6);
  }

  void theNoiseIsThatOfTheTruth() {
    // σa as measured with the truth at hand, pair by pair.
    const std::map<std::string, double> additive{{"train-0000", 0.0372},
                                                 {"train-0001", 0.0317},
                                                 {"train-0002", 0.0166},
                                                 {"train-0003", 0.0213}};
    for (const Pair& pair : challenge_) {
      const LevelNoise noise = fitNoise(levelsOf(pair));
      const Bounds bounds = likelihoodInterval(levelsOf(pair), trueLevels(pair));
      const QString found = QString("%1: σa %2, σr %3 in [%4, %5]")
                                .arg(QString::fromStdString(pair.id))
                                .arg(noise.additive)
                                .arg(noise.relative)
                                .arg(bounds.least)
                                .arg(bounds.greatest);
      qInfo().noquote() << found;
      if (additive.contains(pair.id)) {
        QVERIFY2(std::abs(noise.additive / additive.at(pair.id) - 1) < 0.1, qPrintable(found));
      }
      QVERIFY2(noise.relative >= bounds.least && noise.relative <= bounds.greatest,
               qPrintable(found));
    }
  }

  void challengeBars() { holds(challenge_, 0.4, 0.25); }
  void roomBars() { holds(rooms_, 0.8, 0.7); }

  void noConstantIsCritical() {
    double worst = 0;
    for (std::uint64_t draw = 0; draw < 12; ++draw) {
      double sum = 0;
      for (const Pair& pair : challenge_) {
        const Prediction prediction = intervalUpsample(pair.input, jittered(draw), {});
        sum += ratioOf(pair, prediction.depth.metres) / double(challenge_.size());
      }
      worst = std::max(worst, sum);
    }
    qInfo() << "worst mean ratio with all constants changed by up to 30 %:" << worst;
    QVERIFY2(worst < 0.35, qPrintable(QString::number(worst)));
  }

  void informativeIntervalsHold() {
    for (const Pair& pair : challenge_) {
      const IntervalAnalysis found = analyse(pair.input, {}, {});
      const std::vector<double> truth = trueLevels(pair);
      int inside = 0, informative = 0;
      for (std::size_t i = 0; i < truth.size(); ++i) {
        if (found.cells.state[i] != CellState::kInformative) continue;
        informative += 1;
        inside += truth[i] >= found.cells.least[i] && truth[i] <= found.cells.greatest[i] ? 1 : 0;
      }
      qInfo().noquote() << QString("%1: %2 of %3 informative cells inside")
                               .arg(QString::fromStdString(pair.id))
                               .arg(inside)
                               .arg(informative);
      QVERIFY2(inside >= 0.97 * informative, pair.id.c_str());
    }
  }

  void uncertaintyIsCalibrated() {
    double oneDeviation = 0, twoDeviations = 0, interval = 0;
    for (const Pair& pair : challenge_) {
      const Prediction prediction = intervalUpsample(pair.input, {}, {});
      const double part = 1.0 / double(challenge_.size());
      oneDeviation += part * within(pair, prediction, 1);
      twoDeviations += part * within(pair, prediction, 2);
      const at::Tensor inside = pair.truth.ge(prediction.interval->lower)
                                    .logical_and(pair.truth.le(prediction.interval->upper));
      interval += part * inside.to(at::kFloat).mean().item<double>();
    }
    qInfo() << "within 1 and 2 deviations and the 95 % interval:" << oneDeviation << twoDeviations
            << interval;
    QVERIFY(oneDeviation > 0.6 && oneDeviation < 0.85);
    QVERIFY(twoDeviations > 0.9);
    QVERIFY(interval > 0.95);
  }

 private:
  /// Errors as shares of bicubic's: below `each` on every pair and below `mean` on average.
  static void holds(const std::vector<Pair>& pairs, double each, double mean) {
    double sum = 0;
    for (const Pair& pair : pairs) {
      const Prediction prediction = intervalUpsample(pair.input, {}, {});
      const double ratio = ratioOf(pair, prediction.depth.metres);
      qInfo().noquote() << QString("%1: %2 m, %3 of bicubic, within one deviation %4")
                               .arg(QString::fromStdString(pair.id))
                               .arg(meanApart(prediction.depth.metres, pair.truth))
                               .arg(ratio)
                               .arg(within(pair, prediction, 1));
      QVERIFY2(ratio < each, pair.id.c_str());
      sum += ratio / double(pairs.size());
    }
    QVERIFY2(sum < mean, qPrintable(QString::number(sum)));
  }

  std::vector<Pair> challenge_, rooms_;
};

QTEST_GUILESS_MAIN(IntervalRealTest)
#include "interval_real.moc"
