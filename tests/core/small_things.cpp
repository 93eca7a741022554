// The small nouns: progress, errors, devices, depth maps, samples, thumbnails, clouds, registry.
#include <ATen/Parallel.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/full.h>
#include <ATen/ops/zeros.h>
#include <c10/util/Exception.h>

#include <QtTest>
#include <mutex>
#include <new>
#include <set>

#include "core/device.h"
#include "core/error.h"
#include "core/parallel.h"
#include "core/point_cloud.h"
#include "core/sample_source.h"
#include "core/stopwatch.h"
#include "core/upsampler.h"
#include "tests/support/maps.h"

using namespace fathom;
using namespace fathom::test;

namespace {

/// What rethrowAsOurs makes of an exception.
template <class Wanted, class Thrown>
std::string rethrown(const Thrown& thrown) {
  return messageOf<Wanted>([&] {
    try {
      throw thrown;
    } catch (...) {
      rethrowAsOurs("sample-7");
    }
  });
}

class Echo : public Upsampler {
 public:
  explicit Echo(std::int64_t times) : times_(times) {}
  Prediction operator()(const UpsamplerInput& input, const Progress&) const override {
    return {makePrediction(input.low.levels.mul(times_)), {}, 0};
  }

 private:
  std::int64_t times_;
};

UpsamplerRegistry twoMethods() {
  UpsamplerRegistry registry;
  for (const char* id : {"first", "second"}) {
    UpsamplerInfo info;
    info.id = id;
    info.settings = {{"times", "Times", "", "how often", Integer{1, 9, 2}}};
    registry.add(info, [](const Values& values) -> UpsamplerPtr {
      return std::make_shared<Echo>(integer(values, "times"));
    });
  }
  registry.addAlias("default", "second");
  return registry;
}

}  // namespace

class SmallThingsTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void cellsAreSampledAtPixels_data() {
    QTest::addColumn<double>("factor");
    QTest::addColumn<double>("phase");
    QTest::addColumn<qlonglong>("cell");
    QTest::addColumn<qlonglong>("pixel");
    QTest::newRow("challenge") << 8.0 << 4.0 << 3LL << 28LL;
    QTest::newRow("between two") << 8.0 << 3.5 << 1LL << 11LL;
    // 0.1·3 + 0.7 and 8/3·3 are a little less than a whole number in float64.
    QTest::newRow("rounding") << 0.1 << 0.7 << 3LL << 1LL;
    QTest::newRow("thirds") << 640.0 / 240 << 1.0 / 3 << 1LL << 3LL;
    QTest::newRow("before the picture") << 8.0 << -0.5 << 0LL << -1LL;
    QTest::newRow("far") << 1e300 << 0.0 << 5LL << 1'000'000'000'000'000LL;
  }
  void cellsAreSampledAtPixels() {
    QFETCH(double, factor);
    QFETCH(double, phase);
    QFETCH(qlonglong, cell);
    QFETCH(qlonglong, pixel);
    QCOMPARE(qlonglong(sampledPixel(cell, factor, phase)), pixel);
  }

  void cellsCoverTheirPicture() {
    LowDepth low{at::zeros({4, 5}, at::kFloat), 16, 8, 8, 4, 4};
    for (const Size fits : {Size{32, 40}, Size{40, 48}, Size{25, 33}}) checkCovers(low, fits);
    for (const Size wrong : {Size{41, 40}, Size{32, 32}, Size{24, 40}, Size{8, 8}}) {
      QVERIFY_EXCEPTION_THROWN(checkCovers(low, wrong), BadInput);
    }
    const std::string said = messageOf<BadInput>([&] { checkCovers(low, {32, 90}, "drawing"); });
    QVERIFY2(said.find("the drawing's width is 90 pixels, and 5 cells of factor 8 cover 40") !=
                 std::string::npos,
             said.c_str());
    low.factorX = 0;
    QVERIFY_EXCEPTION_THROWN(checkCovers(low, {32, 40}), BadInput);
  }

  void partsOfProgressNest() {
    std::vector<std::pair<double, std::string>> seen;
    const Progress whole{
        {}, [&](double part, std::string_view doing) { seen.emplace_back(part, doing); }};
    whole.at(0, "start");
    const Progress half = whole.part(0.5, 1);
    half.at(0.5, "half");
    half.part(0.8, 1).at(1, "end");
    QVERIFY((seen == std::vector<std::pair<double, std::string>>{
                         {0, "start"}, {0.75, "half"}, {1, "end"}}));
  }

  void progressWithoutAListenerIsSilent() {
    const Progress nobody;
    nobody.at(0.5, "x");
    nobody.part(0, 0.5).at(1);
  }

  void stoppedProgressThrowsAndReportsNothing() {
    std::stop_source source;
    int reports = 0;
    const Progress progress{source.get_token(), [&](double, std::string_view) { ++reports; }};
    const Progress part = progress.part(0, 0.5);
    part.checkpoint();
    source.request_stop();
    QVERIFY_EXCEPTION_THROWN(progress.checkpoint(), Cancelled);
    QVERIFY_EXCEPTION_THROWN(part.at(0.5), Cancelled);
    QCOMPARE(reports, 0);
  }

  void parallelForVisitsEverythingOnce() {
    for (const int threads : {1, 2, 4}) {
      const Threads scope(threads);
      for (const std::int64_t count : {0, 1, 99, 100, 101, 12345}) {
        std::vector<std::atomic<int>> visits(static_cast<std::size_t>(count));
        parallelFor(count, 100, {}, [&](std::int64_t begin, std::int64_t end) {
          for (std::int64_t i = begin; i < end; ++i) ++visits[std::size_t(i)];
        });
        for (const auto& each : visits) QCOMPARE(each.load(), 1);
      }
    }
  }

  void parallelForStopsBetweenPieces() {
    const Threads scope(1);
    std::stop_source source;
    int pieces = 0;
    const auto body = [&](std::int64_t, std::int64_t) {
      if (++pieces == 3) source.request_stop();
    };
    QVERIFY_EXCEPTION_THROWN(parallelFor(1000, 10, {source.get_token(), {}}, body), Cancelled);
    QCOMPARE(pieces, 3);
  }

  void errorsSayWhatWithWhatAndWhatToDo() {
    const Error full("is cut short", "a.npy", "Copy it again");
    QCOMPARE(std::string(full.what()), std::string("a.npy: is cut short. Copy it again"));
    QCOMPARE(std::string(Error("is cut short").what()), std::string("is cut short"));
    QCOMPARE(full.problem() + full.subject() + full.remedy(),
             std::string("is cut shorta.npyCopy it again"));
  }

  void libtorchErrorsLoseTheirStackTrace() {
    const std::string said = messageOf<std::exception>([] { at::zeros({2, 3}).view({7}); });
    QVERIFY(has(said, "Exception raised from") || has(said, "frame #0"));
    try {
      at::zeros({2, 3}).view({7});
      QFAIL("LibTorch accepted it");
    } catch (const std::exception& error) {
      const std::string text = describe(error);
      QVERIFY2(has(text, "shape '[7]'"), text.c_str());
      QVERIFY2(!has(text, "frame #") && !has(text, "Exception raised from"), text.c_str());
    }
  }

  void foreignExceptionsBecomeOurs() {
    QVERIFY(has(rethrown<OutOfMemory>(std::bad_alloc()), "sample-7"));
    QVERIFY(has(rethrown<OutOfMemory>(c10::OutOfMemoryError({"f", "f", 1}, "CUDA out of memory")),
                "on the CPU"));
    QVERIFY(has(rethrown<Error>(std::runtime_error("odd")), "sample-7: odd"));
    QVERIFY(has(rethrown<Error>(c10::Error({"f", "f", 1}, "bad shape")), "sample-7: bad shape"));
    QVERIFY(!has(rethrown<Error>(c10::Error({"f", "f", 1}, "bad shape")), "frame #"));
    QVERIFY(!rethrown<Cancelled>(Cancelled()).empty());
  }

  void ourExceptionsKeepTheirTypeAndGainASubject() {
    QVERIFY(has(rethrown<BadInput>(BadInput("odd", "", "mend it")), "sample-7: odd. mend it"));
    QVERIFY(has(rethrown<FileError>(FileError("odd")), "sample-7: odd"));
    QVERIFY(has(rethrown<MissingResource>(MissingResource("odd")), "sample-7: odd"));
    QVERIFY(has(rethrown<OutOfMemory>(OutOfMemory("odd")), "sample-7: odd"));
    QVERIFY(has(rethrown<BadInput>(BadInput("odd", "a.npy")), "a.npy: odd"));
  }

  void deviceNames() {
    QVERIFY(deviceFromText("cpu").is_cpu());
    for (const char* bad : {"", "gpu", "CPU", "cudax", "cpu:0", "meta"}) {
      const std::string said = messageOf<BadInput>([&] { deviceFromText(bad); });
      QVERIFY2(has(said, "cpu, cuda and cuda:N"), bad);
    }
    {
      const Threads scope(1);
      QCOMPARE(describeDevice(at::kCPU), std::string("CPU, 1 thread"));
    }
    const Threads scope(2);
    QCOMPARE(describeDevice(at::kCPU), std::string("CPU, 2 threads"));
  }

  void cudaThatIsNotThereSaysWhy() {
    if (hasCudaDevice()) QSKIP("this machine has a CUDA device");
    for (const char* name : {"cuda", "cuda:0", "cuda:x"}) {
      const std::string said = messageOf<BadInput>([&] { deviceFromText(name); });
      QVERIFY2(has(said, builtWithCuda() ? "nvidia-smi" : "no CUDA kernels"), said.c_str());
      QVERIFY(has(said, "--device cpu") || has(said, "on the CPU"));
    }
  }

  void stopwatchGoesForward() {
    const Stopwatch watch(at::kCPU);
    const double first = watch.milliseconds();
    QVERIFY(first >= 0 && watch.milliseconds() >= first);
  }

  void depthMapsMarkWhatIsMissing() {
    std::vector<float> values{1, 0, -1, NAN, INFINITY, -INFINITY, 65504, 1e-9f};
    const at::Tensor metres = at::from_blob(values.data(), {2, 4}, at::kFloat);
    const auto missing = [](const DepthMap& map) {
      std::string marks;
      for (std::int64_t i = 0; i < 8; ++i) {
        marks += char('0' + map.reason.const_data_ptr<std::uint8_t>()[i]);
      }
      return marks;
    };
    QCOMPARE(missing(makeDepthMap(metres)), std::string("01111100"));
    QCOMPARE(missing(makePrediction(metres)), std::string("00011100"));
    QCOMPARE(makeDepthMap(metres).size(), (Size{2, 4}));
    QVERIFY(sameBytes(counts(makeDepthMap(metres)), makeDepthMap(metres).reason.eq(0)));
    QVERIFY(makeDepthMap(metres.t()).metres.is_contiguous());
  }

  void depthMapsRefuseOtherTensors() {
    for (const at::Tensor& bad : {at::Tensor(), at::zeros({4}), at::zeros({1, 4, 4}),
                                  at::zeros({4, 4}, at::kDouble), at::zeros({4, 4}, at::kByte)}) {
      QVERIFY(has(messageOf<BadInput>([&] { makeDepthMap(bad); }), "float32"));
      QVERIFY_EXCEPTION_THROWN(makePrediction(bad), BadInput);
    }
  }

  void rangeIsOfWhatCounts() {
    DepthMap map = flatMap({1, 4}, 5);
    map.metres[0][0] = 1;
    map.metres[0][1] = 1000;
    map.reason[0][1] = int(Reason::kOutside);
    map.metres[0][2] = 80;
    map.reason[0][2] = int(Reason::kSky);
    QCOMPARE(range(map).least, 1.0);
    QCOMPARE(range(map).greatest, 80.0);
    map.reason.fill_(int(Reason::kMissing));
    QVERIFY(std::isnan(range(map).least) && std::isnan(range(map).greatest));
  }

  void samplesAreChecked() {
    Sample sample;
    sample.id = "train-0001";
    sample.rgb = at::zeros({3, 6, 8}, at::kByte);
    check(sample);
    sample.truth = flatMap({6, 8}, 1);
    check(sample);
    sample.truth = flatMap({6, 9}, 1);
    QVERIFY(
        has(messageOf<BadInput>([&] { check(sample); }), "train-0001: the colour image is 8×6"));
    sample.truth.reset();
    sample.low = LowDepth{};
    QVERIFY_EXCEPTION_THROWN(check(sample), BadInput);
    sample.low.reset();
    for (const at::Tensor& bad :
         {at::Tensor(), at::zeros({6, 8}, at::kByte), at::zeros({3, 6, 8}),
          at::zeros({4, 6, 8}, at::kByte), at::zeros({3, 0, 8}, at::kByte)}) {
      sample.rgb = bad;
      QVERIFY(has(messageOf<BadInput>([&] { check(sample); }), "train-0001"));
    }
  }

  void thumbnailsFitTheirBox() {
    for (const Size size : {Size{480, 640}, Size{1, 1}, Size{1000, 3}, Size{3, 1000}, Size{72, 96},
                            Size{50, 60}, Size{641, 97}}) {
      const Thumbnail small = makeThumbnail(at::full({3, size.height, size.width}, 77, at::kByte));
      QVERIFY(small.width >= 1 && small.width <= 96 && small.height >= 1 && small.height <= 72);
      QCOMPARE(small.rgb.size(), std::size_t(small.width * small.height * 3));
      for (const std::uint8_t value : small.rgb) QCOMPARE(int(value), 77);
    }
    QCOMPARE(makeThumbnail(at::zeros({3, 480, 640}, at::kByte)).height, 72);
    QCOMPARE(makeThumbnail(at::zeros({3, 50, 60}, at::kByte)).width, 60);  // never enlarged
  }

  void thumbnailsAverageAndKeepTheChannels() {
    at::Tensor rgb = at::zeros({3, 2, 4}, at::kByte);
    rgb[0].narrow(1, 0, 2).fill_(200);
    rgb[1][0].fill_(100);
    rgb[2].fill_(9);
    const Thumbnail small = makeThumbnail(rgb, 2, 1);
    QVERIFY((small.rgb == std::vector<std::uint8_t>{200, 50, 9, 0, 50, 9}));
  }

  void thumbnailsRefuseWhatIsNoImage() {
    for (const at::Tensor& bad : {at::Tensor(), at::zeros({4, 4}, at::kByte),
                                  at::zeros({3, 0, 4}, at::kByte), at::zeros({3, 4, 4})}) {
      QVERIFY_EXCEPTION_THROWN(makeThumbnail(bad), BadInput);
    }
  }

  void pointCloudsUnproject() {
    const Intrinsics camera{300, 310, 20.5, 10.25};
    const DepthMap depth = someTruth("cloud", {30, 40}, 200, 0.3);
    const PointCloud cloud = pointCloud(depth, camera, 100);
    const auto points = cloud.points.accessor<float, 2>();
    std::int64_t next = 0;
    for (std::int64_t pixel = 0; pixel < 30 * 40; ++pixel) {
      const float z = depth.metres.const_data_ptr<float>()[pixel];
      const auto reason = Reason(depth.reason.const_data_ptr<std::uint8_t>()[pixel]);
      if (reason == Reason::kMissing || reason == Reason::kOutside || !(z <= 100)) continue;
      QCOMPARE(cloud.pixels.const_data_ptr<std::int64_t>()[next], pixel);
      const double x = (double(pixel % 40) - 20.5) * z / 300,
                   y = (double(pixel / 40) - 10.25) * z / 310;
      QVERIFY(std::abs(points[next][0] - x) < 1e-4 && std::abs(points[next][1] - y) < 1e-4);
      QCOMPARE(points[next][2], z);
      ++next;
    }
    QCOMPARE(cloud.points.size(0), next);
  }

  void pointCloudOfNothing() {
    const PointCloud cloud = pointCloud(flatMap({4, 4}, 50), {}, 10);
    QVERIFY((cloud.points.sizes() == std::vector<std::int64_t>{0, 3}));
    QCOMPARE(cloud.pixels.numel(), std::int64_t{0});
    QCOMPARE(pointCloud(flatMap({1, 1}, -5), {}, 10).pixels.numel(), std::int64_t{0});
  }

  void registryKnowsItsMethods() {
    const UpsamplerRegistry registry = twoMethods();
    QCOMPARE(registry.list().size(), std::size_t{2});
    QCOMPARE(registry.info("default").id, std::string("second"));
    UpsamplerInput input;
    input.low.levels = at::full({2, 2}, 3.0, at::kFloat);
    const auto run = [&](const char* id, const Values& values) {
      return (*registry.create(id, values))(input, {}).depth.metres[0][0].item<float>();
    };
    QCOMPARE(run("first", {}), 6.0f);
    QCOMPARE(run("default", {{"times", std::int64_t{5}}}), 15.0f);
  }

  void aMethodIsGivenWhatIsKnownOfTheSample() {
    Sample sample;
    sample.id = "made-up";
    sample.rgb = at::zeros({3, 4, 6}, at::kByte);
    sample.intrinsics = Intrinsics{5, 6, 3, 2};
    LowDepth low;
    low.levels = at::full({2, 3}, 4.0, at::kFloat);
    const UpsamplerInput input = inputOf(sample, low);
    QVERIFY(input.rgb.is_same(sample.rgb) && input.low.levels.is_same(low.levels));
    QCOMPARE(input.sampleId, std::string("made-up"));
    QVERIFY(input.intrinsics == sample.intrinsics);
    QVERIFY(!input.initial && !input.relative);
  }

  void registryRefusesWhatItDoesNotKnow() {
    const UpsamplerRegistry registry = twoMethods();
    const std::string said = messageOf<BadInput>([&] { registry.info("third"); });
    QVERIFY2(has(said, "third") && has(said, "first, second, default"), said.c_str());
    QVERIFY_EXCEPTION_THROWN(registry.create("first", {{"times", std::int64_t{10}}}), BadInput);
    QVERIFY_EXCEPTION_THROWN(registry.create("first", {{"often", std::int64_t{1}}}), BadInput);
  }

  void registryRefusesNamesThatAreTaken() {
    UpsamplerRegistry registry = twoMethods();
    UpsamplerInfo info;
    for (const char* id : {"first", "default"}) {
      info.id = id;
      QVERIFY(has(messageOf<BadInput>([&] { registry.add(info, {}); }), id));
      QVERIFY(has(messageOf<BadInput>([&] { registry.addAlias(id, "second"); }), id));
    }
    QCOMPARE(registry.list().size(), std::size_t{2});
  }

  void aMethodsPlaceIsThatInTheList() {
    const UpsamplerRegistry registry = twoMethods();
    const std::vector<UpsamplerInfo> all = registry.list();
    for (std::size_t place = 0; place < all.size(); ++place) {
      QCOMPARE(registry.indexOf(all[place].id), place);
    }
    QCOMPARE(all[registry.indexOf("default")].id, std::string("second"));
    QVERIFY_EXCEPTION_THROWN((void)registry.indexOf("none"), BadInput);
  }
};

QTEST_GUILESS_MAIN(SmallThingsTest)
#include "small_things.moc"
