// Neighbouring frames of a trajectory: they fix scale where their poses are right, are refused
// where they are not, and change nothing where there are none.
#include <ATen/ops/abs.h>
#include <ATen/ops/equal.h>

#include <QtTest>
#include <filesystem>

#include "core/degradation.h"
#include "core/error.h"
#include "datasets/open.h"
#include "datasets/scenes/scene_source.h"
#include "models/interval/interval.h"
#include "models/interval/relative_view.h"
#include "models/registry.h"
#include "tests/support/maps.h"

using namespace fathom;
using namespace fathom::test;

namespace {

double meanApart(const at::Tensor& depth, const at::Tensor& truth) {
  return at::abs(depth.clamp_max(20).sub(truth.clamp_max(20))).mean().item<double>();
}

double inside(const Prediction& made, const at::Tensor& truth) {
  const at::Tensor in = truth.ge(made.interval->lower).logical_and(truth.le(made.interval->upper));
  return in.to(at::kFloat).mean().item<double>();
}

LowDepth lowOf(const Sample& sample, std::uint64_t seed = 1) {
  Degradation how;
  how.seed = seed;
  return degrade(*sample.truth, how, sample.id).low;
}

/// Frame 40 of a scene among the frames around it.
struct Place {
  Sample sample;
  UpsamplerInput single, around;
};
Place placeOf(int scene, int eachSide = 2) {
  const auto source = openScenes("scenes:" + std::to_string(scene) + "@60");
  Place place{source->load(40, {}), {}, {}};
  place.single = place.around = inputOf(place.sample, lowOf(place.sample));
  for (const std::size_t frame : source->framesAround(40, {eachSide, 4})) {
    const Sample other = source->load(frame, {});
    place.around.neighbours.push_back(*neighbourOf(other, lowOf(other)));
  }
  return place;
}

Prediction run(const UpsamplerInput& input) {
  return intervalUpsample(input, {}, {});
}

bool sameResults(const Prediction& a, const Prediction& b) {
  return at::equal(a.depth.metres, b.depth.metres) && at::equal(*a.uncertainty, *b.uncertainty) &&
         at::equal(a.interval->lower, b.interval->lower) &&
         at::equal(a.interval->upper, b.interval->upper);
}

std::string shown(double one, double other) {
  return std::to_string(one) + " and " + std::to_string(other);
}

}  // namespace

class IntervalFramesTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void framesFixScale_data() {
    QTest::addColumn<int>("scene");
    QTest::addColumn<double>("ratio");
    QTest::newRow("room 0") << 0 << 0.6;
    QTest::newRow("room 4") << 4 << 0.65;
    QTest::newRow("corridor 1") << 1 << 0.6;
    QTest::newRow("corridor 5") << 5 << 0.65;
    QTest::newRow("street 2") << 2 << 0.95;
    QTest::newRow("country 3") << 3 << 0.7;
  }
  void framesFixScale() {
    QFETCH(int, scene);
    QFETCH(double, ratio);
    const Place place = placeOf(scene);
    const at::Tensor& truth = place.sample.truth->metres;
    const Prediction with = run(place.around);
    const double one = meanApart(run(place.single).depth.metres, truth);
    const double more = meanApart(with.depth.metres, truth);
    QVERIFY2(more < ratio * one, shown(more, one).c_str());
    QVERIFY2(inside(with, truth) > 0.94, shown(inside(with, truth), 0).c_str());
    QVERIFY(with.stamp.empty());
    QCOMPARE(with.innerMaps.size(), std::size_t{9 + 4});
    QCOMPARE(with.innerMaps.back().id, std::string("trust_4"));
  }

  void wrongPosesAreRefused_data() {
    QTest::addColumn<int>("scene");
    for (const int scene : {0, 1, 2, 3}) QTest::addRow("scene %d", scene) << scene;
  }
  void wrongPosesAreRefused() {
    QFETCH(int, scene);
    const Place place = placeOf(scene);
    UpsamplerInput wrong = place.around;
    std::uint64_t draw = 0;
    for (NeighbourFrame& each : wrong.neighbours) {
      for (double& t : each.pose.translation) t += unit("move", draw++) - 0.5;
      for (double& q : each.pose.rotation) q += 0.3 * (unit("turn", draw++) - 0.5);
    }
    const at::Tensor& truth = place.sample.truth->metres;
    const double one = meanApart(run(place.single).depth.metres, truth);
    const double more = meanApart(run(wrong).depth.metres, truth);
    QVERIFY2(more < 1.1 * one, shown(more, one).c_str());
  }

  void aTurnOnTheSpotSaysNothing() {
    // The frame itself as its own neighbour: no baseline, no evidence.
    Place place = placeOf(0, 0);
    place.around.neighbours = {*neighbourOf(place.sample, place.single.low)};
    const Prediction made = run(place.around);
    QVERIFY(sameResults(made, run(place.single)));
    QCOMPARE(made.stamp, std::string("no neighbour of use"));
  }

  void plainPicturesKeepThePrior() {
    Place place = placeOf(0, 1);
    place.single.rgb = place.around.rgb = place.around.rgb.clone().fill_(90);
    for (auto& each : place.around.neighbours) each.rgb = each.rgb.clone().fill_(90);
    QVERIFY(sameResults(run(place.around), run(place.single)));
  }

  void withoutNeighboursNothingChanges() {
    const Place place = placeOf(1, 0);
    UpsamplerRegistry methods;
    registerModels(methods);
    const UpsamplerInfo& info = methods.info("interval");
    QVERIFY((framesWanted(info, {}) == FramesWanted{0, 4}));
    const Values two{{"frames", std::int64_t{2}}, {"frame_stride", std::int64_t{3}}};
    QVERIFY((framesWanted(info, two) == FramesWanted{2, 3}));
    QVERIFY((framesWanted(info, {{"frames", std::int64_t{99}}}) == FramesWanted{}));
    QVERIFY((framesWanted(methods.info("bicubic"), {}) == FramesWanted{}));
    const Prediction single = (*methods.create("interval", {}))(place.single, {});
    const Prediction alone = (*methods.create("interval", two))(place.single, {});
    QVERIFY(sameResults(single, alone) && single.innerMaps.size() == alone.innerMaps.size());
    QVERIFY(single.stamp.empty());
    QCOMPARE(alone.stamp, std::string("no neighbours"));
    UpsamplerInput lost = placeOf(1, 1).around;
    // Given for the sake of another method.
    QVERIFY(sameResults((*methods.create("interval", {}))(lost, {}), single));
    lost.pose.reset();
    QVERIFY(sameResults(run(lost), single));
  }

  void theSameBytesOnAnyNumberOfThreads() {
    const Place place = placeOf(1, 1);
    const auto with = [&](int count) {
      const Threads threads(count);
      return run(place.around);
    };
    const Prediction one = with(1);
    QVERIFY(sameResults(with(2), one) && sameResults(with(5), one));
  }

  void oddNeighboursAreBorneOrNamed() {
    Place place = placeOf(0, 1);
    const Prediction single = run(place.single);
    const double nan = std::nan("");
    UpsamplerInput odd = place.around;
    odd.neighbours[0].pose.translation[1] = nan;
    odd.neighbours[1].pose.rotation = {0, 0, 0, 0};
    QVERIFY(sameResults(run(odd), single));
    odd = place.around;
    odd.neighbours[0].pose.translation[0] = 1e300;
    odd.neighbours[1].intrinsics.fx = 0;
    QVERIFY(sameResults(run(odd), single));
    odd = place.around;
    odd.neighbours[0].rgb = odd.neighbours[0].rgb.to(at::kFloat);
    QVERIFY_EXCEPTION_THROWN(run(odd), BadInput);
    odd.neighbours[0] = place.around.neighbours[0];
    odd.neighbours[0].rgb = odd.neighbours[0].rgb.slice(2, 0, 64).contiguous();
    QVERIFY_EXCEPTION_THROWN(run(odd), BadInput);
    std::stop_source stop;
    stop.request_stop();
    QVERIFY_EXCEPTION_THROWN(intervalUpsample(place.around, {}, {stop.get_token(), {}}), Cancelled);
  }

  void viewsAreRelative() {
    // A quarter turn to the right about the down axis, 2 m forward and 1 m to the right.
    const double half = std::sqrt(0.5);
    const Pose from{{1, 2, 3}, {0, 0, 0, 1}}, to{{3, 3, 3}, {0, 0, half, half}};
    const auto view = relativeView(from, to);
    QVERIFY(view);
    // What is 5 m before the first camera: 3 m to the left of the second, 1 m behind it.
    const double seen[3] = {5 * view->rotation[2] + view->translation[0],
                            5 * view->rotation[5] + view->translation[1],
                            5 * view->rotation[8] + view->translation[2]};
    QVERIFY(std::abs(seen[0] + 3) < 1e-9 && std::abs(seen[1]) < 1e-9);
    QVERIFY(std::abs(seen[2] + 1) < 1e-9);
  }

  void aRealPair() {
    if (!qEnvironmentVariableIsSet("FATHOM_REAL_DATA")) QSKIP("FATHOM_REAL_DATA is not set");
    const std::filesystem::path root = qEnvironmentVariable("FATHOM_REAL_DATA").toStdString();
    const auto source = openPath(root / "tartanair_v1_hospital");
    for (std::size_t i = 0; i < 2; ++i) {
      const Sample sample = source->load(i, {});
      QVERIFY((source->framesAround(i, {1, 1}) == std::vector<std::size_t>{1 - i}));
      const Sample other = source->load(1 - i, {});
      for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        UpsamplerInput input = inputOf(sample, lowOf(sample, seed));
        const at::Tensor& truth = sample.truth->metres;
        const double one = meanApart(run(input).depth.metres, truth);
        input.neighbours = {*neighbourOf(other, lowOf(other, seed))};
        const Prediction made = run(input);
        const double more = meanApart(made.depth.metres, truth);
        qInfo("%s: %.3f alone, %.3f with the other, %.3f inside", sample.id.c_str(), one, more,
              inside(made, truth));
        QVERIFY2(more < 0.75 * one, shown(more, one).c_str());
      }
    }
  }
};

QTEST_GUILESS_MAIN(IntervalFramesTest)
#include "interval_frames.moc"
