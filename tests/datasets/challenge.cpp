#include "datasets/challenge.h"

#include <ATen/ops/equal.h>
#include <ATen/ops/full.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>

#include <QtTest>
#include <thread>

#include "datasets/codecs/image.h"
#include "datasets/codecs/npy.h"
#include "datasets/views.h"
#include "fixtures.h"

using namespace fathom;
using namespace fathom::fixtures;

namespace {

constexpr std::int64_t kHeight = 16, kWidth = 24, kFactor = 8;

/// Every file's pixels hold its number, so a wrong pairing shows.
void addColour(const fs::path& file, int number) {
  writeRgbPng(file, at::full({3, kHeight, kWidth}, number, at::kByte));
}
void addTruth(const fs::path& file, float number) {
  writeNpy(file, at::full({kHeight, kWidth}, number));
}
void addLow(const fs::path& file, float number) {
  writeNpy(file, at::full({kHeight / kFactor, kWidth / kFactor}, number));
}

/// The whole challenge in small: gaps, and numbers that do not sort as text.
void addChallenge(const fs::path& root) {
  for (const int number : {1, 2, 10, 7}) {
    addColour(root / "RGB_train_HR" / (std::to_string(number) + ".png"), number);
  }
  for (const char* name : {"0002", "0007", "0010"}) {
    addTruth(root / "AI4S_train_gt" / (std::string(name) + ".npy"), std::stof(name));
  }
  addLow(root / "AI4S_train_inp/0010.npy", 10);
  addLow(root / "AI4S_train_inp/0001.npy", 1);
  addColour(root / "RGB_valid_HR/0000.png", 20);
  addColour(root / "RGB_valid_HR/0003.png", 23);
  addLow(root / "AI4S_val_inp/0003.npy", 23);
  addColour(root / "RGB_test_HR/0100.png", 200);
}

}  // namespace

class ChallengeTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void pairsByNumberAndNotByOrder() {
    Folder root;
    addChallenge(root.path());
    const auto source = openChallenge(root.path());
    QVERIFY((idsOf(*source) == Ids{"train-0001", "train-0002", "train-0007", "train-0010",
                                   "valid-0000", "valid-0003", "test-0100"}));
    QCOMPARE(source->title(), root.path().filename().string());
    const std::vector<int> numbers{1, 2, 7, 10, 20, 23, 200};
    const std::vector<bool> truths{false, true, true, true, false, false, false};
    const std::vector<bool> lows{true, false, false, true, false, true, false};
    for (std::size_t index = 0; index < numbers.size(); ++index) {
      const Sample sample = source->load(index, {});
      QCOMPARE(sample.id, source->id(index));
      QCOMPARE(sample.rgb[1][3][4].item<int>(), numbers[index]);
      QCOMPARE(source->facts(index).hasTruth, truths[index]);
      QCOMPARE(source->facts(index).hasLow, lows[index]);
      QCOMPARE(sample.truth.has_value(), truths[index]);
      QCOMPARE(sample.low.has_value(), lows[index]);
      if (sample.truth) QCOMPARE(sample.truth->metres[0][0].item<int>(), numbers[index]);
      if (sample.low) QCOMPARE(sample.low->levels[0][0].item<int>(), numbers[index]);
      QVERIFY(!sample.intrinsics);  // not 640×480: the camera is not known
      QCOMPARE(int{source->thumbnail(index).rgb[0]}, numbers[index]);
      QVERIFY(source->pictureSize(index, {}) == sample.size());
      check(sample);
    }
  }

  void transmittedMapKnowsItsScaleFactorAndPhase() {
    Folder root;
    addChallenge(root.path());
    const Sample sample = openChallenge(root.path())->load(3, {});
    QCOMPARE(sample.low->metresPerLevel, 65535.0 / 4095.0);
    QCOMPARE(sample.low->factorX, 8.0);
    QCOMPARE(sample.low->factorY, 8.0);
    QCOMPARE(sample.low->phaseX, 4.0);
    QCOMPARE(sample.low->phaseY, 4.0);
  }

  void fullSizeHasTheCameraOfTartanAir() {
    Folder root;
    writeRgbPng(root / "RGB_valid_HR/0005.png", at::zeros({3, 480, 640}, at::kByte));
    const Sample sample = openChallenge(root.path())->load(0, {});
    QVERIFY((sample.intrinsics == Intrinsics{320, 320, 320, 240}));
  }

  void onlyWhatIsNoNumberOfMetresIsMissing() {
    Folder root;
    addColour(root / "RGB_train_HR/0000.png", 0);
    at::Tensor depth = at::full({kHeight, kWidth}, 65504.0f);
    depth[0][0] = std::numeric_limits<float>::quiet_NaN();
    depth[0][1] = std::numeric_limits<float>::infinity();
    depth[0][2] = 0.0f;
    depth[0][3] = -1.0f;
    depth[0][4] = 1e-30f;
    writeNpy(root / "AI4S_train_gt/0000.npy", depth);
    const DepthMap truth = *openChallenge(root.path())->load(0, {}).truth;
    QCOMPARE(truth.reason.sum().item<int>(), 4 * static_cast<int>(Reason::kMissing));
    QCOMPARE(truth.reason[0].slice(0, 0, 4).sum().item<int>(), 4);
    QCOMPARE(truth.metres[5][5].item<float>(), 65504.0f);
  }

  void depthWithoutColourIsNamedAndLeftOut() {
    Folder root;
    addChallenge(root.path());
    addTruth(root / "AI4S_train_gt/0555.npy", 1);
    addLow(root / "AI4S_val_inp/0777.npy", 1);
    const Warnings warnings;
    const auto source = openChallenge(root.path());
    QCOMPARE(source->size(), std::size_t{7});
    QCOMPARE(warnings.with("AI4S_train_gt: no colour image has the number of 0555.npy"), 1);
    QCOMPARE(warnings.with("AI4S_val_inp: no colour image has the number of 0777.npy"), 1);
  }

  void namesWithoutOneNumberAndDoublesAreNamed() {
    Folder root;
    addColour(root / "RGB_train_HR/0001.png", 1);
    addColour(root / "RGB_train_HR/1.png", 99);
    addColour(root / "RGB_train_HR/0002_x8.png", 2);
    addColour(root / "RGB_train_HR/overview.png", 3);
    writeBytes(root / "RGB_train_HR/0004.txt", "not an image");
    const Warnings warnings;
    const auto source = openChallenge(root.path());
    QVERIFY((idsOf(*source) == Ids{"train-0001"}));
    QCOMPARE(source->load(0, {}).rgb[0][0][0].item<int>(), 1);
    QCOMPARE(warnings.with("0002_x8.png, overview.png"), 1);
    QCOMPARE(warnings.with("the same number: 1.png"), 1);
  }

  void isFoundOneLevelDeeper() {
    Folder root;
    addChallenge(root / "inner");
    writeBytes(root / "notes/readme.txt", "x");
    const auto source = openChallenge(root.path());
    QCOMPARE(source->size(), std::size_t{7});
    QCOMPARE(source->title(), std::string("inner"));
  }

  void twoInnerFoldersBecomeOneSource() {
    Folder root;
    addChallenge(root / "a");
    addColour(root / "b/RGB_train_HR/0002.png", 77);
    fs::create_directories(root / "c/RGB_train_HR");  // a layout without any image
    const Warnings warnings;
    const auto source = openChallenge(root.path());
    QCOMPARE(source->size(), std::size_t{8});
    QCOMPARE(source->id(7), std::string("b-train-0002"));
    QCOMPARE(source->load(7, {}).rgb[0][0][0].item<int>(), 77);
    QCOMPARE(warnings.with("left out: " + (root / "c").string()), 1);
  }

  void anInnerFolderOpensItsSplit_data() {
    QTest::addColumn<QByteArray>("folder");
    QTest::addColumn<int>("samples");
    QTest::newRow("colour") << QByteArray("RGB_train_HR") << 4;
    QTest::newRow("with a slash") << QByteArray("RGB_train_HR/") << 4;
    QTest::newRow("truth") << QByteArray("AI4S_train_gt") << 4;
    QTest::newRow("transmitted") << QByteArray("AI4S_val_inp") << 2;
    QTest::newRow("valid") << QByteArray("RGB_valid_HR") << 2;
    QTest::newRow("test") << QByteArray("RGB_test_HR") << 1;
  }

  void anInnerFolderOpensItsSplit() {
    QFETCH(QByteArray, folder);
    QFETCH(int, samples);
    Folder root;
    addChallenge(root.path());
    const auto source = openChallenge(root / folder.toStdString());
    QCOMPARE(source->size(), static_cast<std::size_t>(samples));
    QVERIFY(QString::fromStdString(source->title()).endsWith(')'));
  }

  void otherFoldersAreNotTaken() {
    Folder root;
    QVERIFY(!openChallenge(root.path()));
    writeBytes(root / "RGB_train/0000.png", "x");
    writeBytes(root / "a/b/RGB_train_HR/0000.png", "x");  // two levels deeper
    QVERIFY(!openChallenge(root.path()));
  }

  void foldersWithoutColourAreAnError() {
    Folder root;
    addTruth(root / "AI4S_train_gt/0000.npy", 1);
    const auto error = fileError([&] { openChallenge(root.path()); });
    QVERIFY(error);
    QCOMPARE(error->subject(), root.path().string());
    QVERIFY(error->remedy().find("RGB_train_HR") != std::string::npos);
  }

  void factsComeFromTheListingAndErrorsFromLoading() {
    Folder root;
    addChallenge(root.path());
    writeBytes(root / "AI4S_train_gt/0002.npy", "broken");
    writeBytes(root / "RGB_train_HR/7.png", "broken");
    const auto source = openChallenge(root.path());
    QVERIFY(source->facts(1).hasTruth);
    const auto truth = fileError([&] { source->load(1, {}); });
    QVERIFY(truth && truth->subject() == (root / "AI4S_train_gt/0002.npy").string());
    const auto colour = fileError([&] { source->load(2, {}); });
    QVERIFY(colour && colour->subject() == (root / "RGB_train_HR/7.png").string());
    QVERIFY(fileError([&] { source->thumbnail(2); }));
    QVERIFY(fileError([&] { source->pictureSize(2, {}); }));
    source->load(3, {});  // the others are not touched by it
    fs::remove(root / "RGB_train_HR/10.png");
    const auto gone = fileError([&] { source->load(3, {}); });
    QVERIFY(gone && gone->problem().find("No such file") != std::string::npos);
  }

  void truthOfAnotherSizeNamesBothFiles() {
    Folder root;
    addChallenge(root.path());
    writeNpy(root / "AI4S_train_gt/0002.npy", at::full({kWidth, kHeight}, 1.0f));
    const auto source = openChallenge(root.path());
    const auto error = fileError([&] { source->load(1, {}); });
    QVERIFY(error);
    const std::string text = error->what();
    for (const char* part : {"0002.npy", "2.png", "16×24", "24×16"}) {
      QVERIFY2(text.find(part) != std::string::npos, text.c_str());
    }
  }

  void sizesOfTransmittedMaps_data() {
    QTest::addColumn<int>("width");
    QTest::addColumn<int>("height");
    QTest::addColumn<int>("cells");
    QTest::addColumn<int>("rows");
    QTest::addColumn<double>("factorX");  // 0: refused
    QTest::addColumn<double>("phaseX");
    const auto row = [](int w, int h, int c, int r, double factor, double phase) {
      QTest::addRow("%dx%d of %dx%d", c, r, w, h) << w << h << c << r << factor << phase;
    };
    row(640, 480, 80, 60, 8, 4);
    row(640, 480, 640, 480, 1, 0);
    row(640, 480, 160, 120, 4, 2);
    row(645, 487, 80, 60, 8, 4);  // floor(645 / 8), floor(487 / 8)
    row(644, 484, 80, 60, 8, 4);
    row(25, 15, 5, 3, 5, 2);  // an odd factor samples its middle pixel
    row(1920, 1440, 256, 192, 7.5, 3.75);
    row(512, 384, 192, 144, 512.0 / 192, 256.0 / 192);
    row(8, 8, 1, 1, 8, 4);
    row(640, 480, 60, 80, 0, 0);  // rows and columns exchanged
    row(640, 480, 80, 80, 0, 0);
    row(640, 480, 641, 480, 0, 0);  // larger than the image
    row(80, 60, 640, 480, 0, 0);
  }

  void sizesOfTransmittedMaps() {
    QFETCH(int, width);
    QFETCH(int, height);
    QFETCH(int, cells);
    QFETCH(int, rows);
    QFETCH(double, factorX);
    QFETCH(double, phaseX);
    Folder root;
    writeNpy(root / "low.npy", at::zeros({rows, cells}));
    const auto read = [&] { return readLow(root / "low.npy", "0000.png", {height, width}, 16); };
    if (factorX == 0) {
      const auto error = fileError(read);
      QVERIFY(error);
      QVERIFY2(error->problem().find("0000.png") != std::string::npos, error->what());
      return;
    }
    const LowDepth low = read();
    QCOMPARE(low.factorX, factorX);
    QCOMPARE(low.factorY, factorX);
    QCOMPARE(low.phaseX, phaseX);
    QCOMPARE(low.phaseY, phaseX);
    QCOMPARE(low.metresPerLevel, 16.0);
  }

  void cancelIsHeeded() {
    Folder root;
    addChallenge(root.path());
    const auto source = openChallenge(root.path());
    std::stop_source stop;
    stop.request_stop();
    const Progress stopped{stop.get_token(), {}};
    QVERIFY_EXCEPTION_THROWN(source->load(0, stopped), Cancelled);
    QVERIFY_EXCEPTION_THROWN(openChallenge(root.path(), stopped), Cancelled);
  }

  void manyThreadsMayLoadAtOnce() {
    Folder root;
    addChallenge(root.path());
    const auto source = openChallenge(root.path());
    std::atomic<int> right{0};
    {
      std::vector<std::jthread> threads;
      for (int thread = 0; thread < 4; ++thread) {
        threads.emplace_back([&] {
          for (int round = 0; round < 20; ++round) {
            const Sample sample = source->load(3, {});
            const Thumbnail small = source->thumbnail(2);
            right += sample.rgb[0][0][0].item<int>() == 10 && sample.truth && small.rgb[0] == 7;
          }
        });
      }
    }
    QCOMPARE(right.load(), 80);
  }
};

QTEST_GUILESS_MAIN(ChallengeTest)
#include "challenge.moc"
