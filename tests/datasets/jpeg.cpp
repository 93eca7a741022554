#include "datasets/codecs/jpeg.h"

#include <QtTest>
#include <opencv2/imgcodecs.hpp>

#include "datasets/codecs/image.h"
#include "fixtures.h"

using namespace fathom;
using namespace fathom::fixtures;

namespace {

/// A gradient as a JPEG; with an EXIF block and other options of OpenCV's writer.
std::string jpegBytes(int width, int height, const std::vector<int>& options = {},
                      int type = CV_8UC3) {
  cv::Mat image(height, width, type);
  for (int row = 0; row < height; ++row) {
    for (int column = 0; column < width; ++column) {
      const auto red = static_cast<std::uint8_t>(255 * row / height);
      const auto blue = static_cast<std::uint8_t>(255 * column / width);
      if (type == CV_8UC3) {
        image.at<cv::Vec3b>(row, column) = {blue, 60, red};
      } else {
        image.at<std::uint8_t>(row, column) = red;
      }
    }
  }
  std::vector<std::uint8_t> bytes;
  cv::imencode(".jpg", image, bytes, options);
  return {bytes.begin(), bytes.end()};
}

/// Where the frame header's marker is.
std::size_t frameAt(const std::string& bytes) {
  const std::size_t at = bytes.find("\xff\xc0");
  return at == std::string::npos ? bytes.find("\xff\xc2") : at;
}

}  // namespace

class JpegTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void readsBaselineProgressiveAndRestarts_data() {
    QTest::addColumn<QVector<int>>("options");
    QTest::newRow("baseline") << QVector<int>{cv::IMWRITE_JPEG_QUALITY, 98};
    QTest::newRow("progressive") << QVector<int>{cv::IMWRITE_JPEG_PROGRESSIVE, 1,
                                                 cv::IMWRITE_JPEG_QUALITY, 98};
    QTest::newRow("restarts") << QVector<int>{cv::IMWRITE_JPEG_RST_INTERVAL, 2,
                                              cv::IMWRITE_JPEG_QUALITY, 98};
  }

  void readsBaselineProgressiveAndRestarts() {
    QFETCH(QVector<int>, options);
    writeBytes(folder_ / "a.jpg", jpegBytes(70, 50, {options.begin(), options.end()}));
    const at::Tensor rgb = readRgb(folder_ / "a.jpg");
    QVERIFY((rgb.sizes() == at::IntArrayRef{3, 50, 70}));
    for (const auto& [row, column] : std::vector<std::pair<int, int>>{{5, 6}, {25, 35}, {45, 60}}) {
      QVERIFY(std::abs(rgb[0][row][column].item<int>() - 255 * row / 50) < 12);
      QVERIFY(std::abs(rgb[1][row][column].item<int>() - 60) < 12);
      QVERIFY(std::abs(rgb[2][row][column].item<int>() - 255 * column / 70) < 12);
    }
  }

  void greyBecomesRgb() {
    writeBytes(folder_ / "grey.jpg", jpegBytes(40, 30, {}, CV_8UC1));
    const at::Tensor rgb = readRgb(folder_ / "grey.jpg");
    QVERIFY((rgb.sizes() == at::IntArrayRef{3, 30, 40}));
    QVERIFY(rgb[0].equal(rgb[1]) && rgb[1].equal(rgb[2]));
  }

  void orientationOfTheCameraIsIgnored() {
    std::string bytes = jpegBytes(40, 30);
    // "rotate by 90°" in a minimal EXIF block behind the start marker
    const std::string tiff("II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0", 26);
    const std::string exif = std::string("Exif\0\0", 6) + tiff;
    bytes.insert(2, std::string("\xff\xe1\0", 3) + static_cast<char>(exif.size() + 2) + exif);
    writeBytes(folder_ / "turned.jpg", bytes);
    QVERIFY((readRgb(folder_ / "turned.jpg").sizes() == at::IntArrayRef{3, 30, 40}));
  }

  void thumbnailOfAJpeg() {
    writeBytes(folder_ / "large.jpg", jpegBytes(1280, 960));
    const Thumbnail small = readThumbnail(folder_ / "large.jpg");
    QVERIFY((imageSize(folder_ / "large.jpg") == Size{960, 1280}));
    QCOMPARE(small.width, 96);
    QCOMPARE(small.height, 72);
    QVERIFY(small.rgb[0] < 20 && small.rgb[small.rgb.size() - 3] > 235);
  }

  void bytesBehindTheEndAreLeftOut() {
    const std::string bytes = jpegBytes(40, 30), longer = bytes + "appended";
    const Bytes span(reinterpret_cast<const std::uint8_t*>(longer.data()), longer.size());
    QCOMPARE(checkedJpeg(span, "x").size(), bytes.size());
  }

  void everyCutIsRefused_data() {
    QTest::addColumn<bool>("progressive");
    QTest::newRow("baseline") << false;
    QTest::newRow("progressive") << true;
  }

  void everyCutIsRefused() {
    QFETCH(bool, progressive);
    const std::string whole = jpegBytes(24, 16, {cv::IMWRITE_JPEG_PROGRESSIVE, progressive});
    StandardError printed(folder_ / "stderr");
    for (std::size_t length = 0; length < whole.size(); ++length) {
      writeBytes(folder_ / "cut.jpg", whole.substr(0, length));
      QVERIFY2(fileError([&] { readRgb(folder_ / "cut.jpg"); }),
               QByteArray::number(quint64(length)));
    }
    QCOMPARE(printed.finish(), std::string());
  }

  void damagedHeadersAreRefusedWithTheirReason_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArray>("says");
    const std::string whole = jpegBytes(40, 30);
    const std::size_t frame = frameAt(whole);
    const auto row = [&](const char* name, std::size_t at, const std::string& put,
                         const char* says) {
      std::string bytes = whole;
      bytes.replace(at, put.size(), put);
      QTest::newRow(name) << QByteArray::fromStdString(bytes) << QByteArray(says);
    };
    row("65535×65535", frame + 5, "\xff\xff\xff\xff", "announces 65535×65535 pixels");
    row("no rows", frame + 5, std::string(2, '\0'), "without pixels");
    row("no columns", frame + 7, std::string(2, '\0'), "without pixels");
    row("12 bits", frame + 4, "\x0c", "a kind that is not read");
    row("4 channels", frame + 9, "\x04", "a kind that is not read");
    row("no channels", frame + 9, std::string(1, '\0'), "a kind that is not read");
    row("lossless", frame + 1, "\xc3", "a kind that is not read");
    row("arithmetic", frame + 1, "\xc9", "a kind that is not read");
    row("frame cut", frame + 2, std::string("\0\5", 2), "a kind that is not read");
    row("no frame", frame + 1, "\xfe", "no frame header");
    row("segment without length", 4, std::string(2, '\0'), "has no length");
    row("segment past the end", 4, "\xff\xff", "before its end marker");
    row("no marker", 2, "x", "neither a PNG nor a JPEG");
    row("no marker later", frame, "x", "no JPEG marker");
    QTest::newRow("start and end")
        << QByteArray("\xff\xd8\xff\xd9", 4) << QByteArray("no frame header");
    QTest::newRow("only markers") << QByteArray(4000, '\xff').replace(1, 1, "\xd8")
                                  << QByteArray("before its end marker");
    const std::string head = whole.substr(0, whole.find("\xff\xda"));
    QTest::newRow("no pixel data")
        << QByteArray::fromStdString(head + "\xff\xd9") << QByteArray("no pixel data");
  }

  void damagedHeadersAreRefusedWithTheirReason() {
    QFETCH(QByteArray, bytes);
    QFETCH(QByteArray, says);
    writeBytes(folder_ / "bad.jpg", bytes.toStdString());
    StandardError printed(folder_ / "stderr");
    std::optional<FileError> error;
    {
      const MemoryLimit limit(256u << 20);
      error = fileError([&] { readRgb(folder_ / "bad.jpg"); });
    }
    QCOMPARE(printed.finish(), std::string());
    QVERIFY2(error, "it was read");
    QCOMPARE(error->subject(), (folder_ / "bad.jpg").string());
    QVERIFY2(error->problem().find(says.toStdString()) != std::string::npos, error->what());
    QVERIFY2(!error->remedy().empty(), error->what());
  }

  void changedBytesAreReadOrRefused() {
    // What changes inside the pixel data cannot be found, and libjpeg may print about it; it must
    // not end the program or ask for much memory.
    const std::string whole = jpegBytes(40, 30);
    StandardError printed(folder_ / "stderr");
    const MemoryLimit limit(256u << 20);
    for (std::size_t at = 0; at < whole.size(); ++at) {
      for (const char value : {'\0', '\xff', '\x40'}) {
        std::string bytes = whole;
        bytes[at] = value;
        writeBytes(folder_ / "changed.jpg", bytes);
        try {
          QVERIFY(readRgb(folder_ / "changed.jpg").numel() > 0);
        } catch (const FileError& error) {
          QVERIFY(!error.problem().empty());
        }
      }
    }
  }

 private:
  Folder folder_;
};

QTEST_GUILESS_MAIN(JpegTest)
#include "jpeg.moc"
