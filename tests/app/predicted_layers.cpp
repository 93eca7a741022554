// Layers that only some methods make: uncertainty, intervals, inner maps.
#include "app/window/predicted_layers.h"

#include <ATen/ops/arange.h>
#include <ATen/ops/full.h>
#include <ATen/ops/zeros.h>

#include <QtTest>

#include "app/window/painter.h"
#include "widgets/colour/colour_map.h"

using namespace fathom;

namespace {

constexpr std::int64_t kHeight = 16, kWidth = 24;

at::Tensor flat(double value, std::int64_t height = kHeight, std::int64_t width = kWidth) {
  return at::full({height, width}, value, at::kFloat);
}

MethodResult resultOf(int place, const std::string& id, Prediction prediction) {
  auto stage = std::make_shared<MethodStage>();
  stage->key = stage->method.id = id;
  stage->prediction = std::move(prediction);
  return {place, stage, {}, "plain"};
}

Prediction plain() {
  return {makePrediction(flat(20)), {}, 1.0};
}

/// Uncertainty 0 to 4 m, an interval of 10 to 30 m, a map of the picture's size and one of cells.
Prediction rich() {
  Prediction made = plain();
  made.uncertainty = at::arange(kHeight * kWidth, at::kFloat)
                         .mul(4.0 / (kHeight * kWidth - 1))
                         .view({kHeight, kWidth});
  made.interval = DepthInterval{flat(10), flat(30)};
  made.innerMaps = {{"field", "Inverse-depth field", "1/m", flat(0.05)},
                    {"levels", "Levels", "levels", flat(2, 2, 3)}};
  return made;
}

QStringList idsOf(const std::vector<LayerInfo>& layers) {
  QStringList ids;
  for (const LayerInfo& info : layers) ids << info.id;
  return ids;
}

struct Look {
  StageCache cache{1 << 20};
  fathom::Display display;
  Protocol protocol = protocolFromText("plain");
  LoadedSample sample;
  LowStage low;
  std::vector<MethodResult> methods{resultOf(0, "rich", rich()), resultOf(1, "plain", plain())};

  Look() {
    sample.key = "sample";
    sample.sample.rgb = at::zeros({3, kHeight, kWidth}, at::kByte);
    sample.sample.truth = makeDepthMap(flat(20));
    low.key = "low";
    low.low = LowDepth{flat(1, 2, 3), 16.0, 8, 8, 4, 4};
    low.information = informationOf(low.low);
  }
  Painter painter() { return {cache, display, protocol, sample, &low, methods}; }
  Picture picture(int place) { return painter().method(methods[std::size_t(place)]); }
};

}  // namespace

class PredictedLayersTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void theListGrowsByWhatIsOffered() {
    Look look;
    const QStringList always{"depth", "absolute-error", "signed-error", "relative-error",
                             "information"};
    QCOMPARE(idsOf(offeredLayers({})), always);
    QCOMPARE(idsOf(offeredLayers({look.methods[1], MethodResult{}})), always);
    const QStringList all =
        always + QStringList{"uncertainty",    "interval-lower", "interval-upper",
                             "interval-width", "inner:field",    "inner:levels"};
    QCOMPARE(idsOf(offeredLayers(look.methods)), all);
    // Two methods with a map of one id share a layer.
    look.methods.push_back(resultOf(2, "twin", rich()));
    QCOMPARE(idsOf(offeredLayers(look.methods)), all);
  }

  void innerMapsDescribeThemselves() {
    const Look look;
    const LayerInfo info = describeLayer({Layer::kInner, "field"}, look.methods);
    QCOMPARE(info.title, QString("Inverse-depth field"));
    QCOMPARE(info.unit, QString("1/m"));
    QCOMPARE(describeLayer({Layer::kInner, "gone"}, look.methods).title, QString("gone"));
    QCOMPARE(describeLayer(Layer::kWidth, {}).unit, QString("m"));
  }

  void valuesAreThoseOfThePrediction() {
    const Prediction made = rich();
    QCOMPARE(valuesOf(made, Layer::kLower)->values[3][4].item<float>(), 10.0F);
    QCOMPARE(valuesOf(made, Layer::kUpper)->values[3][4].item<float>(), 30.0F);
    QCOMPARE(valuesOf(made, Layer::kWidth)->values[3][4].item<float>(), 20.0F);
    QCOMPARE(valuesOf(made, LayerId(Layer::kInner, "levels"))->unit, QString("levels"));
    QVERIFY(!valuesOf(made, LayerId(Layer::kInner, "cues")));
    QVERIFY(!valuesOf(plain(), Layer::kUncertainty) && !valuesOf(plain(), Layer::kWidth));
    QVERIFY(!valuesOf(made, Layer::kDepth));
  }

  void uncertaintyStartsAtZero() {
    Look look;
    look.display.layer = Layer::kUncertainty;
    look.display.of(Layer::kUncertainty).rule = RangeRule::kFull;
    const BarFacts bar = look.painter().bar(Layer::kUncertainty);
    QVERIFY(bar.layer == Layer::kUncertainty);
    QCOMPARE(bar.info.unit, QString("m"));
    QCOMPARE(bar.scale.low, 0.0);
    QVERIFY(std::abs(bar.scale.high - 4) < 1e-6);
    const ColourTable table = tableOf(colourMap("magma"), MapUse::kMagnitude);
    const QImage image = look.picture(0).image;
    QCOMPARE(image.pixel(0, 0), table.front());
    QCOMPARE(image.pixel(kWidth - 1, kHeight - 1), table.back());
  }

  void panesWithoutTheMapSaySo() {
    Look look;
    for (const Layer layer : {Layer::kUncertainty, Layer::kLower, Layer::kUpper, Layer::kWidth}) {
      look.display.layer = layer;
      QVERIFY(look.picture(0).note.isEmpty() && !look.picture(0).image.isNull());
      const Picture none = look.picture(1);
      QVERIFY(none.image.isNull());
      QVERIFY2(none.note.contains(describeLayer(layer, {}).title), qPrintable(none.note));
      QVERIFY(none.depth);  // the cursor still finds its metres
    }
    look.display.layer = {Layer::kInner, "field"};
    QVERIFY(look.picture(1).note.contains("Inverse-depth field"));
  }

  void endsOfAnIntervalHaveTheColoursOfDepth() {
    Look look;
    look.display.of(Layer::kDepth).rule = RangeRule::kFixed;
    look.display.of(Layer::kDepth).fixed = {10, 30};
    look.display.layer = Layer::kLower;
    QVERIFY(look.painter().bar(Layer::kLower).layer == Layer::kDepth);
    const ColourTable table = tableOf(colourMap("viridis"), MapUse::kDepth);
    QCOMPARE(look.picture(0).image.pixel(5, 5), table.front());
    look.display.layer = Layer::kUpper;
    QCOMPARE(look.picture(0).image.pixel(5, 5), table.back());
  }

  void mapsOfCellsKnowTheirGrid() {
    Look look;
    look.display.layer = {Layer::kInner, "levels"};
    const Picture cells = look.picture(0);
    QCOMPARE(cells.image.size(), QSize(3, 2));
    QVERIFY(cells.onCells);
    look.display.layer = {Layer::kInner, "field"};
    QVERIFY(!look.picture(0).onCells);
  }

  void changedColoursAreKeptByLayer() {
    fathom::Display display;
    const LayerId field(Layer::kInner, "field");
    display.of(field).map = "cividis";
    QCOMPARE(std::as_const(display).of(field).map, QString("cividis"));
    QCOMPARE(std::as_const(display).of(LayerId(Layer::kInner, "cues")).map, QString("viridis"));
    QCOMPARE(std::as_const(display).of(Layer::kSignedError).map, QString("error"));
    QVERIFY(std::as_const(display).of(Layer::kDepth).scale == ScaleKind::kInverse);
  }

  void oneRangeForAllMethods() {
    Look look;
    QVERIFY(!look.painter().rangeDependsOnMethods());
    look.display.paneLayers["method:rich"] = Layer::kWidth;
    QVERIFY(look.painter().rangeDependsOnMethods());
    QVERIFY(look.picture(0).layer == Layer::kWidth && look.picture(1).layer == Layer::kDepth);
    look.display.paneLayers.clear();
    look.display.layer = Layer::kAbsoluteError;
    QVERIFY(look.painter().rangeDependsOnMethods());
    look.sample.sample.truth.reset();
    QVERIFY(!look.painter().rangeDependsOnMethods());
  }
};

QTEST_GUILESS_MAIN(PredictedLayersTest)
#include "predicted_layers.moc"
