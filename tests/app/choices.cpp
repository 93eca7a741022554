#include "app/evaluation/choices.h"

#include <QtTest>

#include "core/error.h"
#include "models/registry.h"

using namespace fathom;

namespace {

const UpsamplerRegistry& registry() {
  static const UpsamplerRegistry known = [] {
    UpsamplerRegistry made;
    registerModels(made);
    return made;
  }();
  return known;
}

/// The text of the BadInput that a call throws; empty where it throws none.
template <class Function>
std::string refusal(const Function& function) {
  try {
    function();
  } catch (const BadInput& error) {
    return error.what();
  }
  return {};
}
bool has(const std::string& text, const char* part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

class ChoicesTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void methodsKeepTheirOrderAndCountOnce() {
    const auto methods =
        chooseMethods(registry(), {"lanczos", "default", "interval", "nearest"}, {});
    QCOMPARE(methods.size(), std::size_t{3});
    QCOMPARE(methods[0].id, std::string("lanczos"));
    QCOMPARE(methods[1].id, std::string("interval"));
    QCOMPARE(methods[2].id, std::string("nearest"));
  }

  void settingsReachTheirMethodOnly() {
    const auto methods =
        chooseMethods(registry(), {"bicubic", "lanczos"},
                      {"bicubic.kernel=pillow", "bicubic.half_step=true", "lanczos.gain=16.5"});
    QCOMPARE(text(methods[0].values, "kernel"), std::string("pillow"));
    QCOMPARE(flag(methods[0].values, "half_step"), true);
    QCOMPARE(methods[1].values.size(), std::size_t{1});
    QCOMPARE(real(methods[1].values, "gain"), 16.5);
    QCOMPARE(describe(methods[0]), std::string("bicubic half_step=true kernel=pillow"));
  }

  void refusesMethodsAndSettings_data() {
    QTest::addColumn<QString>("method");
    QTest::addColumn<QString>("setting");
    QTest::addColumn<QString>("says");
    QTest::newRow("unknown method") << "bycubic"
                                    << ""
                                    << "bilinear";
    QTest::newRow("unknown key") << "bicubic"
                                 << "bicubic.kernels=pillow"
                                 << "kernel, gain";
    QTest::newRow("bad value") << "bicubic"
                               << "bicubic.kernel=opencv"
                               << "one of torch, pillow";
    QTest::newRow("not running") << "bicubic"
                                 << "lanczos.gain=1"
                                 << "Add lanczos to --methods";
    QTest::newRow("no method") << "bicubic"
                               << "kernel=pillow"
                               << "METHOD.KEY=VALUE";
    QTest::newRow("no value") << "bicubic"
                              << "bicubic.kernel"
                              << "METHOD.KEY=VALUE";
    QTest::newRow("method unknown") << "bicubic"
                                    << "x.kernel=torch"
                                    << "no method of this name";
    QTest::newRow("dot in the value") << "bicubic"
                                      << "gain=1.5"
                                      << "METHOD.KEY=VALUE";
    QTest::newRow("nothing") << "bicubic"
                             << "="
                             << "METHOD.KEY=VALUE";
  }
  void refusesMethodsAndSettings() {
    QFETCH(QString, method);
    QFETCH(QString, setting);
    QFETCH(QString, says);
    std::vector<std::string> settings;
    if (!setting.isEmpty()) settings.push_back(setting.toStdString());
    const std::string text =
        refusal([&] { chooseMethods(registry(), {method.toStdString()}, settings); });
    QVERIFY2(has(text, says.toUtf8()), text.c_str());
  }

  void noMethodOrProtocolIsRefused() {
    QVERIFY(has(refusal([] { chooseMethods(registry(), {}, {}); }), "list methods"));
    QVERIFY(has(refusal([] { chooseProtocols({}); }), "list protocols"));
    QVERIFY(has(refusal([] { chooseProtocols({"plain", "clip-x"}); }), "clip-C"));
  }

  void protocolsKeepTheirOrderAndCountOnce() {
    const auto protocols = chooseProtocols({"mask-7.5", "plain", "mask-7.5"});
    QCOMPARE(protocols.size(), std::size_t{2});
    QCOMPARE(*protocols[0].mask, 7.5);
    QCOMPARE(protocols[1].id, std::string("plain"));
  }

  void presetAndSeed() {
    const Degradation plain = chooseDegradation("challenge-measured", {}, 18446744073709551615u);
    QCOMPARE(plain.preset, std::string("challenge-measured"));
    QCOMPARE(plain.seed, std::uint64_t{18446744073709551615u});
    QCOMPARE(plain.factor, 8);
    const Degradation literal = chooseDegradation("paper-literal", {}, 2);
    QCOMPARE(literal.preset, std::string("paper-literal"));
    QCOMPARE(literal.drawSigmas, false);
  }

  void changedParametersMakeItCustom() {
    const Degradation changed =
        chooseDegradation("challenge-measured", {"factor=4", "sigma_a=0.5", "rounding=round"}, 1);
    QCOMPARE(changed.preset, std::string("custom"));
    QCOMPARE(changed.factor, 4);
    QCOMPARE(changed.sigmaAdditive, 0.5);
    QVERIFY(changed.rounding == Rounding::kRound);
    QCOMPARE(changed.sigmaRelative, 0.02);
  }

  void refusesDegradations() {
    const auto refused = [](const char* preset, const char* change) {
      return refusal([&] { chooseDegradation(preset, {change}, 1); });
    };
    QVERIFY(has(refused("paper", "factor=4"), "paper-literal"));
    QVERIFY(has(refused("paper-literal", "factor=17"), "1 to 16"));
    QVERIFY(has(refused("paper-literal", "faktor=4"), "factor, sampling"));
    QVERIFY(has(refused("paper-literal", "seed=4"), "--seed"));
    QVERIFY(has(refused("paper-literal", "factor"), "KEY=VALUE"));
  }
};

QTEST_GUILESS_MAIN(ChoicesTest)
#include "choices.moc"
