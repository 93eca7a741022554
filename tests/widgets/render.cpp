#include "widgets/image/render.h"

#include <ATen/ops/arange.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/full.h>
#include <ATen/ops/mul.h>
#include <ATen/ops/rand.h>
#include <ATen/ops/sub.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>

#include <QTest>
#include <cmath>
#include <limits>

#include "core/error.h"
#include "core/information.h"

using namespace fathom;

namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kInf = std::numeric_limits<float>::infinity();

const ColourTable& viridis() {
  return colourMaps().front().entries;
}

QRgb expected(float value, const Scale& scale) {
  if (!std::isfinite(value)) return kInvalidColour;
  return viridis()[static_cast<std::size_t>(entryAt(scale.position(value)))];
}

at::Tensor bytes(std::initializer_list<int> values) {
  return at::tensor(std::vector<int>(values)).to(at::kByte);
}

}  // namespace

class RenderTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void everyPixelIsItsEntry_data() {
    QTest::addColumn<ScaleKind>("kind");
    QTest::newRow("linear") << ScaleKind::kLinear;
    QTest::newRow("inverse") << ScaleKind::kInverse;
    QTest::newRow("log") << ScaleKind::kLog;
  }
  void everyPixelIsItsEntry() {
    QFETCH(ScaleKind, kind);
    const Scale scale{kind, 0.7, 31};
    at::Tensor values = at::rand({37, 53}).mul(40).sub(4);
    float* value = values.mutable_data_ptr<float>();
    for (int i = 0; i < values.numel(); i += 11) value[i] = i % 3 ? kNan : kInf;
    const QImage image = renderValues(values, {}, viridis(), scale);
    QCOMPARE(image.size(), QSize(53, 37));
    for (int y = 0; y < 37; ++y) {
      for (int x = 0; x < 53; ++x) QCOMPARE(image.pixel(x, y), expected(value[y * 53 + x], scale));
    }
  }

  void endsOfTheTable() {
    const at::Tensor values = at::tensor({1.0f, 9.0f, -5.0f, 1e30f}).reshape({1, 4});
    const QImage image = renderValues(values, {}, viridis(), {ScaleKind::kLinear, 1, 9});
    QCOMPARE(image.pixel(0, 0), viridis().front());
    QCOMPARE(image.pixel(1, 0), viridis().back());
    QCOMPARE(image.pixel(2, 0), viridis().front());
    QCOMPARE(image.pixel(3, 0), viridis().back());
  }

  void notFiniteIsInvalidAndNegativeIsNot() {
    const at::Tensor values = at::tensor({kNan, kInf, -kInf, -2.0f, 0.0f}).reshape({1, 5});
    for (const auto kind : {ScaleKind::kLinear, ScaleKind::kInverse, ScaleKind::kLog}) {
      const QImage image = renderValues(values, {}, viridis(), {kind, 1, 9});
      for (int x = 0; x < 3; ++x) QCOMPARE(image.pixel(x, 0), kInvalidColour);
      for (int x = 3; x < 5; ++x) QCOMPARE(image.pixel(x, 0), viridis().front());
    }
  }

  void reasonsRule() {
    const at::Tensor values = at::full({1, 6}, 5.0f);
    const at::Tensor reason = bytes({0, 1, 2, 3, 4, 200}).reshape({1, 6});
    const Scale scale{ScaleKind::kLinear, 0, 10};
    const QRgb shown = expected(5, scale);
    const QImage image = renderValues(values, reason, viridis(), scale);
    QCOMPARE(image.pixel(0, 0), shown);
    QCOMPARE(image.pixel(1, 0), kInvalidColour);
    QCOMPARE(image.pixel(2, 0), kSkyColour);
    QCOMPARE(image.pixel(3, 0), shown);
    QCOMPARE(image.pixel(4, 0), kInvalidColour);
    QCOMPARE(image.pixel(5, 0), kInvalidColour);
    const QImage open = renderValues(values, reason, viridis(), scale, SkyRule::kAsValue);
    QCOMPARE(open.pixel(2, 0), shown);
    QCOMPARE(open.pixel(1, 0), kInvalidColour);
  }

  void viewsAreReadInTheirOrder() {
    const at::Tensor values = at::arange(12, at::kFloat).reshape({3, 4}).t();
    const Scale scale{ScaleKind::kLinear, 0, 11};
    const QImage image = renderValues(values, {}, viridis(), scale);
    QCOMPARE(image.size(), QSize(3, 4));
    QCOMPARE(image.pixel(2, 1), expected(9, scale));
  }

  void wrongInputIsRefused() {
    const Scale scale;
    const auto render = [&](const at::Tensor& values, const at::Tensor& reason = {}) {
      return renderValues(values, reason, viridis(), scale);
    };
    QVERIFY_EXCEPTION_THROWN(render({}), BadInput);
    QVERIFY_EXCEPTION_THROWN(render(at::zeros({4})), BadInput);
    QVERIFY_EXCEPTION_THROWN(render(at::zeros({4, 4}, at::kDouble)), BadInput);
    QVERIFY_EXCEPTION_THROWN(render(at::zeros({4, 4}), at::zeros({4, 3}, at::kByte)), BadInput);
    QVERIFY_EXCEPTION_THROWN(render(at::zeros({4, 4}), at::zeros({4, 4})), BadInput);
    QVERIFY_EXCEPTION_THROWN(renderRgb(at::zeros({4, 4, 3}, at::kByte)), BadInput);
    QVERIFY_EXCEPTION_THROWN(renderRgb(at::zeros({3, 4, 4})), BadInput);
    QVERIFY_EXCEPTION_THROWN(renderInformation(at::zeros({4, 4})), BadInput);
  }

  void nothingIsAnEmptyPicture() {
    QVERIFY(renderValues(at::empty({0, 5}), {}, viridis(), {}).isNull());
    QVERIFY(renderValues(at::empty({5, 0}), {}, viridis(), {}).isNull());
  }

  void rgbKeepsEveryByte() {
    const at::Tensor rgb = at::arange(3 * 5 * 7).to(at::kByte).reshape({3, 5, 7});
    const QImage image = renderRgb(rgb);
    QCOMPARE(image.size(), QSize(7, 5));
    for (int y = 0; y < 5; ++y) {
      for (int x = 0; x < 7; ++x) {
        const int i = y * 7 + x;
        QCOMPARE(image.pixel(x, y), qRgb(i, i + 35, i + 70));
      }
    }
    // As codecs hand it over: H×W×3, seen as 3×H×W.
    const at::Tensor interleaved = rgb.permute({1, 2, 0}).contiguous().permute({2, 0, 1});
    QCOMPARE(renderRgb(interleaved), image);
  }

  void informationHasItsLegend() {
    const auto legend = informationLegend();
    QCOMPARE(legend.size(), 3);
    const QImage image = renderInformation(bytes({0, 1, 2, 3}).reshape({2, 2}));
    const auto colour = [&](CellInformation cell) {
      return legend[static_cast<qsizetype>(cell)].colour;
    };
    QCOMPARE(image.pixel(0, 0), colour(CellInformation::kInformative));
    QCOMPARE(image.pixel(1, 0), colour(CellInformation::kNoiseOnly));
    QCOMPARE(image.pixel(0, 1), colour(CellInformation::kClipped));
    QCOMPARE(image.pixel(1, 1), kInvalidColour);
    for (const LegendEntry& entry : legend) QVERIFY(!entry.text.isEmpty());
  }
};

QTEST_GUILESS_MAIN(RenderTest)
#include "render.moc"
