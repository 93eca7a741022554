// Losses against their definitions written out, their gradients against differences, and the
// table of small functions.
#include "models/layers/losses.h"

#include <ATen/ops/full.h>
#include <ATen/ops/full_like.h>
#include <ATen/ops/ones_like.h>
#include <ATen/ops/where.h>
#include <ATen/ops/zeros_like.h>

#include <QtTest>
#include <functional>

#include "core/error.h"
#include "models/conformance/small_functions.h"
#include "tests/support/maps.h"

using namespace fathom;
using namespace fathom::test;

namespace {

using Loss = std::function<at::Tensor(const at::Tensor&, const at::Tensor&, const at::Tensor&)>;

struct Named {
  const char* name;
  Loss loss;
};

const std::vector<Named>& losses() {
  const auto siLog = [](SiLog which) {
    return [which](const at::Tensor& p, const at::Tensor& g, const at::Tensor& valid) {
      return siLogLoss(which, p, g, valid);
    };
  };
  static const std::vector<Named> all{{"L1", l1Loss},
                                      {"RMSE", rmseLoss},
                                      {"UM-IT", siLog(SiLog::kUmIt)},
                                      {"ZoeDepth", siLog(SiLog::kZoeDepth)},
                                      {"Depth Anything", siLog(SiLog::kDepthAnything)},
                                      {"ICL_SNU", siLog(SiLog::kIclSnu)},
                                      {"Sobel", sobelLoss}};
  return all;
}

void everyLoss() {
  QTest::addColumn<int>("index");
  for (std::size_t i = 0; i < losses().size(); ++i) {
    QTest::newRow(losses()[i].name) << int(i);
  }
}

struct Maps {
  at::Tensor prediction = filled("pred", {2, 1, 6, 7}, 0.5, 20).to(at::kDouble);
  at::Tensor truth = filled("gt", {2, 1, 6, 7}, 0.5, 20).to(at::kDouble);
  at::Tensor valid = filled("valid", {2, 1, 6, 7}, 0, 1).gt(0.1);
};

/// The losses of pixel lists, from their definitions.
double written(const std::string& name, const std::vector<double>& p,
               const std::vector<double>& g) {
  const auto n = double(p.size());
  const double added = name == "ZoeDepth" ? 1e-7 : 0;
  double absolute = 0, squared = 0, e = 0, ee = 0;
  for (std::size_t i = 0; i < p.size(); ++i) {
    absolute += std::abs(p[i] - g[i]) / n;
    squared += (p[i] - g[i]) * (p[i] - g[i]) / n;
    const double log = std::log(p[i] + added) - std::log(g[i] + added);
    e += log / n;
    ee += log * log / n;
  }
  if (name == "L1") return absolute;
  if (name == "RMSE") return std::sqrt(squared);
  if (name == "UM-IT") return 10 * std::sqrt(ee - 0.85 * e * e);
  if (name == "ZoeDepth") return 10 * std::sqrt((ee - e * e) * n / (n - 1) + 0.15 * e * e);
  if (name == "Depth Anything") return std::sqrt(ee - 0.5 * e * e);
  return ee - 0.5 * e * e;
}

/// The Sobel loss by loops over windows without invalid pixels.
double writtenSobel(const Maps& maps, bool masked) {
  const at::Tensor error = maps.prediction.sub(maps.truth);
  double sum = 0, count = 0;
  for (int image = 0; image < 2; ++image) {
    const auto e = error[image][0].contiguous();
    const auto valid = maps.valid[image][0].contiguous();
    for (int row = 0; row < 6; ++row) {
      for (int column = 0; column < 7; ++column) {
        double x = 0, y = 0;
        bool whole = true;
        for (int i = -1; i <= 1; ++i) {
          for (int k = -1; k <= 1; ++k) {
            const int r = row + i, c = column + k;
            if (r < 0 || r > 5 || c < 0 || c > 6) continue;
            const double value = e.data_ptr<double>()[r * 7 + c];
            whole = whole && valid.data_ptr<bool>()[r * 7 + c];
            x += k * (i == 0 ? 2 : 1) * value;
            y += i * (k == 0 ? 2 : 1) * value;
          }
        }
        if (masked && !whole) continue;
        sum += std::abs(x) + std::abs(y);
        ++count;
      }
    }
  }
  return sum / count;
}

std::vector<double> listOf(const at::Tensor& values) {
  const at::Tensor flat = values.contiguous();
  return {flat.const_data_ptr<double>(), flat.const_data_ptr<double>() + flat.numel()};
}

}  // namespace

class LossesTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void smallFunctionsEqualTheirReferences() {
    const std::vector<SmallFunction> all = smallFunctions(at::kCPU);
    QCOMPARE(all.size(), std::size_t{11});
    for (const SmallFunction& each : all) {
      qInfo("%s: error %.2g", each.name.c_str(), each.error);
      QCOMPARE(each.parts.size(), each.expected.size());
      QCOMPARE(each.computed.size(), each.expected.size());
      QVERIFY2(each.passed && each.error <= 1e-6, each.name.c_str());
    }
  }

  void definitions_data() { everyLoss(); }
  void definitions() {
    QFETCH(int, index);
    const Named& named = losses()[std::size_t(index)];
    const Maps maps;
    const bool sobel = std::string(named.name) == "Sobel";
    const auto chosen = [&](const at::Tensor& t) { return listOf(t.masked_select(maps.valid)); };
    const double whole = sobel ? writtenSobel(maps, false)
                               : written(named.name, listOf(maps.prediction), listOf(maps.truth));
    const double masked = sobel ? writtenSobel(maps, true)
                                : written(named.name, chosen(maps.prediction), chosen(maps.truth));
    QVERIFY(std::abs(whole - masked) > 1e-3 * whole);  // the mask matters
    const double gotWhole = named.loss(maps.prediction, maps.truth, {}).item<double>();
    const double gotMasked = named.loss(maps.prediction, maps.truth, maps.valid).item<double>();
    QVERIFY(std::abs(gotWhole - whole) < 1e-10 * whole);
    QVERIFY(std::abs(gotMasked - masked) < 1e-10 * masked);
  }

  void invalidPixelsMayHoldAnything_data() { everyLoss(); }
  void invalidPixelsMayHoldAnything() {
    QFETCH(int, index);
    const Loss& loss = losses()[std::size_t(index)].loss;
    const Maps maps;
    const double clean = loss(maps.prediction, maps.truth, maps.valid).item<double>();
    for (const double bad : {double(NAN), double(INFINITY), -1.0}) {
      const at::Tensor dirt = at::full_like(maps.truth, bad);
      const at::Tensor truth = at::where(maps.valid, maps.truth, dirt);
      const at::Tensor prediction =
          at::where(maps.valid, maps.prediction, dirt).detach().set_requires_grad(true);
      const at::Tensor value = loss(prediction, truth, maps.valid);
      QCOMPARE(value.item<double>(), clean);
      value.backward();
      QVERIFY(prediction.grad().isfinite().all().item<bool>());
    }
  }

  void gradients_data() { everyLoss(); }
  void gradients() {
    QFETCH(int, index);
    const Loss& loss = losses()[std::size_t(index)].loss;
    const Maps maps;
    at::Tensor leaf = maps.prediction.clone().set_requires_grad(true);
    loss(leaf, maps.truth, maps.valid).backward();
    const at::Tensor slopes = leaf.grad().flatten();
    for (std::int64_t i = 0; i < slopes.numel(); i += 5) {
      const auto moved = [&](double step) {
        at::Tensor other = maps.prediction.clone();
        other.data_ptr<double>()[i] += step;
        return loss(other, maps.truth, maps.valid).item<double>();
      };
      const double difference = (moved(1e-6) - moved(-1e-6)) / 2e-6;
      QVERIFY(std::abs(difference - slopes.data_ptr<double>()[i]) < 1e-6);
    }
  }

  void perfectAndEmptyHaveFiniteGradients_data() { everyLoss(); }
  void perfectAndEmptyHaveFiniteGradients() {
    QFETCH(int, index);
    const Loss& loss = losses()[std::size_t(index)].loss;
    const Maps maps;
    at::Tensor perfect = maps.truth.clone().set_requires_grad(true);
    const at::Tensor value = loss(perfect, maps.truth, {});
    QVERIFY(value.item<double>() < 2e-5);
    value.backward();
    QVERIFY(perfect.grad().isfinite().all().item<bool>());

    at::Tensor unseen = maps.prediction.clone();
    unseen.data_ptr<double>()[0] = NAN;
    unseen.set_requires_grad(true);
    const at::Tensor none = loss(unseen, maps.truth, at::zeros_like(maps.valid));
    QCOMPARE(none.item<double>(), 0.0);
    none.backward();
    QVERIFY(unseen.grad().eq(0).all().item<bool>());
  }

  void scaleInvariance() {
    const Maps maps;
    const at::Tensor twice = maps.truth.mul(2);
    const double log2 = std::log(2.0);
    const auto value = [&](SiLog which) {
      return siLogLoss(which, twice, maps.truth).item<double>();
    };
    QVERIFY(std::abs(value(SiLog::kUmIt) - 10 * log2 * std::sqrt(0.15)) < 1e-9);
    QVERIFY(std::abs(value(SiLog::kZoeDepth) - 10 * log2 * std::sqrt(0.15)) < 1e-5);
    QVERIFY(std::abs(value(SiLog::kDepthAnything) - log2 * std::sqrt(0.5)) < 1e-9);
    QVERIFY(std::abs(value(SiLog::kIclSnu) - log2 * log2 / 2) < 1e-9);
  }

  void badInputIsRefused() {
    const Maps maps;
    const auto refused = [](auto&& function) { return !messageOf<BadInput>(function).empty(); };
    for (const Named& named : losses()) {
      QVERIFY(refused([&] { named.loss(maps.prediction, maps.truth.narrow(3, 0, 6), {}); }));
      QVERIFY(
          refused([&] { named.loss(maps.prediction, maps.truth, maps.valid.narrow(3, 0, 6)); }));
      QVERIFY(refused([&] { named.loss(maps.prediction, maps.truth, maps.valid.to(at::kFloat)); }));
    }
    QVERIFY(refused([&] { sobelLoss(maps.prediction[0], maps.truth[0]); }));
    const at::Tensor pair = maps.prediction.reshape({1, 2, 6, 7});
    QVERIFY(refused([&] { sobelLoss(pair, pair); }));
  }
};

QTEST_GUILESS_MAIN(LossesTest)
#include "losses.moc"
