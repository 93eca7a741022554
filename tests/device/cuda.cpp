// The same results on every device: rows for CUDA skip where no GPU answers.
#include <QtTest>

#include "core/device.h"
#include "tests/device/pipeline.h"
#include "tests/support/maps.h"

using namespace fathom;
using namespace fathom::test;

namespace {

constexpr double kMaxRelative = 1e-5, kNoticeable = 1e-6, kShareNoticeable = 1e-4;

/// The parity bounds: no pixel differs by more than 1e-5, at most 0.01 % by more than 1e-6.
QString disparity(const at::Tensor& got, const at::Tensor& wanted) {
  if (!got.is_floating_point()) return sameBytes(got, wanted) ? "" : "bytes differ";
  const at::Tensor a = got.cpu().to(at::kDouble), b = wanted.cpu().to(at::kDouble);
  if (a.sizes() != b.sizes() || !a.isnan().eq(b.isnan()).all().item<bool>()) return "other NaN";
  const at::Tensor relative = a.sub(b).abs().div(b.abs().clamp_min(1e-3)).nan_to_num(0.0);
  if (relative.numel() == 0) return "";
  const double worst = relative.max().item<double>();
  const double share = relative.gt(kNoticeable).to(at::kDouble).mean().item<double>();
  if (worst <= kMaxRelative && share <= kShareNoticeable) return "";
  return QString("worst %1, %2 of the pixels above 1e-6").arg(worst).arg(share);
}

}  // namespace

class CudaTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void pipelineAgreesWithTheCpu_data() {
    QTest::addColumn<QString>("device");
    QTest::addColumn<int>("height");
    QTest::addColumn<int>("width");
    for (const char* device : {"cpu", "cuda"}) {
      QTest::addRow("%s, whole cells", device) << device << 480 << 640;
      QTest::addRow("%s, cut cells", device) << device << 77 << 131;
    }
  }
  void pipelineAgreesWithTheCpu() {
    QFETCH(QString, device);
    QFETCH(int, height);
    QFETCH(int, width);
    if (device == "cuda" && !builtWithCuda()) QSKIP("this build has no CUDA kernels");
    if (device == "cuda" && !hasCudaDevice()) QSKIP("no CUDA device answers on this machine");
    const at::Device where = deviceFromText(device.toStdString());
    const at::Tensor metres = someTruth("cuda", {height, width}, 800, 0.2).metres;
    const PipelineResult wanted = runPipeline(metres), got = runPipeline(metres.to(where));
    QCOMPARE(got.tensors.size(), wanted.tensors.size());
    for (std::size_t i = 0; i < wanted.tensors.size(); ++i) {
      const auto& [name, tensor] = got.tensors[i];
      QVERIFY2(tensor.device() == where, name.c_str());
      const QString problem = disparity(tensor, wanted.tensors[i].second);
      QVERIFY2(problem.isEmpty(), qPrintable(QString::fromStdString(name) + ": " + problem));
    }
    for (std::size_t i = 0; i < wanted.numbers.size(); ++i) {
      const auto& [name, number] = got.numbers[i];
      const double expected = wanted.numbers[i].second;
      QVERIFY2(std::abs(number - expected) <= 1e-5 * std::max(1e-3, std::abs(expected)),
               name.c_str());
    }
  }

  void noiseHasTheSameBytes_data() { pipelineAgreesWithTheCpu_data(); }
  // Noise and levels are made of + − × ÷ √ alone, so here nothing may differ at all.
  void noiseHasTheSameBytes() {
    QFETCH(QString, device);
    QFETCH(int, height);
    QFETCH(int, width);
    if (device == "cuda" && !hasCudaDevice()) QSKIP("no CUDA device answers on this machine");
    const at::Device where = deviceFromText(device.toStdString());
    const at::Tensor metres = someTruth("noise", {height, width}, 60000, 0.2).metres;
    const PipelineResult wanted = runPipeline(metres), got = runPipeline(metres.to(where));
    for (std::size_t i = 0; i < wanted.tensors.size(); ++i) {
      const auto& [name, tensor] = wanted.tensors[i];
      if (!has(name, "levels") && !has(name, "noiseless") && name != "window") continue;
      QVERIFY2(sameBytes(got.tensors[i].second, tensor), name.c_str());
    }
  }

  void deviceIsCalledByItsName() {
    if (!hasCudaDevice()) QSKIP("no CUDA device answers on this machine");
    const std::string name = describeDevice(deviceFromText("cuda"));
    QVERIFY2(has(name, "(cuda:0)"), name.c_str());
  }
};

QTEST_GUILESS_MAIN(CudaTest)
#include "cuda.moc"
