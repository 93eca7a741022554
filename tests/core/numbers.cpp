// The numbers under everything: random words, logarithm, sine and cosine, hashes.
#include <QtTest>
#include <cmath>
#include <numbers>
#include <random>
#include <set>

#include "core/elementary.h"
#include "core/hash.h"
#include "core/philox.h"
#include "tests/support/maps.h"

using namespace fathom;

namespace {

double relativeError(double got, double wanted) {
  return std::abs(got - wanted) / std::max(1.0, std::abs(wanted));
}

}  // namespace

class NumbersTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  // The vectors that Random123 publishes for philox4x32-10.
  void philoxKnownAnswers_data() {
    QTest::addColumn<QList<quint32>>("counter");
    QTest::addColumn<QList<quint32>>("key");
    QTest::addColumn<QList<quint32>>("words");
    QTest::newRow("zeros") << QList<quint32>{0, 0, 0, 0} << QList<quint32>{0, 0}
                           << QList<quint32>{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8};
    QTest::newRow("ones") << QList<quint32>{~0u, ~0u, ~0u, ~0u} << QList<quint32>{~0u, ~0u}
                          << QList<quint32>{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd};
    QTest::newRow("pi") << QList<quint32>{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}
                        << QList<quint32>{0xa4093822, 0x299f31d0}
                        << QList<quint32>{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1};
  }
  void philoxKnownAnswers() {
    QFETCH(QList<quint32>, counter);
    QFETCH(QList<quint32>, key);
    QFETCH(QList<quint32>, words);
    const Words4 got = philox({{counter[0], counter[1], counter[2], counter[3]}}, key[0], key[1]);
    for (int i = 0; i < 4; ++i) QCOMPARE(got.v[i], words[i]);
  }

  void everyPartOfCounterAndKeyMatters() {
    std::set<std::uint32_t> seen;
    for (std::uint32_t bit = 0; bit < 32; ++bit) {
      for (int part = 0; part < 4; ++part) {
        Words4 counter{};
        counter.v[part] = 1u << bit;
        seen.insert(philox(counter, 0, 0).v[0]);
      }
      seen.insert(philox({}, 1u << bit, 0).v[0]);
      seen.insert(philox({}, 0, 1u << bit).v[0]);
    }
    QCOMPARE(seen.size(), std::size_t{6 * 32});
  }

  void openUnitNeverReachesItsEnds() {
    QVERIFY(openUnit(0) > 0.0);
    QVERIFY(openUnit(~0u) < 1.0);
    QCOMPARE(openUnit(0) + openUnit(~0u), 1.0);
    QCOMPARE(openUnit(0x80000000u), 0.5 + 1.0 / 8589934592.0);
  }

  void logarithmAgreesWithLibm() {
    std::mt19937_64 random(7);
    std::uniform_real_distribution<double> exponent(-1020, 1020), mantissa(1, 2);
    double worst = 0;
    for (int i = 0; i < 200000; ++i) {
      const double x = std::ldexp(mantissa(random), static_cast<int>(exponent(random)));
      worst = std::max(worst, relativeError(portableLog(x), std::log(x)));
    }
    QVERIFY2(worst < 1e-15, qPrintable(QString::number(worst)));
  }

  void logarithmNearOneAndAtTheEnds() {
    QCOMPARE(portableLog(1.0), 0.0);
    for (double step = 0.5; step > 3e-16; step /= 2) {
      // Relative to the result itself: ln(1 + x) for tiny x must not drown in cancellation.
      QVERIFY(std::abs(portableLog(1 + step) / std::log(1 + step) - 1) < 1e-15);
      QVERIFY(std::abs(portableLog(1 - step / 2) / std::log(1 - step / 2) - 1) < 1e-15);
    }
    for (const double x : {std::numeric_limits<double>::min(), std::numeric_limits<double>::max(),
                           std::numbers::sqrt2, std::numbers::sqrt2 / 2, 0.5, 2.0}) {
      QVERIFY(relativeError(portableLog(x), std::log(x)) < 1e-15);
    }
  }

  void sineAndCosineAgreeWithLibm() {
    double worst = 0;
    const auto look = [&](double turns) {
      const SineCosine got = portableSineCosine(turns);
      // The reference in long double, so that its own rounding of 2π does not count.
      const long double angle = 2 * std::numbers::pi_v<long double> * turns;
      worst = std::max(worst, std::abs(got.sine - static_cast<double>(std::sin(angle))));
      worst = std::max(worst, std::abs(got.cosine - static_cast<double>(std::cos(angle))));
    };
    for (int i = 0; i <= 100000; ++i) look(i / 100000.0);
    for (int eighth = 0; eighth <= 8; ++eighth) {
      look(std::clamp(std::nextafter(eighth / 8.0, -1.0), 0.0, 1.0));
      look(std::clamp(std::nextafter(eighth / 8.0, 2.0), 0.0, 1.0));
    }
    QVERIFY2(worst < 1e-15, qPrintable(QString::number(worst)));
  }

  void sineAndCosineAreExactAtQuarters() {
    for (const auto& [turns, sine, cosine] : std::vector<std::array<double, 3>>{
             {0, 0, 1}, {.25, 1, 0}, {.5, 0, -1}, {.75, -1, 0}, {1, 0, 1}}) {
      const SineCosine got = portableSineCosine(turns);
      QVERIFY(got.sine == sine && got.cosine == cosine);
    }
  }

  void hashesHaveTheirPublishedValues() {
    QCOMPARE(fnv1a32(""), 0x811c9dc5u);
    QCOMPARE(fnv1a32("a"), 0xe40c292cu);
    QCOMPARE(fnv1a32("foobar"), 0xbf9cf968u);
  }

  void fillingOfTestsIsTheDocumentedOne() {
    const double image[] = {0.73714433, 0.44657614, 0.00232315, 0.62072601};
    for (std::uint64_t j = 0; j < 4; ++j)
      QVERIFY(std::abs(test::unit("image", j) - image[j]) < 1e-8);
    QVERIFY(std::abs(test::unit("depth", 0) - 0.95687589) < 1e-8);
  }
};

QTEST_GUILESS_MAIN(NumbersTest)
#include "numbers.moc"
