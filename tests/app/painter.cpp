#include "app/window/painter.h"

#include <QtTest>

#include <ATen/ops/arange.h>
#include <ATen/ops/full.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>

#include "widgets/colour/colour_map.h"
#include "widgets/image/render.h"

using namespace fathom;

namespace {

constexpr std::int64_t kHeight = 16, kWidth = 24;

MethodResult predicting(int place, const std::string& id, at::Tensor metres) {
  auto stage = std::make_shared<MethodStage>();
  stage->key = stage->method.id = id;
  stage->prediction = Prediction{makePrediction(std::move(metres)), {}, 1.0};
  return {place, stage, {}, "plain"};
}

MethodResult failing(int place, const std::string& id) {
  auto stage = std::make_shared<MethodStage>();
  stage->key = stage->method.id = id;
  stage->failure = "no weights";
  return {place, stage, {}, "plain"};
}

/// All that a painter looks at: a truth of 20, 21, … metres and a map of 2×3 cells of 7×7 pixels,
/// which do not reach the right and lower edges.
struct Look {
  StageCache cache{1 << 20};
  fathom::Display display;
  Protocol protocol = protocolFromText("plain");
  LoadedSample sample;
  std::optional<LowStage> low;
  std::vector<MethodResult> methods;

  Look() {
    sample.key = "sample";
    sample.sample.id = "made-0";
    sample.sample.rgb = at::arange(3 * kHeight * kWidth, at::kInt)
                            .remainder(251)
                            .to(at::kByte)
                            .view({3, kHeight, kWidth});
    sample.sample.truth = makeDepthMap(ramp());
    low.emplace();
    low->key = "low";
    low->low =
        LowDepth{at::tensor({0.2F, 1.0F, 2.0F, 3.0F, 0.0F, 4.0F}).view({2, 3}), 16.0, 7, 7, 3, 3};
    low->information = informationOf(low->low);
  }
  static at::Tensor ramp() {
    return at::arange(kHeight * kWidth, at::kFloat).add(20).view({kHeight, kWidth});
  }
  Painter painter() {
    return Painter(cache, display, protocol, sample, low ? &*low : nullptr, methods);
  }
  void setLayer(Layer layer, RangeRule rule = RangeRule::kFull) {
    display.layer = layer;
    display.of(layer).rule = rule;
  }
  QImage imageOf(const QString& pane) {
    for (const Picture& picture : painter().all()) {
      if (picture.pane == pane) return picture.image;
    }
    return {};
  }
  QStringList panes() {
    QStringList names;
    for (const Picture& picture : painter().all()) names << picture.pane;
    return names;
  }
};

QRgb entry(const QString& map, MapUse use, double position) {
  return tableOf(colourMap(map), use)[static_cast<std::size_t>(entryAt(position))];
}

}  // namespace

class PainterTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void limitsFollowTheRule() {
    Look look;
    look.display.of(Layer::kDepth).rule = RangeRule::kFull;
    BarFacts bar = look.painter().bar(Layer::kDepth);
    QCOMPARE(bar.scale.low, 20.0);
    QCOMPARE(bar.scale.high, 20.0 + kHeight * kWidth - 1);
    QCOMPARE(bar.scale.kind, ScaleKind::kInverse);
    look.display.of(Layer::kDepth).rule = RangeRule::kCentral;
    bar = look.painter().bar(Layer::kDepth);
    const Limits central = *percentileRange(Look::ramp(), 2, 98);
    QCOMPARE(bar.scale.low, central.low);
    QCOMPARE(bar.scale.high, central.high);
    look.display.of(Layer::kDepth).rule = RangeRule::kFixed;
    look.display.of(Layer::kDepth).fixed = {5, 50};
    bar = look.painter().bar(Layer::kDepth);
    QCOMPARE(bar.scale.low, 5.0);
    QCOMPARE(bar.scale.high, 50.0);
  }

  void limitsThatAScaleCannotTakeAreMended() {
    Look look;
    look.display.of(Layer::kDepth).rule = RangeRule::kFixed;
    look.display.of(Layer::kDepth).fixed = {-3, -3};
    const Scale scale = look.painter().bar(Layer::kDepth).scale;
    QVERIFY(scale.low > 0 && scale.high > scale.low);
  }

  void theColoursAreThoseOfTheBar() {
    Look look;
    look.setLayer(Layer::kDepth);
    look.display.of(Layer::kDepth).scale = ScaleKind::kLinear;
    const QImage truth = look.imageOf(kTruthPane);
    QCOMPARE(truth.size(), QSize(kWidth, kHeight));
    QCOMPARE(truth.pixel(0, 0), entry("viridis", MapUse::kDepth, 0));
    QCOMPARE(truth.pixel(kWidth - 1, kHeight - 1), entry("viridis", MapUse::kDepth, 1));
    QCOMPARE(look.imageOf(kRgbPane).pixel(1, 0),
             qRgb(1, (kHeight * kWidth + 1) % 251, (2 * kHeight * kWidth + 1) % 251));
  }

  void thePicturesHoldMetresForTheCursor() {
    Look look;
    look.methods = {predicting(0, "a", Look::ramp().add(1))};
    look.setLayer(Layer::kAbsoluteError);
    for (const Picture& picture : look.painter().all()) {
      if (picture.pane == kRgbPane) QVERIFY(!picture.depth);
      if (picture.pane == kLowPane) QCOMPARE(picture.depth->metres[0][1].item<float>(), 16.0F);
      if (picture.pane == kTruthPane) QCOMPARE(picture.depth->metres[0][1].item<float>(), 21.0F);
      if (picture.pane == "method:a") QCOMPARE(picture.depth->metres[0][1].item<float>(), 22.0F);
    }
  }

  void errorsOfAllMethodsShareOneScale() {
    Look look;
    look.methods = {predicting(0, "a", Look::ramp().add(1)),
                    predicting(1, "b", Look::ramp().sub(4))};
    look.setLayer(Layer::kAbsoluteError);
    const BarFacts bar = look.painter().bar(Layer::kAbsoluteError);
    QCOMPARE(bar.scale.low, 0.0);
    QCOMPARE(bar.scale.high, 4.0);
    QCOMPARE(look.imageOf("method:a").pixel(3, 3), entry("magma", MapUse::kMagnitude, 0.25));
    QCOMPARE(look.imageOf("method:b").pixel(3, 3), entry("magma", MapUse::kMagnitude, 1));
  }

  void signedErrorsAreSymmetric() {
    Look look;
    look.methods = {predicting(0, "a", Look::ramp().add(1)),
                    predicting(1, "b", Look::ramp().sub(4))};
    look.setLayer(Layer::kSignedError);
    const Scale scale = look.painter().bar(Layer::kSignedError).scale;
    QCOMPARE(scale.low, -4.0);
    QCOMPARE(scale.high, 4.0);
    QCOMPARE(look.imageOf("method:a").pixel(0, 0), entry("error", MapUse::kMagnitude, 5.0 / 8));
  }

  void relativeErrorsAreSharesOfTheTruth() {
    Look look;
    look.methods = {predicting(0, "a", Look::ramp().mul(1.5))};
    look.setLayer(Layer::kRelativeError);
    QVERIFY(std::abs(look.painter().bar(Layer::kRelativeError).scale.high - 0.5) < 1e-6);
  }

  void aMethodThatFailedHasNoPictureAndNoSayInTheRange() {
    Look look;
    look.methods = {failing(0, "a"), predicting(1, "b", Look::ramp().add(2))};
    look.setLayer(Layer::kAbsoluteError);
    QVERIFY(look.imageOf("method:a").isNull());
    QCOMPARE(look.painter().bar(Layer::kAbsoluteError).scale.high, 2.0);
  }

  void informationGreysThePixelsOfUninformativeCells() {
    Look look;
    look.setLayer(Layer::kDepth);
    const QImage depth = look.imageOf(kTruthPane);
    look.setLayer(Layer::kInformation);
    const QImage image = look.imageOf(kTruthPane);
    // Cells (0,0) and (1,1) tell nothing; the last row and column of cells reach to the edge.
    for (int y = 0; y < kHeight; ++y) {
      for (int x = 0; x < kWidth; ++x) {
        const int row = std::min(y / 7, 1), column = std::min(x / 7, 2);
        const bool dumb = (row == 0 && column == 0) || (row == 1 && column == 1);
        const QRgb pixel = image.pixel(x, y);
        const bool grey = qRed(pixel) == qGreen(pixel) && qGreen(pixel) == qBlue(pixel);
        QVERIFY2(dumb ? grey : pixel == depth.pixel(x, y),
                 qPrintable(QString("pixel %1, %2").arg(x).arg(y)));
      }
    }
    const QImage cells = look.imageOf(kLowPane);
    QCOMPARE(cells.size(), QSize(3, 2));
    QCOMPARE(cells.pixel(0, 0), informationLegend()[1].colour);
    QCOMPARE(cells.pixel(1, 0), informationLegend()[0].colour);
    QCOMPARE(cells.pixel(1, 1), informationLegend()[2].colour);
  }

  void theInformationLayersBarIsThatOfDepth() {
    Look look;
    look.setLayer(Layer::kInformation);
    look.display.of(Layer::kDepth).rule = RangeRule::kFixed;
    look.display.of(Layer::kDepth).fixed = {30, 60};
    const BarFacts bar = look.painter().bar(Layer::kInformation);
    QCOMPARE(bar.layer, Layer::kDepth);
    QCOMPARE(bar.scale.low, 30.0);
    QCOMPARE(bar.scale.high, 60.0);
  }

  void aPanesOwnLayerIsItsAlone() {
    Look look;
    look.methods = {predicting(0, "a", Look::ramp().add(1)),
                    predicting(1, "b", Look::ramp().sub(4))};
    look.setLayer(Layer::kDepth);
    QVERIFY(!look.painter().rangeDependsOnMethods());
    const QImage before = look.imageOf("method:a"), other = look.imageOf("method:b");
    look.display.paneLayers["method:a"] = Layer::kAbsoluteError;
    QVERIFY(look.painter().rangeDependsOnMethods());
    QVERIFY(look.imageOf("method:a") != before);
    QCOMPARE(look.imageOf("method:b"), other);
  }

  void skyFollowsItsRule() {
    Look look;
    look.sample.sample.truth->reason[0][0] = static_cast<int>(Reason::kSky);
    look.sample.sample.truth->reason[0][1] = static_cast<int>(Reason::kMissing);
    look.display.sky = SkyRule::kOwnColour;
    QCOMPARE(look.imageOf(kTruthPane).pixel(0, 0), kSkyColour);
    QCOMPARE(look.imageOf(kTruthPane).pixel(1, 0), kInvalidColour);
    look.display.sky = SkyRule::kAsValue;
    QVERIFY(look.imageOf(kTruthPane).pixel(0, 0) != kSkyColour);
    QCOMPARE(look.imageOf(kTruthPane).pixel(1, 0), kInvalidColour);
  }

  void withoutTruthErrorsGiveWayToDepth() {
    Look look;
    look.sample.sample.truth.reset();
    look.methods = {predicting(0, "a", at::full({kHeight, kWidth}, 30.0, at::kFloat))};
    look.setLayer(Layer::kAbsoluteError);
    QCOMPARE(look.panes(), QStringList({kRgbPane, kLowPane, "method:a"}));
    const BarFacts bar = look.painter().bar(Layer::kAbsoluteError);
    QCOMPARE(bar.layer, Layer::kDepth);
    QVERIFY(!look.painter().rangeDependsOnMethods());
    QCOMPARE(look.painter().method(look.methods[0]).layer, Layer::kDepth);
    look.display.of(Layer::kDepth).rule = RangeRule::kFull;
    const Scale scale = look.painter().bar(Layer::kDepth).scale;
    QCOMPARE(scale.low, 8.0);  // of the transmitted map, from half a level on
    QCOMPARE(scale.high, 64.0);
  }

  void withoutTransmittedMap() {
    Look look;
    look.low.reset();
    look.setLayer(Layer::kInformation);
    QCOMPARE(look.panes(), QStringList({kRgbPane, kTruthPane}));
    look.sample.sample.truth.reset();
    QCOMPARE(look.panes(), QStringList({kRgbPane}));
    QVERIFY(look.painter().bar(Layer::kDepth).values.quantiles.empty());
  }

  void cloudsAsWished() {
    Look look;
    look.setLayer(Layer::kDepth);
    look.methods = {predicting(0, "a", Look::ramp().add(1)), failing(1, "b")};
    const QImage rgb = look.imageOf(kRgbPane), depth = look.imageOf("method:a");
    for (const auto colour : {CloudWish::Colour::kImage, CloudWish::Colour::kDepth}) {
      const CloudWish wish{"method:a", colour};
      const Cloud cloud = look.painter().cloud(wish);
      QVERIFY(cloud.wish == wish && cloud.note.isEmpty());
      QCOMPARE(cloud.points.size(0), kHeight * kWidth);
      QCOMPARE(cloud.points[0][2].item<float>(), 21.0F);
      const QRgb expected = (colour == CloudWish::Colour::kImage ? rgb : depth).pixel(0, 0);
      QCOMPARE(qRgb(cloud.colours[0][0].item<int>(), cloud.colours[0][1].item<int>(),
                    cloud.colours[0][2].item<int>()),
               expected);
    }
    // The transmitted map has no depth per pixel: the truth stands for it.
    QCOMPARE(look.painter().cloud({kLowPane, {}}).points[0][2].item<float>(), 20.0F);
  }

  void cloudsColouredByError() {
    Look look;
    look.methods = {predicting(0, "a", Look::ramp().add(1)),
                    predicting(1, "b", Look::ramp().sub(4))};
    look.display.of(Layer::kAbsoluteError).rule = RangeRule::kFull;
    const Cloud cloud = look.painter().cloud({"method:b", CloudWish::Colour::kError});
    QCOMPARE(qRgb(cloud.colours[5][0].item<int>(), cloud.colours[5][1].item<int>(),
                  cloud.colours[5][2].item<int>()),
             entry("magma", MapUse::kMagnitude, 1));
  }

  void cloudsThatCannotBeSayWhy() {
    Look look;
    look.methods = {failing(0, "b")};
    QVERIFY(!look.painter().cloud({"method:b", {}}).note.isEmpty());
    QVERIFY(!look.painter().cloud({"method:gone", {}}).note.isEmpty());
    look.sample.sample.truth.reset();
    QVERIFY(!look.painter().cloud({kTruthPane, {}}).note.isEmpty());
  }
};

QTEST_GUILESS_MAIN(PainterTest)
#include "painter.moc"
