#include "widgets/lists/score_text.h"

#include <QtTest>
#include <array>
#include <limits>

using namespace fathom;

namespace {

const double kNan = std::numeric_limits<double>::quiet_NaN();
const double kInfinity = std::numeric_limits<double>::infinity();
const QString kMinus(QChar(0x2212));

template <std::size_t N>
int decimals(const double (&values)[N]) {
  return columnDecimals(values);
}

}  // namespace

class ScoreTextTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void decimalsFollowTheSmallest() {
    QCOMPARE(decimals({5.62, 1.5}), 2);
    QCOMPARE(decimals({5.62, 0.197}), 3);
    QCOMPARE(decimals({57.69, 16.48}), 1);
    QCOMPARE(decimals({1234.0}), 0);
    QCOMPARE(decimals({1e-9, 1e-6}), 5);
    QCOMPARE(decimals({1e-9, 1.0}), 4);
    QCOMPARE(decimals({0.0057, 4.512}), 4);
  }

  void decimalsIgnoreWhatIsUndefined() {
    QCOMPARE(decimals({kNan, 5.0, kInfinity, 0.0}), 2);
    QCOMPARE(decimals({kNan}), 2);
    QCOMPARE(columnDecimals({}), 2);
  }

  void numbers() {
    QCOMPARE(scoreText(5.6249, 2), "5.62");
    QCOMPARE(scoreText(0, 3), "0.000");
    QCOMPARE(scoreText(-0.5, 2), kMinus + "0.50");
    QCOMPARE(scoreText(65504, 0), "65504");
  }

  void neverSilentlyZero() {
    QCOMPARE(scoreText(1e-7, 5), "1e-07");
    QCOMPARE(scoreText(0.004, 2), "4e-03");
    QCOMPARE(scoreText(2.5e9, 0), "2.50e+09");
  }

  void counts() {
    QCOMPARE(countText(0), "0");
    QCOMPARE(countText(7), "7");
    QCOMPARE(countText(949297), "949 k");
    QCOMPARE(countText(999.4), "999");
    QCOMPARE(countText(999.6), "1.00 k");
    QCOMPARE(countText(12310496), "12.3 M");
    QCOMPARE(countText(274331984), "274 M");
    QCOMPARE(countText(4.63e12), "4.63 T");
    QCOMPARE(countText(171e9), "171 G");
    QCOMPARE(countText(kNan), "–");
  }

  void undefinedAndInfinite() {
    QCOMPARE(scoreText(kNan, 2), "–");
    QCOMPARE(scoreText(kInfinity, 2), "∞");
    QCOMPARE(scoreText(-kInfinity, 2), kMinus + "∞");
  }

  void durations_data() {
    QTest::addColumn<double>("milliseconds");
    QTest::addColumn<QString>("text");
    QTest::newRow("none") << kNan << "–";
    QTest::newRow("negative") << -1.0 << "–";
    QTest::newRow("fraction") << 0.42 << "0.4 ms";
    QTest::newRow("ms") << 21.4 << "21 ms";
    QTest::newRow("almost a second") << 999.4 << "999 ms";
    QTest::newRow("a second") << 999.6 << "1.0 s";
    QTest::newRow("seconds") << 1934.0 << "1.9 s";
    QTest::newRow("many seconds") << 42'300.0 << "42 s";
    QTest::newRow("almost a minute") << 59'700.0 << "1 min 0 s";
    QTest::newRow("minutes") << 125'000.0 << "2 min 5 s";
  }
  void durations() {
    QFETCH(double, milliseconds);
    QFETCH(QString, text);
    QCOMPARE(durationText(milliseconds), text);
  }
};

QTEST_GUILESS_MAIN(ScoreTextTest)
#include "score_text.moc"
