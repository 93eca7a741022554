// Layers whose weights are packed for oneDNN say what plain ones say, whatever the size: some of
// its layouts do not exist for a single place.
#include <QtTest>

#include <ATen/TensorOperators.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/conv_transpose2d.h>
#include <ATen/ops/gelu.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/relu.h>
#include <c10/core/InferenceMode.h>

#include "models/conformance/filling.h"
#include "models/network.h"
#include "models/layers/conv.h"
#include "models/layers/linear.h"
#include "tests/support/maps.h"

using namespace fathom;
using namespace fathom::test;

namespace {

/// The values of a layer, kept before packing drops them.
struct Plain {
  at::Tensor weight, bias;
};

/// Fills a layer, then prepares it as a network does.
template <class Layer>
Plain readied(Layer& layer) {
  Plain plain;
  layer.visit([&](const std::string& key, Weight& weight) {
    weight.value = filled(key, weight.shape, -0.2, 0.2);
    (key == "weight" ? plain.weight : plain.bias) = weight.value.clone();
  });
  prepare(layer, at::kCPU, at::kFloat);
  return plain;
}

QByteArray difference(const at::Tensor& got, const at::Tensor& wanted) {
  if (got.sizes() != wanted.sizes()) return "another shape";
  const double greatest = (got - wanted).abs().max().item<double>();
  return greatest <= 1e-5 ? QByteArray() : QByteArray::number(greatest);
}

}  // namespace

class PackedTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void convolutions_data() {
    QTest::addColumn<int>("batch");
    QTest::addColumn<int>("height");
    QTest::addColumn<int>("width");
    QTest::addColumn<int>("kernel");
    QTest::addColumn<int>("stride");
    for (const int batch : {1, 2}) {
      for (const auto& [height, width] :
           {std::pair(1, 1), std::pair(1, 2), std::pair(2, 1), std::pair(2, 2), std::pair(5, 7)}) {
        for (const auto& [kernel, stride] : {std::pair(1, 1), std::pair(3, 1), std::pair(3, 2)}) {
          QTest::addRow("%d x %dx%d, %d/%d", batch, height, width, kernel, stride)
              << batch << height << width << kernel << stride;
        }
      }
    }
  }
  void convolutions() {
    QFETCH(int, batch);
    QFETCH(int, height);
    QFETCH(int, width);
    QFETCH(int, kernel);
    QFETCH(int, stride);
    const c10::InferenceMode guard;
    Conv2d layer(16, 16, kernel, {.stride = stride});
    const Plain plain = readied(layer);
    const at::Tensor x = filled("x", {batch, 16, height, width}, -1, 1);
    const at::Tensor wanted = at::conv2d(x, plain.weight, plain.bias, stride, kernel / 2);
    QCOMPARE(difference(layer(x), wanted), QByteArray());
    QCOMPARE(difference(layer(x, kRelu), wanted.relu()), QByteArray());
    const at::Tensor other = filled("other", wanted.sizes().vec(), -1, 1);
    QCOMPARE(difference(layer.plus(x, other), wanted + other), QByteArray());
  }

  void transposedConvolutions() {
    const c10::InferenceMode guard;
    for (const std::int64_t side : {1, 2, 5}) {
      ConvTranspose2d layer(16, 8, 4, 4);
      const Plain plain = readied(layer);
      const at::Tensor x = filled("x", {1, 16, side, 3}, -1, 1);
      QCOMPARE(difference(layer(x), at::conv_transpose2d(x, plain.weight, plain.bias, 4)),
               QByteArray());
    }
  }

  void linearLayers() {
    const c10::InferenceMode guard;
    Linear layer(24, 24);
    const Plain plain = readied(layer);
    using Shape = std::vector<std::int64_t>;
    for (const Shape& shape : {Shape{1, 24}, Shape{3, 24}, Shape{1, 1, 24}, Shape{2, 1, 24},
                               Shape{1, 5, 24}, Shape{2, 3, 4, 24}}) {
      const at::Tensor x = filled("x", shape, -1, 1), other = filled("other", shape, -1, 1);
      const at::Tensor wanted = at::linear(x, plain.weight, plain.bias);
      QCOMPARE(difference(layer(x), wanted), QByteArray());
      QCOMPARE(difference(layer(x, kGelu), at::gelu(wanted)), QByteArray());
      QCOMPARE(difference(layer.plus(x, other), wanted + other), QByteArray());
    }
  }

  void depthAnythingTakesOnePatch() {
    const auto network =
        architectures().create("depth_anything_v2", {{"variant", std::string("vits")}});
    fillConformance(*network);
    prepare(*network, at::kCPU, at::kFloat);
    const c10::InferenceMode guard;
    for (const auto& [height, width] : {std::pair(14, 14), std::pair(14, 28), std::pair(28, 28)}) {
      const NamedTensors outputs =
          network->forward({{"image", filled("image", {1, 3, height, width}, -2, 2)}}, {});
      const at::Tensor& depth = outputs.at("depth");
      QCOMPARE(depth.sizes().vec(), (std::vector<std::int64_t>{1, height, width}));
      QVERIFY(depth.isfinite().all().item<bool>());
    }
  }
};

QTEST_GUILESS_MAIN(PackedTest)
#include "packed.moc"
