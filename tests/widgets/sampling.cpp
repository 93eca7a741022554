#include "widgets/image/sampling.h"

#include <QColor>
#include <QTest>

using namespace fathom;

namespace {

constexpr QRectF kWhole(0, 0, 1, 1);

/// Every pixel tells where it lies.
QImage labelled(int width, int height) {
  QImage image(width, height, QImage::Format_RGB32);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) image.setPixel(x, y, qRgb(x & 255, y & 255, x >> 8));
  }
  return image;
}

}  // namespace

class SamplingTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void actualSizeIsTheSameBytes() {
    const QImage image = labelled(40, 30);
    const QImage shown = sampled(image, {0, 0, 40, 30}, kWhole, {0, 0, 40, 30});
    QCOMPARE(shown.convertToFormat(QImage::Format_RGB32), image);
  }

  void enlargedPixelsAreSquares() {
    const QImage image = labelled(40, 30);
    const QImage shown = sampled(image, {-20, -15, 40 * 8, 30 * 8}, kWhole, {0, 0, 200, 150});
    for (int y = 0; y < 150; ++y) {
      for (int x = 0; x < 200; ++x) {
        QCOMPARE(shown.pixel(x, y), image.pixel((x + 20) / 8, (y + 15) / 8));
      }
    }
  }

  // However odd the zoom, the edges of a coarse map's cells lie on edges of the fine map's pixels.
  void coarseAndFineEdgesMeet_data() {
    QTest::addColumn<int>("width");
    for (const int width : {640, 641, 777, 1023, 1280, 2001}) {
      QTest::addRow("%d", width) << width;
    }
  }
  void coarseAndFineEdgesMeet() {
    QFETCH(int, width);
    const QRect picture(-37, -11, width, width * 3 / 4);
    const QRect visible(0, 0, 300, 200);
    const QImage fine = sampled(labelled(640, 480), picture, kWhole, visible);
    const QImage coarse = sampled(labelled(80, 60), picture, kWhole, visible);
    for (int y = 0; y < 200; ++y) {
      for (int x = 0; x < 300; ++x) {
        const QRgb pixel = fine.pixel(x, y), cell = coarse.pixel(x, y);
        QCOMPARE(qRed(cell), (qRed(pixel) + 256 * qBlue(pixel)) / 8);
        if (picture.height() >= 480) QCOMPARE(qGreen(cell), qGreen(pixel) / 8);
      }
    }
  }

  void besideThePictureIsClear() {
    const QImage shown = sampled(labelled(4, 4), {10, 20, 4, 4}, kWhole, {0, 0, 30, 30});
    for (int y = 0; y < 30; ++y) {
      for (int x = 0; x < 30; ++x) {
        const bool inside = x >= 10 && x < 14 && y >= 20 && y < 24;
        QCOMPARE(qAlpha(shown.pixel(x, y)), inside ? 255 : 0);
      }
    }
  }

  void anExtentCoversItsPartOnly() {
    const QImage shown =
        sampled(labelled(2, 2), {0, 0, 100, 100}, {0.0, 0.0, 0.8, 0.5}, {0, 0, 100, 100});
    QCOMPARE(shown.pixel(39, 24), qRgb(0, 0, 0));
    QCOMPARE(shown.pixel(40, 24), qRgb(1, 0, 0));
    QCOMPARE(shown.pixel(79, 49), qRgb(1, 1, 0));
    QCOMPARE(qAlpha(shown.pixel(80, 0)), 0);
    QCOMPARE(qAlpha(shown.pixel(0, 50)), 0);
  }

  void shrunkPixelsAreAveraged() {
    QImage checked(200, 200, QImage::Format_RGB32);
    for (int y = 0; y < 200; ++y) {
      for (int x = 0; x < 200; ++x) checked.setPixel(x, y, (x + y) % 2 ? 0xffffffff : 0xff000000);
    }
    const QImage shown = sampled(checked, {0, 0, 50, 50}, kWhole, {0, 0, 50, 50});
    for (int at = 5; at < 45; at += 5) {
      QVERIFY(std::abs(qRed(shown.pixel(at, 50 - at)) - 128) < 20);
    }
  }

  void shrunkLiesWhereItShould() {
    QImage plain(200, 100, QImage::Format_RGB32);
    plain.fill(Qt::red);
    const QImage shown = sampled(plain, {7, 9, 20, 10}, kWhole, {0, 0, 40, 30});
    for (int y = 0; y < 30; ++y) {
      for (int x = 0; x < 40; ++x) {
        const bool inside = x >= 7 && x < 27 && y >= 9 && y < 19;
        QCOMPARE(qAlpha(shown.pixel(x, y)), inside ? 255 : 0);
      }
    }
  }

  void otherFormatsAreTaken() {
    QImage grey(4, 4, QImage::Format_Grayscale8);
    grey.fill(77);
    const QImage shown = sampled(grey, {0, 0, 8, 8}, kWhole, {0, 0, 8, 8});
    QCOMPARE(shown.pixel(3, 3), qRgb(77, 77, 77));
  }

  void nothingGivesNothing() {
    QVERIFY(sampled({}, {0, 0, 8, 8}, kWhole, {0, 0, 8, 8}).isNull());
    QVERIFY(sampled(labelled(4, 4), {}, kWhole, {0, 0, 8, 8}).isNull());
    QVERIFY(sampled(labelled(4, 4), {0, 0, 8, 8}, kWhole, {}).isNull());
    QVERIFY(sampled(labelled(4, 4), {0, 0, 8, 8}, {}, {0, 0, 8, 8}).isNull());
  }
};

QTEST_GUILESS_MAIN(SamplingTest)
#include "sampling.moc"
