// Core and models run where their input is: proven on a stand-in GPU, on any machine.
#include <ATen/ops/cat.h>
#include <ATen/ops/convolution.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/ones.h>

#include <QtTest>

#include "core/device.h"
#include "core/error.h"
#include "core/sample_source.h"
#include "core/stopwatch.h"
#include "tests/device/networks.h"
#include "tests/device/pipeline.h"
#include "tests/support/maps.h"
#include "tests/support/standin_gpu.h"

using namespace fathom;
using namespace fathom::test;

class StandinTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void freshMemoryIsPoisoned() {
    QVERIFY(at::empty({64}, at::TensorOptions(standinGpu())).isnan().all().item<bool>());
  }

  void mixedDevicesThrow() {
    const at::Tensor here = at::ones({4, 4}), there = here.to(standinGpu());
    QVERIFY(sameBytes(there.add(there).cpu(), here.mul(2)));
    QVERIFY_EXCEPTION_THROWN(here.add(there), c10::Error);
    QVERIFY_EXCEPTION_THROWN(there.mul(here), c10::Error);
    QVERIFY_EXCEPTION_THROWN(at::matmul(there, here), c10::Error);
    QVERIFY_EXCEPTION_THROWN(at::cat({there, here}), c10::Error);
    QVERIFY_EXCEPTION_THROWN(there.clone().add_(here), c10::Error);
    const at::Tensor image = at::ones({1, 1, 8, 8}), kernel = at::ones({1, 1, 3, 3});
    const auto convolve = [](const at::Tensor& x, const at::Tensor& w) {
      return at::convolution(x, w, {}, {1, 1}, {0, 0}, {1, 1}, false, {0, 0}, 1);
    };
    QVERIFY_EXCEPTION_THROWN(convolve(image.to(standinGpu()), kernel), c10::Error);
    QVERIFY(sameBytes(convolve(image.to(standinGpu()), kernel.to(standinGpu())).cpu(),
                      convolve(image, kernel)));
  }

  void pipelineStaysAndAgrees_data() {
    QTest::addColumn<int>("height");
    QTest::addColumn<int>("width");
    QTest::newRow("whole cells") << 64 << 96;
    QTest::newRow("cut cells") << 77 << 131;
  }
  void pipelineStaysAndAgrees() {
    QFETCH(int, height);
    QFETCH(int, width);
    const at::Tensor metres = someTruth("standin", {height, width}, 800, 0.2).metres;
    const PipelineResult here = runPipeline(metres), there = runPipeline(metres.to(standinGpu()));
    QCOMPARE(there.tensors.size(), here.tensors.size());
    for (std::size_t i = 0; i < here.tensors.size(); ++i) {
      const auto& [name, tensor] = there.tensors[i];
      QVERIFY2(tensor.device() == standinGpu(), name.c_str());
      QVERIFY2(sameBytes(tensor, here.tensors[i].second), name.c_str());
    }
    for (std::size_t i = 0; i < here.numbers.size(); ++i) {
      const auto& [name, number] = there.numbers[i];
      QVERIFY2(number == here.numbers[i].second && !std::isnan(number), name.c_str());
    }
  }

  void networksStayAndAgree_data() {
    QTest::addColumn<int>("index");
    for (std::size_t i = 0; i < networkCases().size(); ++i) {
      QTest::newRow(networkCases()[i].title.c_str()) << int(i);
    }
  }
  void networksStayAndAgree() {
    QFETCH(int, index);
    const ConformanceVector& network = networkCases()[std::size_t(index)];
    const NamedTensors here = runVector(network, at::kCPU, at::kFloat);
    const NamedTensors there = runVector(network, standinGpu(), at::kFloat);
    QCOMPARE(there.size(), here.size());
    for (const auto& [name, tensor] : here) {
      QVERIFY2(there.at(name).device() == standinGpu(), name.c_str());
      const double apart = worstDifference(there.at(name), tensor);
      // Attention is one fused kernel on the CPU and a few plain ones here.
      QVERIFY2(apart <= 1e-5, qPrintable(QString("%1: %2").arg(name.c_str()).arg(apart)));
    }
  }

  void mapsOnDifferentDevicesAreRefused() {
    const DepthMap here = flatMap({8, 8}, 5);
    const DepthMap there{here.metres.to(standinGpu()), here.reason.to(standinGpu())};
    const Protocol plain;
    QVERIFY(has(messageOf<BadInput>([&] { score(here, there, plain); }), "different devices"));
    const DepthMap torn{here.metres.to(standinGpu()), here.reason};
    QVERIFY(has(messageOf<BadInput>([&] { score(torn, there, plain); }), "reasons"));
  }

  void smallThings() {
    QVERIFY(Stopwatch(standinGpu()).milliseconds() >= 0);
    QVERIFY(onCpu(at::ones({2}).to(standinGpu())).is_cpu());
    QCOMPARE(describeDevice(standinGpu()), std::string("hpu:0"));
    const at::Tensor rgb = at::ones({3, 90, 120}, at::kByte);
    QVERIFY(makeThumbnail(rgb.to(standinGpu())).rgb == makeThumbnail(rgb).rgb);
  }
};

QTEST_GUILESS_MAIN(StandinTest)
#include "standin.moc"
