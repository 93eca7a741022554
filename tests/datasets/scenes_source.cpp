#include "datasets/scenes/scene_source.h"

#include <ATen/Parallel.h>
#include <ATen/ops/equal.h>

#include <QtTest>
#include <atomic>
#include <thread>

#include "core/error.h"
#include "datasets/scenes/scene_cache.h"

using namespace fathom;

namespace {

bool sameBytes(const Sample& a, const Sample& b) {
  return a.id == b.id && at::equal(a.rgb, b.rgb) && at::equal(a.truth->metres, b.truth->metres) &&
         at::equal(a.truth->reason, b.truth->reason) &&
         a.pose->translation == b.pose->translation && a.pose->rotation == b.pose->rotation;
}

QString problemOf(const std::string& text) {
  try {
    parseScenes(text);
  } catch (const BadInput& error) {
    return QString::fromUtf8(error.what());
  }
  return {};
}

}  // namespace

class ScenesSourceTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void framesAroundAreOfTheSameScene() {
    const auto source = openScenes("scenes:3-4@5");
    using Frames = std::vector<std::size_t>;
    QVERIFY((source->framesAround(2, {2, 1}) == Frames{1, 3, 0, 4}));
    QVERIFY((source->framesAround(5, {2, 2}) == Frames{7, 9}));
    QVERIFY((source->framesAround(4, {1, 1}) == Frames{3}));
    QVERIFY(openScenes("scenes:3-4")->framesAround(0, {4, 1}).empty());
  }

  void readsSpans_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("first");
    QTest::addColumn<int>("last");
    QTest::addColumn<int>("frames");
    QTest::newRow("one") << "scenes:7" << 7 << 7 << 1;
    QTest::newRow("range") << "scenes:0-19" << 0 << 19 << 1;
    QTest::newRow("frames") << "scenes:3-4@25" << 3 << 4 << 25;
    QTest::newRow("frames of one") << "scenes:12@1000" << 12 << 12 << 1000;
    QTest::newRow("all") << "scenes:0-9999" << 0 << 9999 << 1;
    QTest::newRow("equal ends") << "scenes:5-5" << 5 << 5 << 1;
  }
  void readsSpans() {
    QFETCH(QString, text);
    QFETCH(int, first);
    QFETCH(int, last);
    QFETCH(int, frames);
    const SceneSpan span = parseScenes(text.toStdString());
    QCOMPARE(span.first, first);
    QCOMPARE(span.last, last);
    QCOMPARE(span.frames, frames);
    QVERIFY(parseScenes(printScenes(span)) == span);
  }

  void refusesWhatIsNoSpan_data() {
    QTest::addColumn<QString>("text");
    for (const char* text : {"",
                             "scenes",
                             "scenes:",
                             "scene:1",
                             "scenes:-1",
                             "scenes:a",
                             "scenes:1-",
                             "scenes:-",
                             "scenes:2-1",
                             "scenes:0-10000",
                             "scenes:10000",
                             "scenes:1@0",
                             "scenes:1@1001",
                             "scenes:1@",
                             "scenes:1@x",
                             "scenes:1-2-3",
                             "scenes:1@2@3",
                             "scenes: 1",
                             "scenes:1 ",
                             "scenes:1.5",
                             "scenes:+1",
                             "scenes:99999999999999999999",
                             "scenes:1@-5",
                             "Scenes:1"}) {
      QTest::newRow(text) << text;
    }
  }
  void refusesWhatIsNoSpan() {
    QFETCH(QString, text);
    const QString problem = problemOf(text.toStdString());
    QVERIFY2(!problem.isEmpty(), qPrintable(text + " was accepted"));
    QVERIFY2(problem.contains("scenes:A-B@N"), qPrintable(problem));
    QVERIFY2(problem.contains("9999"), qPrintable(problem));
  }

  void errorSaysWhatIsWrong() {
    QVERIFY(problemOf("scenes:2-1").contains("before"));
    QVERIFY(problemOf("scenes:1@0").contains("number of frames"));
    QVERIFY(problemOf("scenes:12345").contains("first scene"));
    QVERIFY(problemOf("scenes:1-99999").contains("last scene"));
  }

  void refusesImpossibleSpans() {
    for (const SceneSpan span : {SceneSpan{-1, 3, 1}, SceneSpan{3, 2, 1}, SceneSpan{0, 10000, 1},
                                 SceneSpan{0, 1, 0}, SceneSpan{0, 1, 1001}}) {
      QVERIFY_EXCEPTION_THROWN(makeSceneSource({span}), BadInput);
    }
  }

  void listsIdsInOrder() {
    const SampleSourcePtr source = makeSceneSource({{7, 8, 2}, {123, 123, 1}});
    QCOMPARE(source->size(), std::size_t{5});
    const char* ids[] = {"scene-0007-000", "scene-0007-001", "scene-0008-000", "scene-0008-001",
                         "scene-0123-000"};
    for (std::size_t i = 0; i < 5; ++i) QCOMPARE(source->id(i), std::string(ids[i]));
    QVERIFY_EXCEPTION_THROWN(source->id(5), BadInput);
    QVERIFY_EXCEPTION_THROWN(source->load(5, {}), BadInput);
    QVERIFY_EXCEPTION_THROWN(source->thumbnail(5), BadInput);
    QVERIFY_EXCEPTION_THROWN(source->facts(5), BadInput);
    QVERIFY_EXCEPTION_THROWN(source->pictureSize(5, {}), BadInput);
    QVERIFY(source->pictureSize(4, {}) == source->load(4, {}).size());
  }

  void knowsItsFacts() {
    const SampleSourcePtr source = makeSceneSource(defaultScenes());
    QCOMPARE(source->size(), std::size_t{20});
    QCOMPARE(source->title(), std::string("embedded scenes"));
    QCOMPARE(source->id(19), std::string("scene-0019-000"));
    for (std::size_t i = 0; i < source->size(); ++i) {
      QVERIFY(source->facts(i).hasTruth);
      QVERIFY(!source->facts(i).hasLow);
    }
    QCOMPARE(makeSceneSource({})->size(), std::size_t{0});
    QCOMPARE(openScenes("scenes:0-9999@1000")->size(), std::size_t{10000000});
    QCOMPARE(openScenes("scenes:0-9999@1000")->id(9999999), std::string("scene-9999-999"));
  }

  void loadsAWholeSample() {
    const Sample sample = openScenes("scenes:1")->load(0, {});
    check(sample);
    QCOMPARE(sample.id, std::string("scene-0001-000"));
    QVERIFY((sample.size() == Size{480, 640}));
    QVERIFY(sample.intrinsics == (Intrinsics{320, 320, 320, 240}));
    QVERIFY(sample.truth && sample.pose && !sample.low);
    double norm = 0;
    for (const double q : sample.pose->rotation) norm += q * q;
    QVERIFY(std::fabs(norm - 1) < 1e-12);
    QVERIFY(sample.pose->translation[2] < -1);  // z points down: the camera is above the floor
  }

  void sameBytesInAnyOrderAndOnAnyThreads() {
    const SampleSourcePtr source = openScenes("scenes:2-3@2");
    const int before = at::get_num_threads();
    std::vector<Sample> first;
    at::set_num_threads(1);
    for (std::size_t i = 0; i < source->size(); ++i) first.push_back(source->load(i, {}));
    at::set_num_threads(3);
    const SampleSourcePtr again = openScenes("scenes:2-3@2");
    for (std::size_t i = source->size(); i-- > 0;) {
      QVERIFY2(sameBytes(again->load(i, {}), first[i]), first[i].id.c_str());
    }
    at::set_num_threads(before);
    QVERIFY(!at::equal(first[0].rgb, first[1].rgb));
    QVERIFY(!at::equal(first[0].rgb, first[2].rgb));
  }

  void sameBytesForManyCallersAtOnce() {
    const SampleSourcePtr source = openScenes("scenes:4-5");
    const Sample expected[2] = {source->load(0, {}), source->load(1, {})};
    const SampleSourcePtr fresh = openScenes("scenes:4-5");
    std::atomic<int> same{0};
    {
      std::vector<std::jthread> callers;
      for (std::size_t i = 0; i < 4; ++i) {
        callers.emplace_back(
            [&, i] { same += sameBytes(fresh->load(i % 2, {}), expected[i % 2]); });
      }
    }
    QCOMPARE(same.load(), 4);
  }

  void thumbnailsLookLikeTheirScenes() {
    const SampleSourcePtr source = openScenes("scenes:0-3");
    for (std::size_t i = 0; i < source->size(); ++i) {
      const Thumbnail small = source->thumbnail(i);
      QCOMPARE(small.width, 96);
      QCOMPARE(small.height, 72);
      QCOMPARE(small.rgb.size(), std::size_t{96 * 72 * 3});
      const Thumbnail large = makeThumbnail(source->load(i, {}).rgb);
      double off = 0;
      for (std::size_t k = 0; k < small.rgb.size(); ++k)
        off += std::abs(small.rgb[k] - large.rgb[k]);
      off /= static_cast<double>(small.rgb.size());
      QVERIFY2(off < 24, qPrintable(QString("scene %1: mean difference %2").arg(i).arg(off)));
    }
  }

  void thumbnailsRepeat() {
    const SampleSourcePtr source = openScenes("scenes:0-5"), other = openScenes("scenes:0-5");
    for (std::size_t i = 0; i < source->size(); ++i) {
      QVERIFY(source->thumbnail(i).rgb == other->thumbnail(i).rgb);
    }
  }

  void stopsWhenAsked() {
    const SampleSourcePtr source = openScenes("scenes:2");
    std::stop_source stop;
    int reports = 0;
    Progress progress{stop.get_token(), [&](double part, std::string_view) {
                        ++reports;
                        if (part > 0.5) stop.request_stop();
                      }};
    QVERIFY_EXCEPTION_THROWN(source->load(0, progress), Cancelled);
    QVERIFY(reports > 5);
    const int then = reports;
    QVERIFY_EXCEPTION_THROWN(source->load(0, progress), Cancelled);
    QCOMPARE(reports, then);
    QVERIFY(source->load(0, {}).truth.has_value());  // nothing is left behind
  }

  void reportsGrowingProgress() {
    double last = -1;
    bool grows = true;
    Progress progress{{}, [&](double part, std::string_view) {
                        grows = grows && part >= last && part >= 0 && part <= 1;
                        last = part;
                      }};
    openScenes("scenes:0")->load(0, progress);
    QVERIFY(grows);
    QVERIFY(last > 0.9);
  }

  void cacheKeepsTheScenesUsedLast() {
    scenes::SceneCache cache(2, scenes::TreeQuality::kQuick);
    QVERIFY(!cache.peek(0));
    const scenes::BuiltScenePtr zero = cache.get(0);
    QCOMPARE(cache.get(0), zero);
    QCOMPARE(cache.peek(0), zero);
    cache.get(1);
    cache.get(0);
    cache.get(5);  // drops 1, which was used least lately
    QCOMPARE(cache.size(), std::size_t{2});
    QCOMPARE(cache.peek(0), zero);
    QVERIFY(!cache.peek(1));
    QVERIFY(cache.peek(5) != nullptr);
  }

  void cacheBuildsOnceForAll() {
    scenes::SceneCache cache(2, scenes::TreeQuality::kQuick);
    std::vector<scenes::BuiltScenePtr> got(6);
    {
      std::vector<std::jthread> callers;
      for (auto& scene : got) callers.emplace_back([&] { scene = cache.get(2); });
    }
    for (const auto& scene : got) QCOMPARE(scene, got.front());
    QVERIFY(got.front() != nullptr);
  }
};

QTEST_GUILESS_MAIN(ScenesSourceTest)
#include "scenes_source.moc"
