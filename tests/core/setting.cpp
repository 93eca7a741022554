#include "core/setting.h"

#include <QtTest>

#include "core/error.h"

using namespace fathom;

namespace {

const Setting kSigma{"sigma", "σ", "levels", "noise", Real{0, 1, 0.05, false}};
const Setting kFactor{"factor", "Factor", "", "how much smaller", Integer{1, 16, 8}};
const Setting kHalf{"half_step", "Half step", "", "add half a level", Flag{true}};
const Setting kKernel{"kernel", "Kernel", "", "taps", Choice{{"torch", "pillow"}, "torch"}};

}  // namespace

class SettingTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void printedValuesReadBack() {
    for (const auto& [setting, text] : std::vector<std::pair<Setting, std::string>>{
             {kSigma, "0.1"}, {kFactor, "16"}, {kHalf, "false"}, {kKernel, "pillow"}}) {
      const Value value = parseValue(setting, text);
      QCOMPARE(printValue(value), text);
      QVERIFY(parseValue(setting, printValue(value)) == value);
    }
  }

  void refusesWhatIsOutOfRange() {
    QVERIFY_EXCEPTION_THROWN(parseValue(kSigma, "1.5"), BadInput);
    QVERIFY_EXCEPTION_THROWN(parseValue(kSigma, "nan"), BadInput);
    QVERIFY_EXCEPTION_THROWN(parseValue(kSigma, "0.1x"), BadInput);
    QVERIFY_EXCEPTION_THROWN(parseValue(kFactor, "17"), BadInput);
    QVERIFY_EXCEPTION_THROWN(parseValue(kFactor, ""), BadInput);
    QVERIFY_EXCEPTION_THROWN(parseValue(kHalf, "maybe"), BadInput);
    QVERIFY_EXCEPTION_THROWN(parseValue(kKernel, "opencv"), BadInput);
  }

  void errorNamesTheSettingAndTheRange() {
    try {
      parseValue(kFactor, "17");
      QFAIL("accepted 17");
    } catch (const BadInput& error) {
      QCOMPARE(error.subject(), std::string("factor"));
      QVERIFY(std::string(error.what()).find("1 to 16") != std::string::npos);
    }
  }

  void fillsInWhatIsLeftOut() {
    const Values values =
        checkedValues({kSigma, kFactor, kHalf, kKernel}, {{"factor", std::int64_t{4}}}, "bicubic");
    QCOMPARE(real(values, "sigma"), 0.05);
    QCOMPARE(integer(values, "factor"), std::int64_t{4});
    QCOMPARE(flag(values, "half_step"), true);
    QCOMPARE(text(values, "kernel"), std::string("torch"));
  }

  void unknownSettingListsTheKnownOnes() {
    try {
      checkedValues({kSigma, kFactor}, {{"faktor", std::int64_t{4}}}, "bicubic");
      QFAIL("accepted an unknown setting");
    } catch (const BadInput& error) {
      QCOMPARE(error.subject(), std::string("bicubic"));
      QVERIFY(error.remedy().find("factor") != std::string::npos);
    }
  }

  void wrongTypeIsRefused() {
    QVERIFY_EXCEPTION_THROWN(checkedValues({kFactor}, {{"factor", 4.0}}, "x"), BadInput);
    QVERIFY_EXCEPTION_THROWN(real({{"factor", std::int64_t{4}}}, "factor"), BadInput);
    QVERIFY_EXCEPTION_THROWN(real({}, "factor"), BadInput);
  }
};

QTEST_GUILESS_MAIN(SettingTest)
#include "setting.moc"
