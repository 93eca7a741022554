// Methods with networks: how weights are found, read and refused, what is stamped, tiles, sizes,
// costs, cancelling.
#include <ATen/TensorOperators.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/isfinite.h>
#include <QTemporaryDir>
#include <QtTest>

#include "core/error.h"
#include "models/alignment/alignment.h"
#include "models/conformance/filling.h"
#include "models/depth_anything/relative.h"
#include "models/registry.h"
#include "models/runtime/load.h"
#include "models/runtime/network_store.h"
#include "models/runtime/picture.h"
#include "models/runtime/tiles.h"
#include "models/scale_adjustment/scale_adjustment.h"
#include "tests/support/maps.h"

using namespace fathom;
using namespace fathom::test;

namespace {

/// Small enough to take no time.
const Values kSmallScale{{"first_width", std::int64_t(4)},
                         {"second_width", std::int64_t(4)},
                         {"width", std::int64_t(4)}};

using NamedList = std::vector<std::pair<std::string, at::Tensor>>;

/// The state dict of a filled network.
NamedList filledState(const std::string& architecture, const Values& values) {
  const auto network = architectures().create(architecture, values);
  fillConformance(*network);
  NamedList state;
  std::as_const(*network).visit(
      [&](const std::string& key, const Weight& weight) { state.emplace_back(key, weight.value); });
  return state;
}

UpsamplerInput inputOf(Size size, double factor = 8) {
  UpsamplerInput input;
  input.rgb = filled("rgb", {3, size.height, size.width}, 0, 255).to(at::kByte);
  const auto cells = [factor](std::int64_t side) { return std::int64_t(double(side) / factor); };
  input.low.levels = filled("low", {cells(size.height), cells(size.width)}, 0, 9);
  input.low.metresPerLevel = 16.0037;
  input.low.factorX = input.low.factorY = factor;
  input.low.phaseX = input.low.phaseY = factor / 2;
  return input;
}

UpsamplerRegistry registered() {
  UpsamplerRegistry registry;
  registerModels(registry);
  return registry;
}

Prediction run(const std::string& id, const UpsamplerInput& input, Values values,
               const Progress& progress = {}) {
  values["random_weights"] = true;
  return (*registered().create(id, values))(input, progress);
}

/// Of the Depth Anything methods, small and on few pixels.
const Values kSmallGuide{{"variant", std::string("vits")}, {"input_size", std::int64_t(98)}};

/// Undefined where it has none.
at::Tensor relativeOf(const Prediction& made) {
  for (const InnerMap& map : made.innerMaps) {
    if (map.id == kRelativeMap) return map.values;
  }
  return {};
}

}  // namespace

class MethodsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() {
    QVERIFY(folder_.isValid());
    // No weights of the machine's user may decide a test.
    qputenv("FATHOM_WEIGHTS", folder_.filePath("empty").toUtf8());
  }

  void parametersAreThoseOfTheReport_data() {
    QTest::addColumn<QString>("id");
    QTest::addColumn<QString>("architecture");
    QTest::addColumn<qlonglong>("parameters");
    QTest::newRow("vits") << "depth_anything_v2:vits"
                          << "depth_anything_v2" << 24785089LL;
    QTest::newRow("vitb") << "depth_anything_v2:vitb"
                          << "depth_anything_v2" << 97470785LL;
    QTest::newRow("vitl") << "depth_anything_v2:vitl"
                          << "depth_anything_v2" << 335315649LL;
    QTest::newRow("sgnet") << "sgnet"
                           << "sgnet" << 39924941LL;
    QTest::newRow("umit") << "umit"
                          << "umit" << 274331984LL;
    QTest::newRow("das_depth") << "das_depth"
                               << "zoedepth" << 335793794LL;
    QTest::newRow("controlnet") << "dinov2_controlnet"
                                << "dinov2_controlnet" << 52010753LL;
    QTest::newRow("rga") << "rga_adain_unet"
                         << "rga_adain_unet" << 41406578LL;
    QTest::newRow("raft") << "raft_du"
                          << "raft_du" << 12310496LL;
    QTest::newRow("scale") << "scale_adjustment"
                           << "scale_adjustment" << 949297LL;
  }
  void parametersAreThoseOfTheReport() {
    QFETCH(QString, id);
    QFETCH(QString, architecture);
    QFETCH(qlonglong, parameters);
    const QStringList parts = id.split(':');
    Values values;
    if (parts.size() > 1) values["variant"] = parts[1].toStdString();
    const auto network = architectures().create(architecture.toStdString(), values);
    QCOMPARE(qlonglong(parameterCount(*network)), parameters);
    if (parts.size() == 1) {
      QCOMPARE(qlonglong(registered().info(id.toStdString()).parameters), parameters);
    }
  }

  void stateDictsHaveTheReferencesSize() {
    const auto tensors = [](const char* id, const Values& values) {
      return stateDict(*architectures().create(id, values)).size();
    };
    QCOMPARE(tensors("depth_anything_v2", {{"variant", std::string("vits")}}), std::size_t(239));
    QCOMPARE(tensors("depth_anything_v2", {{"variant", std::string("vitl")}}), std::size_t(407));
    const auto keys = stateDict(*architectures().create("depth_anything_v2", {}));
    QCOMPARE(keys[0].key, std::string("pretrained.cls_token"));
    QCOMPARE(keys[1].key, std::string("pretrained.pos_embed"));
    QCOMPARE(keys[2].key, std::string("pretrained.mask_token"));
    QCOMPARE(keys.back().key, std::string("depth_head.scratch.output_conv2.2.bias"));
  }

  void controlStartsAsItsBase() {
    // With zero convolutions at zero the control branch changes nothing.
    const auto base = architectures().create("dinov2_dpt", {{"max_depth", 25.0}});
    const auto whole = architectures().create("dinov2_controlnet", {});
    fillConformance(*base);
    fillConformance(*whole);
    whole->visit([](const std::string& key, Weight& weight) {
      if (key.find("control.zero_") == 0) weight.value.zero_();
    });
    const at::Tensor image = filledInput("image", {1, 3, 42, 56}, -2, 2);
    const at::Tensor depth = filledInput("depth", {1, 1, 6, 7}, 0, 1.5);
    QVERIFY(at::equal(base->forward({{"image", image}}, {}).at("depth"),
                      whole->forward({{"image", image}, {"depth", depth}}, {}).at("depth")));
  }

  void whatWasSavedIsRead() {
    const NamedList state = filledState("scale_adjustment", kSmallScale);
    const std::string path = save("whole", state);
    const auto network = architectures().create("scale_adjustment", kSmallScale);
    loadWeights(*network, {openCheckpoint(path)});
    std::size_t place = 0;
    std::as_const(*network).visit([&](const std::string& key, const Weight& weight) {
      QCOMPARE(key, state[place].first);
      QVERIFY(at::equal(weight.value, state[place++].second));
    });
  }

  void aFileThatDoesNotFitChangesNothing_data() {
    QTest::addColumn<int>("damage");
    QTest::addColumn<QString>("said");
    QTest::newRow("missing") << 0 << "tail.bias";
    QTest::newRow("unexpected") << 1 << "stranger";
    QTest::newRow("shape") << 2 << "tail.weight";
    QTest::newRow("not finite") << 3 << "not finite";
  }
  void aFileThatDoesNotFitChangesNothing() {
    QFETCH(int, damage);
    QFETCH(QString, said);
    NamedList state = filledState("scale_adjustment", kSmallScale);
    if (damage == 0) std::erase_if(state, [](const auto& e) { return e.first == "tail.bias"; });
    if (damage == 1) state.emplace_back("stranger", filled("s", {2}, 0, 1));
    for (auto& [key, value] : state) {
      if (damage == 2 && key == "tail.weight") value = value.flatten();
      if (damage == 3 && key == "tail.bias") value = value.div(0);
    }
    const std::string path = save("bad" + std::to_string(damage), state);
    const auto network = architectures().create("scale_adjustment", kSmallScale);
    const auto load = [&] { loadWeights(*network, {openCheckpoint(path)}); };
    const std::string problem = messageOf<FileError>(load);
    QVERIFY2(has(problem, said.toStdString()), problem.c_str());
    std::as_const(*network).visit(
        [](const std::string&, const Weight& weight) { QVERIFY(!weight.value.defined()); });
  }

  void withoutWeightsItSaysWhichAndHow() {
    for (const UpsamplerInfo& info : registered().list()) {
      if (info.weights.empty()) continue;
      const auto create = [&] { (*registered().create(info.id, {}))(inputOf({64, 96}), {}); };
      const std::string problem = messageOf<MissingResource>(create);
      bool named = false;
      for (const WeightsWanted& wanted : info.weights) named = named || has(problem, wanted.name);
      QVERIFY2(named, (info.id + ": " + problem).c_str());
    }
  }

  void randomWeightsAreStamped() {
    const Prediction prediction = run("raft_du", inputOf({64, 96}), {});
    QCOMPARE(prediction.stamp, std::string("random weights"));
    QCOMPARE(prediction.depth.metres.sizes().vec(), (std::vector<std::int64_t>{64, 96}));
  }

  void anySizeAndFactor_data() {
    QTest::addColumn<QString>("id");
    for (const char* id : {"raft_du", "dinov2_controlnet", "rga_adain_unet", "scale_adjustment",
                           "sgnet", "umit", "das_depth", "aligned_depth_anything"}) {
      QTest::newRow(id) << id;
    }
  }
  void anySizeAndFactor() {
    QFETCH(QString, id);
    Values values;
    if (id == "scale_adjustment" || id == "aligned_depth_anything") {
      values["variant"] = std::string("vits");
      values["input_size"] = std::int64_t(98);
    }
    std::vector<std::pair<Size, double>> cases{{{67, 93}, 7.5}};
    const bool heavy = id == "sgnet" || id == "umit" || id == "das_depth";
    if (!heavy) cases.insert(cases.end(), {{{67, 93}, 8.0}, {{64, 96}, 4.0}, {{60, 90}, 7.5}});
    for (const auto& [size, factor] : cases) {
      const Prediction prediction = run(id.toStdString(), inputOf(size, factor), values);
      QVERIFY(prediction.depth.size() == size);
      QVERIFY(at::isfinite(prediction.depth.metres).all().item<bool>());
      const bool fitted = id == "das_depth" || id == "aligned_depth_anything";
      QCOMPARE(relativeOf(prediction).defined(), fitted);
      if (fitted) QCOMPARE(relativeOf(prediction).sizes(), prediction.depth.metres.sizes());
    }
  }

  void whatWasFittedIsKept_data() {
    QTest::addColumn<QString>("model");
    QTest::newRow("relative") << "relative";
    QTest::newRow("metric") << "metric_hypersim";
  }
  void whatWasFittedIsKept() {
    // The result again, from the inner map and the same fit: so larger is nearer.
    QFETCH(QString, model);
    Values values = kSmallGuide;
    values["model"] = model.toStdString();
    const UpsamplerInput input = inputOf({64, 96});
    const Prediction made = run("aligned_depth_anything", input, values);
    QCOMPARE(made.innerMaps.size(), std::size_t(1));
    QCOMPARE(made.innerMaps[0].title, std::string("Relative depth"));
    QVERIFY(made.innerMaps[0].unit.empty());
    at::Tensor relative = relativeOf(made);
    QVERIFY(relative.scalar_type() == at::kFloat && !relative.is_inference());
    const bool metric = model != "relative";
    const Aligned again =
        align(metric ? relative.reciprocal() : relative,
              metric ? PredictionKind::kDepth : PredictionKind::kInverseDepth, input.low, {}, {});
    QVERIFY(worstDifference(again.metres, made.depth.metres) < 1e-3);
    QVERIFY(relative.max().item<float>() > relative.min().item<float>());
  }

  void theRelativeMapOfAMirroredRun() {
    const UpsamplerInput input = inputOf({64, 96});
    Values values = kSmallGuide;
    const at::Tensor straight = relativeOf(run("aligned_depth_anything", input, values));
    UpsamplerInput other = input;
    other.rgb = input.rgb.flip({2}).contiguous();
    const at::Tensor mirrored = relativeOf(run("aligned_depth_anything", other, values)).flip({1});
    QVERIFY(!at::equal(straight, mirrored));
    values["mirror"] = true;
    const at::Tensor both = relativeOf(run("aligned_depth_anything", input, values));
    QVERIFY(worstDifference(both, (straight + mirrored) * 0.5) < 1e-4);
  }

  void tilesHaveNoCommonRelativeMap() {
    Values values = kSmallGuide;
    values["tile"] = std::int64_t(64);
    values["overlap"] = std::int64_t(16);
    const Prediction made = run("aligned_depth_anything", inputOf({128, 64}), values);
    QVERIFY(has(made.stamp, "tiled") && made.innerMaps.empty());
  }

  void mirrorAveragingIsSymmetric() {
    const UpsamplerInput input = inputOf({64, 96});
    const Values values{{"mirror", true}};
    const at::Tensor straight = run("raft_du", input, values).depth.metres;
    UpsamplerInput other = input;
    other.rgb = input.rgb.flip({2});
    other.low.levels = input.low.levels.flip({1});
    const at::Tensor mirrored = run("raft_du", other, values).depth.metres.flip({1});
    QVERIFY(worstDifference(mirrored, straight) < 1e-5);
  }

  void theClipHolds() {
    const Values values{{"clip_least", 1.5}, {"clip_greatest", 2.0}};
    const Range found = range(run("raft_du", inputOf({64, 96}), values).depth);
    QVERIFY(found.least >= 1.5 && found.greatest <= 2.0);
  }

  void halfPrecisionIsNear() {
    const UpsamplerInput input = inputOf({64, 96});
    const at::Tensor full = run("raft_du", input, {}).depth.metres;
    const Values half{{"precision", std::string("bfloat16")}};
    const double apart = worstDifference(run("raft_du", input, half).depth.metres, full);
    QVERIFY2(apart > 0 && apart < 0.05, qPrintable(QString::number(apart)));
  }

  void severalCheckpointsAreAveraged() {
    NamedList state = filledState("raft_du", {});
    const std::string first = save("one", state);
    for (auto& [key, value] : state) {
      if (key == "update_block.flow_head.conv2.bias") value = value + 0.25;
    }
    const std::string second = save("two", state);
    const UpsamplerInput input = inputOf({64, 96});
    const auto with = [&](const std::string& weights) {
      return (*registered().create("raft_du", {{"weights", weights}}))(input, {}).depth.metres;
    };
    const at::Tensor one = with(first), two = with(second), both = with(first + ';' + second);
    QVERIFY(!at::equal(one, two));
    QVERIFY(worstDifference(both, (one + two) * 0.5) < 1e-5);
  }

  void tilesOfAFiniteNetworkAgree() {
    // Far from seams a purely convolutional network cannot tell that it saw a part only.
    UpsamplerInput input = inputOf({128, 256});
    const auto network = architectures().create("scale_adjustment", kSmallScale);
    fillConformance(*network);
    const auto& scale = dynamic_cast<const ScaleAdjustment&>(*network);
    const auto run = [&](const UpsamplerInput& part, const Progress&) {
      return scale(lowLevels(part.low)).squeeze(0).squeeze(0);
    };
    const at::Tensor whole = run(input, {}), parts = tiled(input, 128, 64, {}, run);
    QVERIFY(worstDifference(parts.slice(1, 0, 32), whole.slice(1, 0, 32)) < 1e-5);
    QVERIFY(worstDifference(parts.slice(1, 224, 256), whole.slice(1, 224, 256)) < 1e-5);
  }

  void tilesCoverAndBlend() {
    const UpsamplerInput input = inputOf({100, 200});
    const std::vector<Tile> tiles = tilesOf(input, 64, 16);
    QVERIFY(tiles.size() > 6);
    for (const Tile& tile : tiles) {
      QVERIFY(tile.top % 8 == 0 && tile.left % 8 == 0);
      QVERIFY(tile.top + tile.size.height <= 100 && tile.left + tile.size.width <= 200);
    }
    const at::Tensor ones =
        tiled(input, 64, 16, {}, [](const UpsamplerInput& part, const Progress&) {
          return filled("flat", {part.rgb.size(1), part.rgb.size(2)}, 3, 3);
        });
    QVERIFY(worstDifference(ones, filled("flat", {100, 200}, 3, 3)) < 1e-6);
    QVERIFY(!messageOf<BadInput>([&] { tilesOf(input, 64, 60); }).empty());
    QVERIFY(!messageOf<BadInput>([&] { tilesOf(inputOf({60, 90}, 7.5), 64, 16); }).empty());
    const Prediction stamped = run("raft_du", inputOf({128, 64}),
                                   {{"tile", std::int64_t(64)}, {"overlap", std::int64_t(16)}});
    QVERIFY(has(stamped.stamp, "tiled 64, overlap 16"));
  }

  void thePicturesSizeRule_data() {
    QTest::addColumn<int>("width");
    QTest::addColumn<int>("height");
    QTest::addColumn<int>("toWidth");
    QTest::addColumn<int>("toHeight");
    QTest::addColumn<int>("side");
    QTest::newRow("640x480") << 640 << 480 << 686 << 518 << 518;
    QTest::newRow("480x640") << 480 << 640 << 518 << 686 << 518;
    QTest::newRow("1920x1080") << 1920 << 1080 << 924 << 518 << 518;
    QTest::newRow("1242x375") << 1242 << 375 << 1722 << 518 << 518;
    QTest::newRow("256x256") << 256 << 256 << 518 << 518 << 518;
    QTest::newRow("1000x700") << 1000 << 700 << 742 << 518 << 518;
    QTest::newRow("640x480 at 480") << 640 << 480 << 644 << 490 << 480;
  }
  void thePicturesSizeRule() {
    QFETCH(int, width);
    QFETCH(int, height);
    QFETCH(int, toWidth);
    QFETCH(int, toHeight);
    QFETCH(int, side);
    const Size size = networkSize({height, width}, PictureFit::kLowerBound, side);
    QCOMPARE(size.width, std::int64_t(toWidth));
    QCOMPARE(size.height, std::int64_t(toHeight));
  }

  void costsNeedNoWeightsAndNoTime() {
    const UpsamplerRegistry registry = registered();
    const UpsamplerInfo& info = registry.info("scale_adjustment");
    Values values = initialValues(info.settings);
    const Costs costs = info.costs({480, 640}, values, {});
    QCOMPARE(costs.parameters, std::int64_t(949297 + 335315649));
    // 17.47 G of the small network, 741.3 G and attention of its guide.
    QVERIFY2(costs.macs > 17.4e9 + 741e9 && costs.macs < 1000e9,
             qPrintable(QString::number(costs.macs)));
  }

  void aCountCanBeStopped() {
    const UpsamplerRegistry registry = registered();
    std::stop_source stop;
    stop.request_stop();
    const Progress progress{stop.get_token(), {}};
    for (const char* id : {"sgnet", "umit", "das_depth"}) {
      const UpsamplerInfo& info = registry.info(id);
      QVERIFY_EXCEPTION_THROWN(info.costs({480, 640}, initialValues(info.settings), progress),
                               Cancelled);
    }
  }

  void cancelling() {
    std::stop_source stop;
    Progress progress;
    progress.stop = stop.get_token();
    progress.report = [&](double part, std::string_view) {
      if (part > 0.3) stop.request_stop();
    };
    QVERIFY_EXCEPTION_THROWN(run("raft_du", inputOf({64, 96}), {}, progress), Cancelled);
  }

 private:
  std::string save(const std::string& name, const NamedList& state) {
    const std::string path =
        folder_.filePath(QString::fromStdString(name + ".safetensors")).toStdString();
    writeSafetensors(path, state);
    return path;
  }

  QTemporaryDir folder_;
};

QTEST_GUILESS_MAIN(MethodsTest)
#include "methods.moc"
