#include <QtTest>

#include "core/sample_source.h"
#include "datasets/codecs/image.h"
#include "datasets/codecs/npy.h"
#include "datasets/open.h"
#include "fixtures.h"

using namespace fathom;
using namespace fathom::fixtures;

namespace {

QByteArray dataFolder() {
  return qgetenv("FATHOM_REAL_DATA");
}
fs::path real(const char* path) {
  return fs::path(dataFolder().toStdString()) / path;
}

std::size_t indexOf(const SampleSource& source, const std::string& id) {
  std::size_t index = 0;
  while (index < source.size() && source.id(index) != id) ++index;
  return index;
}

bool close(double found, double written) {
  return std::abs(found - written) <= 1e-5 * written;
}

}  // namespace

/// Says in which test a file is missing; the others still run.
#define NEEDS(path) \
  if (!fs::exists(real(path))) QSKIP(qPrintable(QString("FATHOM_REAL_DATA has no ") + (path)))

/// Real files against figures that were measured with NumPy and Pillow.
class RealSamplesTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void initTestCase() {
    if (dataFolder().isEmpty()) QSKIP("FATHOM_REAL_DATA names no folder of real samples");
  }

  void challengeFolder() {
    NEEDS("ais2024_challenge");
    const auto source = openPath(real("ais2024_challenge"));
    QCOMPARE(source->size(), std::size_t{8});
    QCOMPARE(source->id(0), std::string("train-0000"));
    QCOMPARE(source->id(7), std::string("valid-0003"));
    for (std::size_t index = 0; index < 8; ++index) {
      QCOMPARE(source->facts(index).hasTruth, index < 4);
      QVERIFY(source->facts(index).hasLow);
      const Sample sample = source->load(index, {});
      check(sample);
      QVERIFY((sample.size() == Size{480, 640}));
      QVERIFY((sample.low->size() == Size{60, 80}));
      QCOMPARE(sample.low->factorX, 8.0);
      QCOMPARE(sample.low->phaseY, 4.0);
      QVERIFY((sample.intrinsics == Intrinsics{320, 320, 320, 240}));
    }
  }

  void challengeValues_data() {
    QTest::addColumn<QByteArray>("id");
    QTest::addColumn<double>("least");
    QTest::addColumn<double>("greatest");
    QTest::addColumn<double>("greatestLevel");
    QTest::addColumn<int>("brightest");
    const auto row = [](const char* id, double least, double greatest, double level, int bright) {
      QTest::newRow(id) << QByteArray(id) << least << greatest << level << bright;
    };
    row("train-0000", 2.65625, 65504, 4215.39, 255);
    row("train-0001", 2.5293, 65504, 4162.31, 255);
    row("train-0002", 0.625977, 3170, 12.1059, 241);
    row("train-0003", 6.85938, 58.3125, 3.08525, 251);
    row("valid-0000", 0, 0, 970.117, 243);
    row("valid-0001", 0, 0, 5.04856, 255);
    row("valid-0002", 0, 0, 4137.67, 255);
    row("valid-0003", 0, 0, 2.15063, 253);
  }

  void challengeValues() {
    QFETCH(QByteArray, id);
    QFETCH(double, least);
    QFETCH(double, greatest);
    QFETCH(double, greatestLevel);
    QFETCH(int, brightest);
    NEEDS("ais2024_challenge");
    const auto source = openPath(real("ais2024_challenge"));
    const Sample sample = source->load(indexOf(*source, id.toStdString()), {});
    QCOMPARE(sample.rgb.max().item<int>(), brightest);
    QCOMPARE(sample.low->levels.min().item<double>(), 0.0);
    QVERIFY(close(sample.low->levels.max().item<double>(), greatestLevel));
    QCOMPARE(sample.truth.has_value(), greatest > 0);
    if (!sample.truth) return;
    const Range found = range(*sample.truth);
    QVERIFY(close(found.least, least) && close(found.greatest, greatest));
    QCOMPARE(sample.truth->reason.sum().item<int>(), 0);
  }

  void hospitalTrajectory() {
    NEEDS("tartanair_v1_hospital");
    const auto source = openPath(real("tartanair_v1_hospital"));
    QCOMPARE(source->size(), std::size_t{2});
    QCOMPARE(source->id(0), std::string("tartanair_v1_hospital-000042"));
    QCOMPARE(source->id(1), std::string("tartanair_v1_hospital-000066"));
    const Sample first = source->load(0, {}), second = source->load(1, {});
    QVERIFY(close(range(*first.truth).least, 0.418945) &&
            close(range(*first.truth).greatest, 29.6406));
    QVERIFY(close(range(*second.truth).least, 0.393555) &&
            close(range(*second.truth).greatest, 7.27344));
    QCOMPARE(first.rgb.max().item<int>(), 233);
    QCOMPARE(second.rgb.max().item<int>(), 252);
    // Lines 43 and 67 of the pose file.
    QVERIFY(first.pose && second.pose);
    QVERIFY(std::abs(first.pose->translation[0] - kPose42[0]) < 1e-9);
    QVERIFY(std::abs(second.pose->translation[0] - kPose66[0]) < 1e-9);
    QVERIFY(std::abs(first.pose->rotation[3] - kPose42[1]) < 1e-9);
    QVERIFY(std::abs(second.pose->rotation[3] - kPose66[1]) < 1e-9);
  }

  void bothInOneFolder() {
    NEEDS("ais2024_challenge");
    NEEDS("tartanair_v1_hospital");
    const auto source = openPath(dataFolder().toStdString());
    QVERIFY(source->size() >= 10);
    QVERIFY(indexOf(*source, "valid-0002") < source->size());
    QVERIFY(indexOf(*source, "tartanair_v1_hospital-000066") < source->size());
  }

  void fortranOrderWithAnOldHeader() {
    NEEDS("gdsr_dctnet/NYUDepthv2_Test");
    const at::Tensor depth = readDepthNpy(real("gdsr_dctnet/NYUDepthv2_Test/Depth/1000.npy"));
    QVERIFY(readNpyHeader(real("gdsr_dctnet/NYUDepthv2_Test/Depth/1000.npy")).fortran);
    QVERIFY((depth.sizes() == at::IntArrayRef{480, 640}));
    QVERIFY(close(depth.min().item<double>(), 0.713934) &&
            close(depth.max().item<double>(), 4.01679));
    // The file's second element is the one below the first.
    QVERIFY(close(depth[1][0].item<double>(), 1.2459571361541748));
  }

  void depthPngs_data() {
    QTest::addColumn<QByteArray>("file");
    QTest::addColumn<double>("scale");
    QTest::addColumn<int>("least");
    QTest::addColumn<int>("greatest");
    const auto row = [](const char* file, double scale, int least, int greatest) {
      QTest::newRow(file) << QByteArray(file) << scale << least << greatest;
    };
    row("metric3d/kitti_demo/depth/0000000005.png", 1.0 / 256, 0, 21733);
    row("metric3d/nyu_demo/depth/sync_depth_00000.png", 0.001, 0, 6625);
    row("slambook2/ch12_dense_RGBD/depth/1.png", 1.0 / 5000, 8215, 17160);
    row("promptda/arkit_depth.png", 0.001, 1566, 3512);
    row("gdsr_dctnet/RGBDD_Test_Realscene/Depth/20200509112638_HR_gt.png", 0.001, 899, 2326);
    row("slambook2/ch7/1_depth.png", 1.0 / 5000, 0, 42819);
  }

  void depthPngs() {
    QFETCH(QByteArray, file);
    QFETCH(double, scale);
    QFETCH(int, least);
    QFETCH(int, greatest);
    NEEDS(file.data());
    const DepthMap depth = readDepthPng(real(file.data()), scale);
    QVERIFY(close(depth.metres.max().item<double>(), greatest * scale));
    QVERIFY(std::abs(depth.metres.min().item<double>() - least * scale) < 1e-6);
    QCOMPARE(depth.reason.max().item<int>() == static_cast<int>(Reason::kMissing), least == 0);
  }

  void colourImages_data() {
    QTest::addColumn<QByteArray>("file");
    QTest::addColumn<int>("width");
    QTest::addColumn<int>("height");
    QTest::addColumn<int>("brightest");
    const auto row = [](const char* file, int width, int height, int brightest) {
      QTest::newRow(file) << QByteArray(file) << width << height << brightest;
    };
    row("promptda/image.jpg", 1920, 1440, 255);
    row("metric3d/kitti_demo/rgb/0000000005.png", 1242, 375, 255);
    row("gdsr_dctnet/Lu/RGB/RGBD_05_ouput_color.png", 640, 480, 100);
    row("gdsr_dctnet/RGBDD_Test_Realscene/RGB/20200509113453_RGB.jpg", 512, 384, 246);
    row("wliusjtu_art/art_color.png", 1376, 1088, 254);
    row("wliusjtu_art/art_big.png", 1376, 1088, 217);
  }

  void colourImages() {
    QFETCH(QByteArray, file);
    QFETCH(int, width);
    QFETCH(int, height);
    QFETCH(int, brightest);
    NEEDS(file.data());
    const at::Tensor rgb = readRgb(real(file.data()));
    QVERIFY((rgb.sizes() == at::IntArrayRef{3, height, width}));
    QVERIFY(std::abs(rgb.max().item<int>() - brightest) <= (file.endsWith("jpg") ? 1 : 0));
    const Thumbnail small = readThumbnail(real(file.data()));
    QVERIFY(small.width == 96 || small.height == 72);
  }

 private:
  static constexpr double kPose42[2] = {-12.533055305480957, 0.516942024230957};
  static constexpr double kPose66[2] = {-12.47384262084961, 0.44226089119911194};
};

QTEST_GUILESS_MAIN(RealSamplesTest)
#include "real_samples.moc"
