// A degradation as values of a form, its presets, and what a transmitted map tells.
#include <ATen/ops/from_blob.h>
#include <ATen/ops/full.h>

#include <QtTest>

#include "core/degradation.h"
#include "core/error.h"
#include "core/information.h"
#include "tests/support/maps.h"

using namespace fathom;
using namespace fathom::test;

namespace {

LowDepth lowOf(std::vector<float> levels) {
  const auto count = std::int64_t(levels.size());
  LowDepth low;
  low.levels = at::from_blob(levels.data(), {1, count}, at::kFloat).clone();
  low.metresPerLevel = 16;
  return low;
}

}  // namespace

class DegradationValuesTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void presetsReadBackAsThemselves() {
    for (const DegradationPreset& preset : degradationPresets()) {
      QCOMPARE(preset.values.preset, preset.id);
      preset.values.check();
      QVERIFY(degradationFromValues(toValues(preset.values)) == preset.values);
      QVERIFY(degradationPreset(preset.id) == preset.values);
      QVERIFY(!preset.title.empty() && !preset.note.empty());
    }
    QCOMPARE(degradationPresets().front().id, std::string("challenge-measured"));
    QVERIFY(degradationPresets().front().values == Degradation{});
  }

  void initialValuesAreTheDefaultPreset() {
    QVERIFY(degradationFromValues({}) == Degradation{});
    QVERIFY(initialValues(degradationSettings()) == toValues(Degradation{}));
  }

  void paperPresetIsWhatThePaperSays() {
    const Degradation paper = degradationPreset("paper-literal");
    QVERIFY(!paper.drawSigmas && !paper.clipBelowZero);
    QVERIFY(std::abs(paper.sigmaRelative - 0.1414213562) < 1e-9);
    QVERIFY(std::abs(paper.sigmaAdditive - 0.2236067977) < 1e-9);
    QVERIFY(has(degradationPresets()[1].note, "does not settle"));
  }

  void unknownPresetListsTheKnown() {
    const std::string said = messageOf<BadInput>([] { degradationPreset("challenge"); });
    QVERIFY(has(said, "challenge-measured") && has(said, "paper-literal"));
  }

  void anyEditIsCustomAndReadsBack() {
    const Values start = toValues(Degradation{});
    for (const auto& [name, value] : Values{{"source_bits", std::int64_t{14}},
                                            {"target_bits", std::int64_t{10}},
                                            {"metres_per_code", 0.001},
                                            {"rounding", std::string("round")},
                                            {"factor", std::int64_t{5}},
                                            {"sampling", std::string("area")},
                                            {"phase", std::int64_t{0}},
                                            {"draw_sigmas", false},
                                            {"sigma_r", 0.021},
                                            {"sigma_a", 0.0},
                                            {"clip", false}}) {
      Values edited = start;
      edited[name] = value;
      const Degradation how = degradationFromValues(edited);
      QVERIFY2(how.preset == "custom", name.c_str());
      QVERIFY2(!(how == Degradation{}) && toValues(how) == edited, name.c_str());
      QVERIFY2(degradationFromValues(toValues(how)) == how, name.c_str());
      edited[name] = start.at(name);
      QCOMPARE(degradationFromValues(edited).preset, std::string("challenge-measured"));
    }
  }

  void seedDoesNotMakeItCustom() {
    const Degradation how = degradationFromValues({{"seed", std::int64_t{77}}});
    QCOMPARE(how.preset, std::string("challenge-measured"));
    QCOMPARE(how.seed, std::uint64_t{77});
  }

  void everySamplingReadsBack() {
    for (int i = 0; i < 4; ++i) {
      Degradation how;
      how.sampling = Sampling(i);
      QVERIFY(degradationFromValues(toValues(how)).sampling == how.sampling);
    }
  }

  void phaseFollowsASmallerFactor() {
    const Degradation how =
        degradationFromValues({{"factor", std::int64_t{2}}, {"phase", std::int64_t{7}}});
    QCOMPARE(how.phase, 1);
    how.check();
  }

  void badValuesAreRefused() {
    for (const auto& [name, value] : Values{{"factor", std::int64_t{17}},
                                            {"sampling", std::string("cubic")},
                                            {"sigma_r", -0.1},
                                            {"clip", std::int64_t{1}},
                                            {"metres_per_code", double(NAN)},
                                            {"bits", std::int64_t{8}}}) {
      const std::string said = messageOf<BadInput>([&, n = name, v = value] {
        degradationFromValues({{n, v}});
      });
      QVERIFY2(has(said, name), said.c_str());
    }
  }

  void phaseOfTheCellsCentre() {
    Degradation how;
    for (const auto& [factor, nearest, others] : std::vector<std::tuple<int, double, double>>{
             {1, 0, 0}, {2, 1, 0.5}, {3, 1, 1}, {8, 4, 3.5}, {16, 8, 7.5}}) {
      how.factor = factor;
      how.sampling = Sampling::kNearestExact;
      QCOMPARE(how.samplingPhase(), nearest);
      for (const Sampling s : {Sampling::kBilinear, Sampling::kBicubic, Sampling::kArea}) {
        how.sampling = s;
        QCOMPARE(how.samplingPhase(), others);
      }
    }
    how.phase = 3;  // a mean of all pixels has no other centre
    QCOMPARE(how.samplingPhase(), 7.5);
    how.sampling = Sampling::kBilinear;
    QCOMPARE(how.samplingPhase(), 3.0);
  }

  void informationOfEachKindOfCell() {
    const Information found = informationOf(lowOf({0, 0.01f, 0.49f, 0.5f, 0.99f, 1, 4200, -0.2f}));
    const std::vector<std::uint8_t> wanted{2, 1, 1, 0, 0, 0, 0, 1};
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      QCOMPARE(found.cells.const_data_ptr<std::uint8_t>()[i], wanted[i]);
    }
    QCOMPARE(found.informativeShare, 0.5);
    QCOMPARE(found.noiseOnlyShare, 0.5);
    QCOMPARE(found.clippedShare, 0.125);
    QCOMPARE(found.metresPerLevel, 16.0);
  }

  void informationAgreesWithTheTruth() {
    const DepthMap truth = someTruth("information", {480, 640}, 500, 0);
    const Degraded degraded = degrade(truth, {}, "information");
    const at::Tensor informative =
        informationOf(degraded.low).cells.eq(int(CellInformation::kInformative));
    QVERIFY(informative.eq(degraded.noiseless.ge(1)).all().item<bool>());
  }

  void informationOfNanIsNoise() {
    QCOMPARE(informationOf(lowOf({NAN})).noiseOnlyShare, 1.0);
    QVERIFY_EXCEPTION_THROWN(informationOf({}), BadInput);
  }

  void shareBelowOneLevelCountsWhatCounts() {
    DepthMap truth = flatMap({1, 4}, 20);
    truth.metres[0][0] = 15.9;
    truth.metres[0][1] = 1;
    truth.reason[0][1] = int(Reason::kMissing);
    QCOMPARE(shareBelowOneLevel(truth, 16), 1.0 / 3);
    truth.reason.fill_(int(Reason::kOutside));
    QVERIFY(std::isnan(shareBelowOneLevel(truth, 16)));
  }

  void transmittedMapsAreChecked() {
    const LowDepth good = lowOf({1, 2});
    check(good);
    const auto refused = [&](auto&& change) {
      LowDepth bad = good;
      change(bad);
      return !messageOf<BadInput>([&] { check(bad); }).empty();
    };
    QVERIFY(refused([](LowDepth& low) { low.levels = at::Tensor(); }));
    QVERIFY(refused([](LowDepth& low) { low.levels = low.levels.flatten(); }));
    QVERIFY(refused([](LowDepth& low) { low.levels = low.levels.to(at::kDouble); }));
    QVERIFY(refused([](LowDepth& low) { low.levels = low.levels.narrow(1, 0, 0); }));
    QVERIFY(refused([](LowDepth& low) { low.metresPerLevel = 0; }));
    QVERIFY(refused([](LowDepth& low) { low.factorX = NAN; }));
    QVERIFY(refused([](LowDepth& low) { low.factorY = -2; }));
    QVERIFY(refused([](LowDepth& low) { low.phaseX = INFINITY; }));
  }
};

QTEST_GUILESS_MAIN(DegradationValuesTest)
#include "degradation_values.moc"
