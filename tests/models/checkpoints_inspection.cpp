// What a weights file is, whether it is sound, and its conversion.
#include "models/checkpoints/inspection.h"

#include <ATen/ops/zeros.h>

#include <limits>

#include "models/checkpoints/architecture_guess.h"
#include "tests/models/checkpoints_builders.h"
#include "tests/models/checkpoints_names.h"

using namespace fathom;
using namespace fathom::test;
using namespace fathom::test::pickle;

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

std::string guessText(const std::vector<TensorInfo>& tensors) {
  const auto guess = guessArchitecture(tensors);
  if (!guess) return "";
  std::string text = guess->architecture;
  for (const auto& [name, value] : guess->settings) text += " " + name + "=" + value;
  return guess->part.empty() ? text : text + " (" + guess->part + ")";
}

TensorInfo tensorOf(const std::string& key, std::vector<std::int64_t> shape) {
  return {key, at::kFloat, std::move(shape)};
}

}  // namespace

class CheckpointsInspectionTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void init() {
    folder_ = std::make_unique<QTemporaryDir>();
    root_ = folder_->path().toStdString();
  }

  void findsWhatIsNotFinite_data() {
    QTest::addColumn<int>("type");
    for (const at::ScalarType type :
         {at::kFloat, at::kDouble, at::kHalf, at::kBFloat16, at::kFloat8_e5m2, at::kFloat8_e4m3fn,
          at::kFloat8_e5m2fnuz, at::kFloat8_e4m3fnuz, at::kComplexFloat, at::kComplexDouble}) {
      QTest::newRow(c10::toString(type)) << int(type);
    }
  }
  void findsWhatIsNotFinite() {
    QFETCH(int, type);
    const auto scalarType = at::ScalarType(type);
    // The greatest values, zeros of both signs and denormals are finite.
    at::Tensor values = filled("values", {9000}, -50, 50);
    values[3] = -0.0;
    values[4] = 1e-30;
    values[5] = 200;
    QVERIFY(!firstNotFinite(values.to(scalarType)));
    QVERIFY(!firstNotFinite(at::zeros({0}, scalarType)));
    const bool infinite = scalarType != at::kFloat8_e4m3fn && scalarType != at::kFloat8_e5m2fnuz &&
                          scalarType != at::kFloat8_e4m3fnuz;
    for (const double bad : {kNaN, infinite ? kInfinity : kNaN, infinite ? -kInfinity : kNaN}) {
      for (const std::int64_t place : {0, 4095, 4096, 8999}) {
        const at::Tensor copy = values.clone();
        copy[place] = bad;
        QCOMPARE(firstNotFinite(copy.to(scalarType)).value_or(-1), place);
      }
    }
  }

  void imaginaryPartsCount() {
    at::Tensor values = at::zeros({4, 2});
    values[2][1] = kNaN;
    const at::Tensor complex = values.view(at::kComplexFloat);
    QCOMPARE(firstNotFinite(complex).value_or(-1), std::int64_t{2});
  }

  void wholeNumbersAreFinite() {
    for (const at::ScalarType type : {at::kLong, at::kInt, at::kShort, at::kChar, at::kByte}) {
      QVERIFY(!firstNotFinite(at::zeros({5}, type).fill_(-1)));
    }
  }

  void verifies() {
    at::Tensor values = filled("values", {2, 3, 4}, 0, 1);
    writeSafetensors(root_ / "good", {{"a", values}, {"n", at::zeros({3}, at::kLong)}});
    double last = 0;
    Progress progress;
    progress.report = [&](double part, std::string_view) { last = std::max(last, part); };
    QVERIFY(verifyCheckpoint(*openCheckpoint(root_ / "good"), progress).empty());
    QVERIFY(last > 0);
    values[1][0][2] = kNaN;
    writeSafetensors(root_ / "bad",
                     {{"a", values.flatten()}, {"b.c", values}, {"d", at::zeros(2)}});
    QCOMPARE(verifyCheckpoint(*openCheckpoint(root_ / "bad")),
             (std::vector<std::string>{"a holds a value that is not finite at [14]",
                                       "b.c holds a value that is not finite at [1, 0, 2]"}));
  }

  void verifyingNamesTheDamagedTensor() {
    const std::string body = dict({{"first", tensor(storage("0", 6), 0, {6}, {1})},
                                   {"second", tensor(storage("1", 2), 0, {2}, {1})}});
    auto parts = zipParts(body, {floats(6), floats(2)});
    parts.back().crc = 5;
    writeBytes(root_ / "z.pth", zipFile(parts));
    const std::string problem =
        messageOf<FileError>([&] { verifyCheckpoint(*openCheckpoint(root_ / "z.pth")); });
    QVERIFY2(has(problem, "\"second\" cannot be read: the checksum"), problem.c_str());
  }

  void cancels() {
    writeSafetensors(root_ / "a", {{"x", at::zeros({2})}});
    std::stop_source stop;
    stop.request_stop();
    const Progress progress{stop.get_token(), {}};
    const CheckpointPtr file = openCheckpoint(root_ / "a");
    QVERIFY_EXCEPTION_THROWN(verifyCheckpoint(*file, progress), Cancelled);
    QVERIFY_EXCEPTION_THROWN(convertCheckpoint(*file, root_ / "b", {}, progress), Cancelled);
    QVERIFY_EXCEPTION_THROWN(openCheckpoint(root_ / "a", progress), Cancelled);
    QVERIFY(!fs::exists(root_ / "b"));
  }

  void converts() {
    const std::string body = dict({{"module.a", tensor(storage("0", 6), 0, {2, 3}, {3, 1})},
                                   {"module.t", tensor(storage("0", 6), 0, {3, 2}, {1, 3})}});
    writeBytes(root_ / "z.pth", zipFile(zipParts(body, {floats(6)})));
    const CheckpointPtr file = openCheckpoint(root_ / "z.pth");
    convertCheckpoint(*file, root_ / "new" / "z.safetensors", {{"source", "z.pth"}});
    const CheckpointPtr converted = openCheckpoint(root_ / "new" / "z.safetensors");
    QCOMPARE(converted->metadata().at("source"), std::string("z.pth"));
    QCOMPARE(listing(*converted), listing(*file));
    convertCheckpoint(*converted, root_ / "again.safetensors");
    QCOMPARE(bytesOf(root_ / "again.safetensors"), bytesOf(root_ / "new" / "z.safetensors"));
  }

  void conversionRefusesWhatTheFormatHasNot() {
    const std::string body =
        dict({{"a", tensor(storage("0", 1, false, "ComplexDoubleStorage"), 0, {1}, {1})}});
    writeBytes(root_ / "z.pth", zipFile(zipParts(body, {floats(4)})));
    const CheckpointPtr file = openCheckpoint(root_ / "z.pth");
    QVERIFY(has(messageOf<BadInput>([&] { convertCheckpoint(*file, root_ / "b"); }), "complex128"));
  }

  void guesses() {
    QCOMPARE(guessText(depthAnything(384, 12, 64, {48, 96, 192, 384})),
             std::string("depth_anything_v2 variant=vits"));
    QCOMPARE(guessText(prefixed(depthAnything(768, 12, 128, {96, 192, 384, 768}), "module.")),
             std::string("depth_anything_v2 variant=vitb"));
    QCOMPARE(guessText(depthAnything(1024, 24, 256, {256, 512, 1024, 1024})),
             std::string("depth_anything_v2 variant=vitl"));
    QCOMPARE(guessText(vit(384, 12)), std::string("depth_anything_v2 variant=vits (backbone)"));
    const auto dpt = joined(prefixed(vit(384, 12), "backbone."), dptHead(384));
    QCOMPARE(guessText(dpt), std::string("dinov2_dpt"));
    QCOMPARE(guessText(dptHead(384)), std::string("dinov2_dpt (decode_head)"));
    QCOMPARE(guessText(joined(dpt, {tensorOf("control.zero_out.0.weight", {256, 256, 1, 1})})),
             std::string("dinov2_controlnet"));
    const auto zoe = [](std::int64_t attractors) {
      return joined(prefixed(depthAnything(1024, 24, 256, {256, 512, 1024, 1024}), "core.core."),
                    {tensorOf("seed_bin_regressor._net.0.weight", {256, 256, 1, 1}),
                     tensorOf("attractors.0._net.2.weight", {attractors, 128, 1, 1})});
    };
    QCOMPARE(guessText(zoe(16)), std::string("zoedepth bins=softplus core=vitl"));
    QCOMPARE(guessText(zoe(32)), std::string("zoedepth bins=normed core=vitl"));
  }

  void guessesOthers() {
    const std::vector<TensorInfo> swin = {
        tensorOf("patch_embed.proj.weight", {192, 3, 4, 4}),
        tensorOf("layers.0.blocks.0.attn.relative_position_bias_table", {169, 6})};
    QCOMPARE(guessText(swin), std::string("pixelformer variant=large07 (backbone)"));
    QCOMPARE(guessText(prefixed(swin, "backbone.")), std::string("pixelformer variant=large07"));
    QCOMPARE(
        guessText(joined(prefixed(swin, "backbone."), {tensorOf("depth_net.proj.weight", {1})})),
        std::string("umit variant=large07"));
    const auto sgnet = [](std::int64_t kernel) {
      return std::vector<TensorInfo>{
          tensorOf("conv_rgb1.weight", {40, 3, 3, 3}),
          tensorOf("gradNet.c_rgb.weight", {40, 3, 3, 3}),
          tensorOf("upsampler.conv_1.0.weight", {120, 120, kernel, kernel})};
    };
    QCOMPARE(guessText(sgnet(12)), std::string("sgnet num_feats=40 scale=8"));
    QCOMPARE(guessText(sgnet(8)), std::string("sgnet num_feats=40 scale=4"));
    QCOMPARE(guessText(sgnet(7)), std::string());
    const std::vector<TensorInfo> raft = {
        tensorOf("fnet.conv1.weight", {64, 3, 7, 7}),
        tensorOf("update_block.encoder.convc1.weight", {64, 36, 1, 1})};
    QCOMPARE(guessText(prefixed(raft, "module.")), std::string("raft_stereo"));
    QCOMPARE(guessText(joined(raft, {tensorOf("dnet.conv1.weight", {64, 1, 7, 7})})),
             std::string("raft_du"));
    QCOMPARE(guessText({tensorOf("unet.intro_rel.weight", {48, 4, 3, 3})}),
             std::string("rga_unet width=48 (unet)"));
    QCOMPARE(guessText({tensorOf("features.0.weight", {120, 1, 5, 5}), tensorOf("tail.weight", {1}),
                        tensorOf("upsampler.4.weight", {256, 64, 3, 3})}),
             std::string("scale_adjustment"));
    QCOMPARE(guessText({tensorOf("intro.weight", {32, 3, 3, 3}),
                        tensorOf("middle_blks.0.conv1.weight", {1})}),
             std::string("nafnet width=32"));
    QCOMPARE(guessText({tensorOf("something", {1})}), std::string());
    QCOMPARE(guessText({}), std::string());
  }

  void guessesKeepTheirRemarks() {
    const auto guess = guessArchitecture(depthAnything(384, 12, 64, {48, 96, 192, 384}));
    QVERIFY(guess && has(guess->remark, "V1 or V2"));
  }

 private:
  std::unique_ptr<QTemporaryDir> folder_;
  fs::path root_;
};

QTEST_GUILESS_MAIN(CheckpointsInspectionTest)
#include "checkpoints_inspection.moc"
