#include "app/window/method_costs.h"

#include <QSignalSpy>
#include <QtTest>

#include "core/error.h"
#include "tests/app/made_up_methods.h"

using namespace fathom;

namespace {

UpsamplerInfo counting(const std::string& id, std::function<Costs(Size, const Values&)> costs) {
  UpsamplerInfo info;
  info.id = id;
  info.costs = [costs = std::move(costs)](Size size, const Values& values, const Progress&) {
    return costs(size, values);
  };
  return info;
}

Costs perPixel(Size size, const Values& values) {
  const double passes = values.contains("passes") ? real(values, "passes") : 1;
  return {12, passes * double(size.width * size.height)};
}

}  // namespace

class MethodCostsTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void countsOnceForEachSizeAndSetting() {
    std::atomic<int> counts{0};
    const UpsamplerInfo info = counting("net", [&](Size size, const Values& values) {
      ++counts;
      return perPixel(size, values);
    });
    MethodCosts costs;
    QSignalSpy counted(&costs, &MethodCosts::counted);
    QVERIFY(!costs.of(info, {}, {10, 20}).costs);
    QVERIFY(!costs.of(info, {}, {10, 20}).costs);  // asked again while it is counted
    QVERIFY(counted.wait());
    QCOMPARE(counted[0][0].value<std::string>(), std::string("net"));
    QCOMPARE(costs.of(info, {}, {10, 20}).costs->macs, 200.0);
    QCOMPARE(costs.of(info, {}, {10, 20}).costs->parameters, 12);
    QCOMPARE(counts.load(), 1);
    QVERIFY(!costs.of(info, {{"passes", 2.0}}, {10, 20}).costs);
    QVERIFY(counted.wait());
    QVERIFY(!costs.of(info, {}, {20, 20}).costs);
    QVERIFY(counted.wait());
    QCOMPARE(costs.of(info, {{"passes", 2.0}}, {10, 20}).costs->macs, 400.0);
    QCOMPARE(costs.of(info, {}, {20, 20}).costs->macs, 400.0);
    QCOMPARE(counts.load(), 3);
  }

  void aMethodThatIsAnotherNowIsCountedAnew() {
    const auto info = [](double macs) {
      return counting("net", [macs](Size, const Values&) { return Costs{1, macs}; });
    };
    MethodCosts costs;
    QSignalSpy counted(&costs, &MethodCosts::counted);
    const UpsamplerInfo other = counting("net-2", perPixel);
    costs.of(other, {}, {10, 20});
    QVERIFY(counted.wait());
    costs.of(info(3), {}, {10, 20});
    QVERIFY(counted.wait());
    costs.forget({"net"});
    QVERIFY(costs.of(other, {}, {10, 20}).costs);  // one with the same beginning is not meant
    QVERIFY(!costs.of(info(4), {}, {10, 20}).costs);
    QVERIFY(counted.wait());
    QCOMPARE(costs.of(info(4), {}, {10, 20}).costs->macs, 4.0);
  }

  void aCountUnderWayOfAnotherMethodIsNotTaken() {
    Gate gate;
    UpsamplerInfo slow;
    slow.id = "net";
    slow.costs = [&gate](Size, const Values&, const Progress& progress) {
      gate.wait(progress);
      return Costs{1, 3};
    };
    MethodCosts costs;
    QSignalSpy counted(&costs, &MethodCosts::counted);
    costs.of(slow, {}, {10, 20});
    QTRY_COMPARE(gate.entered.load(), 1);
    costs.forget({"net"});
    costs.of(counting("net", perPixel), {}, {10, 20});
    gate.open();
    QTRY_COMPARE(counted.size(), 1);
    QCOMPARE(costs.of(slow, {}, {10, 20}).costs->macs, 200.0);
  }

  void neverOnTheThreadThatAsks() {
    std::atomic<bool> elsewhere{false};
    const UpsamplerInfo info = counting("net", [&](Size size, const Values& values) {
      elsewhere = QThread::currentThread() != QCoreApplication::instance()->thread();
      return perPixel(size, values);
    });
    MethodCosts costs;
    QSignalSpy counted(&costs, &MethodCosts::counted);
    costs.of(info, {}, {1, 1});
    QVERIFY(counted.wait());
    QVERIFY(elsewhere.load());
  }

  void whatHasNothingToCountCostsItsParameters() {
    MethodCosts costs;
    UpsamplerInfo bicubic;
    QCOMPARE(costs.of(bicubic, {}, {480, 640}).costs->macs, 0.0);
    bicubic.parameters = 7;
    QCOMPARE(costs.of(bicubic, {}, {480, 640}).costs->parameters, 7);
  }

  void aProblemIsAnAnswer() {
    const UpsamplerInfo info = counting(
        "net", [](Size, const Values&) -> Costs { throw BadInput("no multiple of 14", "net"); });
    MethodCosts costs;
    QSignalSpy counted(&costs, &MethodCosts::counted);
    costs.of(info, {}, {10, 20});
    QVERIFY(counted.wait());
    const MethodCosts::Answer answer = costs.of(info, {}, {10, 20});
    QVERIFY(!answer.costs);
    QVERIFY(answer.problem.contains("no multiple of 14"));
    QCoreApplication::processEvents();
    QCOMPARE(counted.count(), 1);  // not tried again and again
  }

  void theNewestQuestionCounts() {
    Gate gate;
    std::vector<double> asked;
    const UpsamplerInfo info = counting("net", [&](Size size, const Values& values) {
      gate.wait();
      asked.push_back(double(size.width));
      return perPixel(size, values);
    });
    MethodCosts costs;
    QSignalSpy counted(&costs, &MethodCosts::counted);
    for (const int width : {1, 2, 3, 4}) costs.of(info, {}, {1, width});
    QTRY_COMPARE(gate.entered.load(), 1);
    gate.open();
    QTRY_COMPARE(counted.count(), 2);
    QCOMPARE(asked, (std::vector<double>{1, 4}));
  }

  void theLastQuestionComesFirstAndNoneWhilePaused() {
    std::vector<std::string> order;
    const auto named = [&](const std::string& id) {
      return counting(id, [&order, id](Size size, const Values& values) {
        order.push_back(id);
        return perPixel(size, values);
      });
    };
    MethodCosts costs;
    QSignalSpy counted(&costs, &MethodCosts::counted);
    costs.setPaused(true);
    for (const char* id : {"a", "b", "c", "a"}) costs.of(named(id), {}, {1, 1});
    QCoreApplication::processEvents();
    QVERIFY(order.empty());
    costs.setPaused(false);
    QTRY_COMPARE(counted.count(), 3);
    QCOMPARE(order, (std::vector<std::string>{"a", "c", "b"}));
  }

  void aPauseDropsTheCountUnderWayAndItBeginsAgain() {
    Gate gate;
    UpsamplerInfo info;
    info.id = "net";
    info.costs = [&](Size size, const Values& values, const Progress& progress) {
      gate.wait(progress);
      return perPixel(size, values);
    };
    MethodCosts costs;
    QSignalSpy counted(&costs, &MethodCosts::counted);
    costs.of(info, {}, {3, 4});
    QTRY_COMPARE(gate.entered.load(), 1);
    costs.setPaused(true);
    QTRY_COMPARE(gate.turned.load(), 1);
    QCoreApplication::processEvents();
    QCOMPARE(counted.count(), 0);
    gate.open();
    costs.setPaused(false);
    QTRY_COMPARE(counted.count(), 1);
    QCOMPARE(gate.entered.load(), 2);
    QCOMPARE(costs.of(info, {}, {3, 4}).costs->macs, 12.0);
  }

  void destructionStopsTheCount() {
    Gate gate;
    UpsamplerInfo info;
    info.id = "net";
    info.costs = [&](Size size, const Values& values, const Progress& progress) {
      gate.wait(progress);
      return perPixel(size, values);
    };
    auto costs = std::make_unique<MethodCosts>();
    costs->of(info, {}, {1, 1});
    QTRY_COMPARE(gate.entered.load(), 1);
    costs.reset();  // would wait for ever
    QCOMPARE(gate.turned.load(), 1);
  }

  void destructionWhileItCounts() {
    Gate gate;
    std::atomic<int> counts{0};
    const UpsamplerInfo info = counting("net", [&](Size size, const Values& values) {
      ++counts;
      gate.wait();
      return perPixel(size, values);
    });
    auto costs = std::make_unique<MethodCosts>();
    costs->of(info, {}, {1, 1});
    QTRY_COMPARE(gate.entered.load(), 1);
    costs->of(info, {}, {2, 2});
    gate.open();
    costs.reset();
    QCOMPARE(counts.load(), 1);
  }
};

QTEST_GUILESS_MAIN(MethodCostsTest)
#include "method_costs.moc"
