#include "widgets/colour/colour_map.h"

#include <QTest>
#include <algorithm>
#include <cmath>

#include "core/error.h"

using namespace fathom;

namespace {

int channelDistance(QRgb a, QRgb b) {
  return std::max({std::abs(qRed(a) - qRed(b)), std::abs(qGreen(a) - qGreen(b)),
                   std::abs(qBlue(a) - qBlue(b))});
}

double lightness(QRgb colour) {
  const auto linear = [](double channel) {
    channel /= 255;
    return channel <= 0.04045 ? channel / 12.92 : std::pow((channel + 0.055) / 1.055, 2.4);
  };
  return 0.2126 * linear(qRed(colour)) + 0.7152 * linear(qGreen(colour)) +
         0.0722 * linear(qBlue(colour));
}

}  // namespace

class ColourMapTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void viridisIsFirst() { QCOMPARE(colourMaps().front().id, QStringLiteral("viridis")); }

  void idsAreUnique() {
    for (const ColourMap& map : colourMaps()) {
      QCOMPARE(std::ranges::count(colourMaps(), map.id, &ColourMap::id), 1);
      QVERIFY(!map.title.isEmpty());
    }
  }

  void unknownIdListsTheKnownOnes() {
    try {
      colourMap(QStringLiteral("jet"));
      QFAIL("accepted jet");
    } catch (const BadInput& error) {
      QVERIFY(error.remedy().find("viridis") != std::string::npos);
    }
  }

  void endsAreThePublishedOnes_data() {
    QTest::addColumn<QString>("id");
    QTest::addColumn<QRgb>("first");
    QTest::addColumn<QRgb>("last");
    QTest::newRow("viridis") << "viridis" << QRgb(0xff440154) << QRgb(0xfffde725);
    QTest::newRow("turbo") << "turbo" << QRgb(0xff30123b) << QRgb(0xff7a0403);
    QTest::newRow("inferno") << "inferno" << QRgb(0xff000004) << QRgb(0xfffcffa4);
    QTest::newRow("magma") << "magma" << QRgb(0xff000004) << QRgb(0xfffcfdbf);
    QTest::newRow("spectral") << "spectral" << QRgb(0xff5e4fa2) << QRgb(0xff9e0142);
    QTest::newRow("grey") << "grey" << QRgb(0xff000000) << QRgb(0xffffffff);
  }
  void endsAreThePublishedOnes() {
    QFETCH(QString, id);
    QFETCH(QRgb, first);
    QFETCH(QRgb, last);
    QCOMPARE(colourMap(id).entries.front(), first);
    QCOMPARE(colourMap(id).entries.back(), last);
  }

  // Entries 64, 128 and 192 of the published tables of 256.
  void insideIsThePublishedOne_data() {
    QTest::addColumn<QString>("id");
    QTest::addColumn<int>("at");
    QTest::addColumn<QRgb>("colour");
    QTest::newRow("viridis") << "viridis" << 128 << QRgb(0xff21918c);
    QTest::newRow("inferno") << "inferno" << 128 << QRgb(0xffbc3754);
    QTest::newRow("magma") << "magma" << 128 << QRgb(0xffb73779);
    QTest::newRow("turbo") << "turbo" << 128 << QRgb(0xffa4fc3c);
  }
  void insideIsThePublishedOne() {
    QFETCH(QString, id);
    QFETCH(int, at);
    QFETCH(QRgb, colour);
    const auto entry = static_cast<std::size_t>(entryAt(at / 255.0));
    QVERIFY(channelDistance(colourMap(id).entries[entry], colour) <= 2);
  }

  void neighboursAreClose() {
    for (const ColourMap& map : colourMaps()) {
      for (std::size_t i = 1; i < map.entries.size(); ++i) {
        QVERIFY2(channelDistance(map.entries[i - 1], map.entries[i]) <= 3, qPrintable(map.id));
        QCOMPARE(qAlpha(map.entries[i]), 255);
      }
    }
  }

  void invalidAndSkyLieOutsideEveryMap() {
    QVERIFY(channelDistance(kInvalidColour, kSkyColour) >= 20);
    for (const ColourMap& map : colourMaps()) {
      for (const QRgb entry : map.entries) {
        QVERIFY2(channelDistance(entry, kInvalidColour) >= 20, qPrintable(map.id));
        QVERIFY2(channelDistance(entry, kSkyColour) >= 20, qPrintable(map.id));
      }
    }
  }

  void nearIsWarmOrBrightOverDepth() {
    for (const ColourMap& map : colourMaps()) {
      const ColourTable depth = tableOf(map, MapUse::kDepth);
      QCOMPARE(depth.front(), map.entries.back());
      QCOMPARE(depth.back(), map.entries.front());
      const bool warmer = qRed(depth.front()) > qRed(depth.back());
      QVERIFY2(warmer || lightness(depth.front()) > lightness(depth.back()), qPrintable(map.id));
      QVERIFY(tableOf(map, MapUse::kMagnitude) == map.entries);
    }
  }

  void sequentialMapsGrowBrighter() {
    for (const char* id : {"viridis", "inferno", "magma", "grey"}) {
      const ColourTable& entries = colourMap(QString::fromLatin1(id)).entries;
      for (std::size_t i = 64; i < entries.size(); i += 64) {
        QVERIFY2(lightness(entries[i]) > lightness(entries[i - 64]), id);
      }
    }
  }

  void signedErrorIsNeutralAtNothing() {
    const ColourMap& map = colourMap(QStringLiteral("error"));
    QVERIFY(map.diverging);
    const QRgb middle = map.entries[static_cast<std::size_t>(entryAt(0.5))];
    QVERIFY(std::abs(qRed(middle) - qBlue(middle)) <= 2);
    QVERIFY(std::abs(qRed(middle) - qGreen(middle)) <= 2);
    for (std::size_t i = 0; i < 500; i += 20) {
      QVERIFY(qBlue(map.entries[i]) > qRed(map.entries[i]));
      QVERIFY(qRed(map.entries[kMapEntries - 1 - i]) > qBlue(map.entries[kMapEntries - 1 - i]));
    }
  }

  void entriesOfPositions() {
    QCOMPARE(entryAt(0.0), 0);
    QCOMPARE(entryAt(1.0), kMapEntries - 1);
    QCOMPARE(entryAt(0.5), kMapEntries / 2);
  }
};

QTEST_GUILESS_MAIN(ColourMapTest)
#include "colour_map.moc"
