#include "datasets/codecs/image.h"

#include <ATen/ops/arange.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/full.h>
#include <ATen/ops/randint.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>

#include <QtTest>
#include <limits>
#include <random>

#include "fixtures.h"
#include "png_fixture.h"

using namespace fathom;
using namespace fathom::fixtures;

namespace {

/// Checks a read image against a function of position and channel.
template <typename Expected>
QByteArray difference(const at::Tensor& rgb, std::uint32_t width, std::uint32_t height,
                      Expected expected) {
  if (rgb.sizes() != at::IntArrayRef{3, height, width}) return "another size";
  const auto* pixels = rgb.const_data_ptr<std::uint8_t>();
  for (int channel = 0; channel < 3; ++channel) {
    for (std::uint32_t y = 0; y < height; ++y) {
      for (std::uint32_t x = 0; x < width; ++x) {
        const unsigned found = *pixels++, wanted = expected(x, y, channel);
        if (found == wanted) continue;
        return QByteArray("channel ") + QByteArray::number(channel) + " at " +
               QByteArray::number(x) + "," + QByteArray::number(y) + ": " +
               QByteArray::number(found) + " not " + QByteArray::number(wanted);
      }
    }
  }
  return {};
}

}  // namespace

class ImageTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void readsEveryKindOfPng_data() {
    QTest::addColumn<int>("colour");
    QTest::addColumn<int>("bits");
    QTest::addColumn<bool>("interlaced");
    for (const bool interlaced : {false, true}) {
      for (const auto& [colour, bits] : std::vector<std::pair<int, int>>{{0, 1},
                                                                         {0, 2},
                                                                         {0, 4},
                                                                         {0, 8},
                                                                         {2, 8},
                                                                         {3, 1},
                                                                         {3, 2},
                                                                         {3, 4},
                                                                         {3, 8},
                                                                         {4, 8},
                                                                         {6, 8}}) {
        QTest::addRow("colour type %d, %d bits%s", colour, bits, interlaced ? ", interlaced" : "")
            << colour << bits << interlaced;
      }
    }
  }

  void readsEveryKindOfPng() {
    QFETCH(int, colour);
    QFETCH(int, bits);
    QFETCH(bool, interlaced);
    PngFile file;
    file.width = 21;
    file.height = 13;
    file.colour = colour;
    file.bits = bits;
    file.interlace = interlaced;
    const unsigned most = (1u << bits) - 1;
    for (unsigned entry = 0; colour == 3 && entry <= most; ++entry) {
      for (const unsigned part : {entry, 255 - entry, entry / 2}) {
        file.palette += static_cast<char>(part);
      }
    }
    writeBytes(folder_ / "kind.png", file.bytes());
    const at::Tensor rgb = readRgb(folder_ / "kind.png");
    QCOMPARE(rgb.scalar_type(), at::kByte);
    QCOMPARE(difference(rgb, file.width, file.height,
                        [&](std::uint32_t x, std::uint32_t y, int channel) -> unsigned {
                          const unsigned first = file.value(x, y, 0) & most;
                          if (colour == 3) {
                            return channel == 0 ? first : channel == 1 ? 255 - first : first / 2;
                          }
                          if (colour == 0 || colour == 4) return first * 255 / most;
                          return file.value(x, y, channel) & most;
                        }),
             QByteArray());
  }

  void smallestSizesInterlacedAndNot() {
    for (const int interlace : {0, 1}) {
      for (std::uint32_t width = 1; width <= 9; ++width) {
        for (std::uint32_t height = 1; height <= 9; ++height) {
          PngFile file;
          file.width = width;
          file.height = height;
          file.interlace = interlace;
          file.value = [](std::uint32_t x, std::uint32_t y, int channel) {
            return 20 * y + 7 * x + channel;
          };
          writeBytes(folder_ / "small.png", file.bytes());
          QCOMPARE(difference(readRgb(folder_ / "small.png"), width, height, file.value),
                   QByteArray());
        }
      }
    }
  }

  void nothingButPixelsMakesPixels() {
    PngFile file;
    file.beforePixels = pngChunk("gAMA", bigEndian(10'000)) + pngChunk("sRGB", std::string(1, 9)) +
                        pngChunk("iCCP", "broken") + pngChunk("tRNS", std::string(6, '\0')) +
                        pngChunk("tEXt", "a text") + pngChunk("zTXt", "bomb");
    file.afterPixels = pngChunk("eXIf", "II*\0") + pngChunk("tIME", "now");
    writeBytes(folder_ / "extra.png", file.bytes() + "what follows the end chunk");
    StandardError printed(folder_ / "stderr");
    const at::Tensor rgb = readRgb(folder_ / "extra.png");
    QCOMPARE(printed.finish(), std::string());
    QCOMPARE(difference(rgb, 5, 3, file.value), QByteArray());
  }

  void shortPaletteIsFilledUp() {
    PngFile file;
    file.colour = 3;
    file.palette = std::string("\x0a\x14\x1e", 3);
    file.value = [](std::uint32_t x, std::uint32_t, int) { return x == 0 ? 0u : 200u; };
    writeBytes(folder_ / "palette.png", file.bytes());
    StandardError printed(folder_ / "stderr");
    const at::Tensor rgb = readRgb(folder_ / "palette.png");
    QCOMPARE(printed.finish(), std::string());
    QCOMPARE(difference(rgb, 5, 3,
                        [](std::uint32_t x, std::uint32_t, int channel) -> unsigned {
                          return x == 0 ? 10u * (channel + 1) : 0u;
                        }),
             QByteArray());
  }

  void pixelDataInManyChunks() {
    PngFile file;
    file.width = 150;
    file.height = 90;
    std::mt19937 random(5);
    file.value = [&random](std::uint32_t, std::uint32_t, int) -> unsigned {
      return random() & 255;
    };
    const std::string data = packed(file.pixels());
    std::vector<std::string> parts{""};
    for (std::size_t at = 0; at < data.size(); at += 1000) parts.push_back(data.substr(at, 1000));
    parts.push_back("");
    writeBytes(folder_ / "one.png", file.bytesWith({data}));
    writeBytes(folder_ / "many.png", file.bytesWith(parts));
    QVERIFY(parts.size() > 30);
    QVERIFY(at::equal(readRgb(folder_ / "one.png"), readRgb(folder_ / "many.png")));
  }

  void sixteenBitColourIsRefused_data() {
    QTest::addColumn<int>("colour");
    QTest::addColumn<QByteArray>("says");
    QTest::newRow("grey") << 0 << QByteArray("depth map");
    QTest::newRow("RGB") << 2 << QByteArray("16 bits per channel");
    QTest::newRow("grey and alpha") << 4 << QByteArray("depth map");
    QTest::newRow("RGBA") << 6 << QByteArray("16 bits per channel");
  }

  void sixteenBitColourIsRefused() {
    QFETCH(int, colour);
    QFETCH(QByteArray, says);
    PngFile file;
    file.colour = colour;
    file.bits = 16;
    writeBytes(folder_ / "deep.png", file.bytes());
    for (const auto& error : {fileError([&] { readRgb(folder_ / "deep.png"); }),
                              fileError([&] { readThumbnail(folder_ / "deep.png"); })}) {
      QVERIFY(error);
      QVERIFY2(error->problem().find(says.toStdString()) != std::string::npos, error->what());
      QVERIFY(!error->remedy().empty());
    }
  }

  void colourRoundTrip() {
    for (const auto& [height, width] :
         std::vector<std::pair<std::int64_t, std::int64_t>>{{1, 1}, {1, 7}, {9, 1}, {60, 80}}) {
      const at::Tensor rgb = at::randint(0, 256, {3, height, width}, at::kByte);
      writeRgbPng(folder_ / "rgb.png", rgb);
      QVERIFY(at::equal(readRgb(folder_ / "rgb.png"), rgb));
      writeRgbPng(folder_ / "rgb.png", rgb.flip(2));  // not contiguous in the same way
      QVERIFY(at::equal(readRgb(folder_ / "rgb.png"), rgb.flip(2)));
    }
  }

  void colourOfAnotherShapeIsNotWritten() {
    const auto write = [&](const at::Tensor& rgb) { writeRgbPng(folder_ / "no.png", rgb); };
    QVERIFY_EXCEPTION_THROWN(write(at::Tensor()), BadInput);
    QVERIFY_EXCEPTION_THROWN(write(at::zeros({4, 5}, at::kByte)), BadInput);
    QVERIFY_EXCEPTION_THROWN(write(at::zeros({4, 5, 6}, at::kByte)), BadInput);
    QVERIFY_EXCEPTION_THROWN(write(at::zeros({3, 0, 6}, at::kByte)), BadInput);
    QVERIFY_EXCEPTION_THROWN(write(at::zeros({3, 5, 6}, at::kFloat)), BadInput);
    QVERIFY(!fs::exists(folder_ / "no.png"));
  }

  void everyDepthValueRoundTrips_data() {
    QTest::addColumn<double>("scale");
    QTest::newRow("millimetres") << 1.0 / 1000;
    QTest::newRow("TUM") << 1.0 / 5000;
    QTest::newRow("KITTI") << 1.0 / 256;
    QTest::newRow("challenge levels") << 65535.0 / 4095;
    QTest::newRow("metres") << 1.0;
  }

  void everyDepthValueRoundTrips() {
    QFETCH(double, scale);
    PngFile file;
    file.width = file.height = 256;
    file.colour = 0;
    file.bits = 16;
    file.value = [](std::uint32_t x, std::uint32_t y, int) { return 256 * y + x; };
    writeBytes(folder_ / "depth.png", file.bytes());
    const DepthMap depth = readDepthPng(folder_ / "depth.png", scale);
    QVERIFY((depth.size() == Size{256, 256}));
    const auto* metres = depth.metres.const_data_ptr<float>();
    const auto* reason = depth.reason.const_data_ptr<std::uint8_t>();
    for (int value = 0; value < 65536; ++value) {
      QCOMPARE(metres[value], static_cast<float>(value * scale));
      QCOMPARE(reason[value] == static_cast<int>(Reason::kMissing), value == 0);
    }
    writeDepthPng(folder_ / "again.png", depth, scale);
    const DepthMap again = readDepthPng(folder_ / "again.png", scale);
    QVERIFY(at::equal(again.metres, depth.metres));
    QVERIFY(at::equal(again.reason, depth.reason));
  }

  void interlacedDepthIsReadToo() {
    PngFile file;
    file.width = 11;
    file.height = 10;
    file.colour = 0;
    file.bits = 16;
    file.interlace = 1;
    file.value = [](std::uint32_t x, std::uint32_t y, int) { return 5000 * y + 301 * x + 1; };
    writeBytes(folder_ / "depth.png", file.bytes());
    const DepthMap depth = readDepthPng(folder_ / "depth.png", 1);
    for (std::uint32_t y = 0; y < 10; ++y) {
      for (std::uint32_t x = 0; x < 11; ++x) {
        QCOMPARE(depth.metres[y][x].item<float>(), static_cast<float>(file.value(x, y, 0)));
      }
    }
  }

  void writtenDepthIsRoundedAndNeverBecomesMissing() {
    const float nan = std::numeric_limits<float>::quiet_NaN();
    const DepthMap depth =
        makeDepthMap(at::tensor({0.0001f, 1.0006f, nan, -3.0f, 65.535f}).view({1, 5}));
    writeDepthPng(folder_ / "round.png", depth, 0.001);
    const DepthMap read = readDepthPng(folder_ / "round.png", 0.001);
    const auto* metres = read.metres.const_data_ptr<float>();
    QCOMPARE(metres[0], 0.001f);
    QCOMPARE(metres[1], 1.001f);
    QCOMPARE(metres[4], 65.535f);
    QVERIFY(at::equal(read.reason, depth.reason));
    QCOMPARE(read.reason.eq(static_cast<int>(Reason::kMissing)).sum().item<int>(), 2);
  }

  void depthThatDoesNotFitIsNotWritten() {
    const DepthMap far = makeDepthMap(at::full({2, 2}, 65.6f));
    QVERIFY_EXCEPTION_THROWN(writeDepthPng(folder_ / "far.png", far, 0.001), BadInput);
    const DepthMap negative = makePrediction(at::full({2, 2}, -0.5f));
    QVERIFY_EXCEPTION_THROWN(writeDepthPng(folder_ / "far.png", negative, 0.001), BadInput);
    for (const double scale : {0.0, -1.0, std::numeric_limits<double>::infinity(),
                               std::numeric_limits<double>::quiet_NaN()}) {
      QVERIFY_EXCEPTION_THROWN(writeDepthPng(folder_ / "far.png", far, scale), BadInput);
      QVERIFY_EXCEPTION_THROWN(readDepthPng(folder_ / "far.png", scale), BadInput);
    }
    QVERIFY(!fs::exists(folder_ / "far.png"));
  }

  void depthFromOtherPicturesIsRefused_data() {
    QTest::addColumn<int>("colour");
    QTest::addColumn<int>("bits");
    QTest::newRow("8-bit grey") << 0 << 8;
    QTest::newRow("8-bit RGB") << 2 << 8;
    QTest::newRow("16-bit RGB") << 2 << 16;
    QTest::newRow("16-bit grey with alpha") << 4 << 16;
    QTest::newRow("RGBA") << 6 << 8;
  }

  void depthFromOtherPicturesIsRefused() {
    QFETCH(int, colour);
    QFETCH(int, bits);
    PngFile file;
    file.colour = colour;
    file.bits = bits;
    writeBytes(folder_ / "picture.png", file.bytes());
    const auto error = fileError([&] { readDepthPng(folder_ / "picture.png", 0.001); });
    QVERIFY(error);
    QVERIFY2(error->problem().find("16-bit grey") != std::string::npos, error->what());
  }

  void thumbnailFitsItsBoxAndShowsThePicture_data() {
    QTest::addColumn<int>("width");
    QTest::addColumn<int>("height");
    QTest::addColumn<int>("smallWidth");
    QTest::addColumn<int>("smallHeight");
    QTest::newRow("640×480") << 640 << 480 << 96 << 72;
    QTest::newRow("1920×1440") << 1920 << 1440 << 96 << 72;
    QTest::newRow("200×150") << 200 << 150 << 96 << 72;
    QTest::newRow("as it is") << 50 << 40 << 50 << 40;
    QTest::newRow("one pixel") << 1 << 1 << 1 << 1;
    QTest::newRow("tall") << 10 << 1000 << 1 << 72;
  }

  void thumbnailFitsItsBoxAndShowsThePicture() {
    QFETCH(int, width);
    QFETCH(int, height);
    QFETCH(int, smallWidth);
    QFETCH(int, smallHeight);
    at::Tensor rgb = at::full({3, height, width}, 30, at::kByte);
    rgb.select(0, 2).fill_(200);
    rgb.slice(1, 0, (height + 1) / 2).select(0, 0).fill_(250);  // red above, blue everywhere
    writeRgbPng(folder_ / "thumb.png", rgb);
    const Thumbnail small = readThumbnail(folder_ / "thumb.png");
    QVERIFY((imageSize(folder_ / "thumb.png") == Size{height, width}));
    QCOMPARE(small.width, smallWidth);
    QVERIFY(std::abs(small.height - smallHeight) <= 1);
    QCOMPARE(small.rgb.size(), static_cast<std::size_t>(small.width * small.height * 3));
    QCOMPARE(int{small.rgb[0]}, 250);
    QCOMPARE(int{small.rgb[1]}, 30);
    QCOMPARE(int{small.rgb[2]}, 200);
    if (height > 1) QCOMPARE(int{small.rgb[small.rgb.size() - 3]}, 30);
  }

  void fewerPixelsCanBeAllowed() {
    PngFile file;
    writeBytes(folder_ / "limit.png", file.bytes());
    QCOMPARE(readRgb(folder_ / "limit.png", 15).numel(), 45);
    QVERIFY(fileError([&] { imageSize(folder_ / "limit.png", 14); }));
    const auto error = fileError([&] { readRgb(folder_ / "limit.png", 14); });
    QVERIFY(error);
    QVERIFY2(error->problem().find("5×3 pixels") != std::string::npos, error->what());
  }

 private:
  Folder folder_;
};

QTEST_GUILESS_MAIN(ImageTest)
#include "image.moc"
