#include "widgets/forms/number_text.h"

#include <QtTest>
#include <limits>

#include "core/error.h"

using namespace fathom;

namespace {

Setting setting(decltype(Setting::kind) kind, std::string unit = {}) {
  return {"x", "X", std::move(unit), "", std::move(kind)};
}
const Setting kLinear = setting(Real{0, 1, 0.5, false}, "m");
const Setting kLog = setting(Real{0.001, 10, 0.1, true});
const Setting kLogFromZero = setting(Real{0, 1, 0.1, true});
const Setting kBits = setting(Integer{1, 16, 12});

}  // namespace

class NumberTextTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void shortTextIsExact() {
    QCOMPARE(fieldText(0.0105), "0.0105");
    QCOMPARE(fieldText(16.003663), "16.003663");
    QCOMPARE(fieldText(0.0), "0");
    QCOMPARE(fieldText(65504.0), "65504");
    QCOMPARE(fieldText(std::int64_t{-3}), "-3");
    QCOMPARE(fieldText(std::numeric_limits<std::int64_t>::max()), "9223372036854775807");
  }

  void longTextIsShortened() {
    QCOMPARE(fieldText(1.0 / 3), "0.333333");
    QCOMPARE(fieldText(65535.0 / 4095), "16.0037");
  }

  void readsWhatPeopleType() {
    QVERIFY(typedValue(kLinear, "0.25") == Value(0.25));
    QVERIFY(typedValue(kLinear, " 0.25 m ") == Value(0.25));
    QVERIFY(typedValue(kLinear, "0,25m") == Value(0.25));
    QVERIFY(typedValue(kLinear, "+2.5e-1") == Value(0.25));
    QVERIFY(typedValue(kLinear, QString("0.25") + QChar(0xa0) + "m") == Value(0.25));
    const Setting signedOne = setting(Real{-5, 5, 0, false});
    QVERIFY(typedValue(signedOne, QString(QChar(0x2212)) + "2") == Value(-2.0));
    QVERIFY(typedValue(kBits, "8") == Value(std::int64_t{8}));
  }

  void refusesWhatDoesNotFit() {
    for (const char* text : {"", "m", "1.5", "-0.1", "nan", "inf", "1,2,3", "0.5 km", "abc"}) {
      QVERIFY_EXCEPTION_THROWN(typedValue(kLinear, text), BadInput);
    }
    QVERIFY_EXCEPTION_THROWN(typedValue(kBits, "8.5"), BadInput);
  }

  void sliderOnlyWhereItHelps() {
    QVERIFY(SliderScale::of(kLinear));
    QVERIFY(SliderScale::of(kBits));
    const auto greatest = std::numeric_limits<std::int64_t>::max();
    QVERIFY(!SliderScale::of(setting(Integer{0, greatest, 1})));
    QVERIFY(!SliderScale::of(setting(Integer{-greatest, greatest, 1})));
    QVERIFY(!SliderScale::of(setting(Real{0, std::numeric_limits<double>::infinity(), 1})));
    QVERIFY(!SliderScale::of(setting(Real{1, 1, 1})));
    QVERIFY(!SliderScale::of(setting(Flag{})));
  }

  void endsAreExact_data() {
    QTest::addColumn<int>("which");
    for (int i = 0; i < 4; ++i) QTest::addRow("%d", i) << i;
  }
  void endsAreExact() {
    QFETCH(int, which);
    const std::array settings{kLinear, kLog, kLogFromZero, kBits};
    const Setting& each = settings[static_cast<std::size_t>(which)];
    const SliderScale scale = *SliderScale::of(each);
    Value least, greatest;
    if (const auto* number = std::get_if<Real>(&each.kind)) {
      least = number->least;
      greatest = number->greatest;
    } else {
      least = std::get<Integer>(each.kind).least;
      greatest = std::get<Integer>(each.kind).greatest;
    }
    QVERIFY(scale.value(0) == least);
    QVERIFY(scale.value(scale.maximum()) == greatest);
    QCOMPARE(scale.position(least), 0);
    QCOMPARE(scale.position(greatest), scale.maximum());
    // There and back: a value on the slider stays where it is.
    for (int position = 0; position <= scale.maximum(); ++position) {
      QVERIFY(std::abs(scale.position(scale.value(position)) - position) <= 1);
    }
  }

  void valuesAreRound() {
    const SliderScale linear = *SliderScale::of(kLinear);
    for (int position = 0; position <= linear.maximum(); position += 7) {
      QVERIFY(fieldText(linear.value(position)).size() <= 6);
    }
    const SliderScale log = *SliderScale::of(kLog);
    for (int position = 0; position <= log.maximum(); position += 7) {
      QVERIFY(fieldText(log.value(position)).size() <= 7);
    }
  }

  void logarithmicMeansEqualRatios() {
    const SliderScale scale = *SliderScale::of(kLog);
    QCOMPARE(scale.position(0.1), 500);
    QCOMPARE(scale.position(0.01), 250);
  }

  void everyWholeNumberIsReached() {
    const SliderScale scale = *SliderScale::of(kBits);
    QCOMPARE(scale.maximum(), 15);
    QVERIFY(scale.value(7) == Value(std::int64_t{8}));
  }

  void stepsAreRoundAndStayInside() {
    QVERIFY(SliderScale::of(kLinear)->stepped(0.1, 2) == Value(0.12));
    QVERIFY(SliderScale::of(kLinear)->stepped(0.995, 10) == Value(1.0));
    QVERIFY(SliderScale::of(kLog)->stepped(0.1, 1) == Value(0.11));
    QVERIFY(SliderScale::of(kLogFromZero)->stepped(0.0, -1) == Value(0.0));
    QVERIFY(std::get<double>(SliderScale::of(kLogFromZero)->stepped(0.0, 1)) > 0);
    QVERIFY(SliderScale::of(kBits)->stepped(std::int64_t{16}, 1) == Value(std::int64_t{16}));
  }
};

QTEST_GUILESS_MAIN(NumberTextTest)
#include "number_text.moc"
