#include "datasets/scenes/scene_source.h"

#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>
#include <fmt/format.h>

#include "core/error.h"
#include "datasets/scenes/render.h"
#include "datasets/scenes/scene_cache.h"

namespace fathom {
namespace {

using scenes::Rendering;
using scenes::RenderSettings;

constexpr int kThumbnailWidth = 96, kThumbnailHeight = 72;

void check(const SceneSpan& span) {
  const bool fine = span.first >= 0 && span.first <= span.last && span.last <= kLastScene &&
                    span.frames >= 1 && span.frames <= kMostFrames;
  if (fine) return;
  throw BadInput(fmt::format("scenes {} to {} with {} frames each are not among the embedded ones",
                             span.first, span.last, span.frames),
                 "embedded scenes", "Take scenes 0 to 9999 and 1 to 1000 frames of each");
}

/// Interleaved rows to 3×H×W.
at::Tensor planes(const Rendering& picture) {
  const std::int64_t height = picture.height, width = picture.width;
  at::Tensor rgb = at::empty({3, height, width}, at::kByte);
  auto* out = rgb.mutable_data_ptr<std::uint8_t>();
  const std::size_t pixels = picture.metres.size();
  for (std::size_t channel = 0; channel < 3; ++channel) {
    for (std::size_t i = 0; i < pixels; ++i) *out++ = picture.rgb[3 * i + channel];
  }
  return rgb;
}

DepthMap depthOf(const Rendering& picture) {
  const std::int64_t height = picture.height, width = picture.width;
  DepthMap depth{at::empty({height, width}, at::kFloat), at::empty({height, width}, at::kByte)};
  std::copy(picture.metres.begin(), picture.metres.end(), depth.metres.mutable_data_ptr<float>());
  std::transform(picture.sky.begin(), picture.sky.end(),
                 depth.reason.mutable_data_ptr<std::uint8_t>(), [](std::uint8_t sky) {
                   return static_cast<std::uint8_t>(sky != 0 ? Reason::kSky : Reason::kValid);
                 });
  return depth;
}

class SceneSource final : public SampleSource {
 public:
  explicit SceneSource(std::vector<SceneSpan> spans) : spans_(std::move(spans)) {
    for (const SceneSpan& span : spans_) {
      check(span);
      size_ += static_cast<std::size_t>(span.size());
    }
  }

  std::string title() const override { return "embedded scenes"; }
  std::size_t size() const override { return size_; }
  std::string id(std::size_t index) const override {
    const auto [scene, frame, frames] = which(index);
    return fmt::format("scene-{:04}-{:03}", scene, frame);
  }
  SampleFacts facts(std::size_t index) const override {
    which(index);
    return {true, false};
  }

  Sample load(std::size_t index, const Progress& progress) const override {
    const auto [number, frame, frames] = which(index);
    progress.at(0, "building the scene");
    const scenes::BuiltScenePtr built = full_.get(number);
    RenderSettings settings;
    settings.threads = at::get_num_threads();
    const scenes::View view = built->scene.camera.at(frame);
    const Rendering picture =
        render(built->scene, built->tracer, view, settings, progress.part(0.2, 1));
    Sample sample;
    sample.id = id(index);
    sample.rgb = planes(picture);
    sample.truth = depthOf(picture);
    sample.intrinsics = settings.intrinsics;
    sample.pose = scenes::poseOf(view);
    return sample;
  }

  Size pictureSize(std::size_t index, const Progress&) const override {
    which(index);
    const RenderSettings settings;
    return {settings.height, settings.width};
  }
  Thumbnail thumbnail(std::size_t index) const override {
    const auto [number, frame, frames] = which(index);
    scenes::BuiltScenePtr built = full_.peek(number);
    if (!built) built = quick_.get(number);
    RenderSettings settings;
    settings.width = kThumbnailWidth, settings.height = kThumbnailHeight;
    const double scale = static_cast<double>(kThumbnailWidth) / 640;
    settings.intrinsics = {320 * scale, 320 * scale, 320 * scale, 240 * scale};
    settings.smooth = false;
    settings.threads = at::get_num_threads();
    Rendering picture =
        render(built->scene, built->tracer, built->scene.camera.at(frame), settings, {});
    return {picture.width, picture.height, std::move(picture.rgb)};
  }
  std::vector<std::size_t> framesAround(std::size_t index, FramesWanted wanted) const override {
    const auto [scene, frame, frames] = which(index);
    return framesOfSpan(index, index - static_cast<std::size_t>(frame), frames, wanted);
  }

 private:
  struct SceneFrame {
    int scene, frame;
    std::size_t frames;  ///< of the scene in this source
  };
  SceneFrame which(std::size_t index) const {
    std::size_t left = index;
    for (const SceneSpan& span : spans_) {
      const auto size = static_cast<std::size_t>(span.size());
      if (left < size) {
        const auto frames = static_cast<std::size_t>(span.frames);
        return {span.first + static_cast<int>(left / frames), static_cast<int>(left % frames),
                frames};
      }
      left -= size;
    }
    throw BadInput(fmt::format("there is no sample {} among {}", index, size_), title());
  }

  const std::vector<SceneSpan> spans_;
  std::size_t size_ = 0;
  mutable scenes::SceneCache full_{3, scenes::TreeQuality::kBest};
  mutable scenes::SceneCache quick_{2, scenes::TreeQuality::kQuick};
};

}  // namespace

SampleSourcePtr makeSceneSource(std::vector<SceneSpan> spans) {
  return std::make_shared<SceneSource>(std::move(spans));
}

SampleSourcePtr openScenes(std::string_view text) {
  return makeSceneSource({parseScenes(text)});
}

}  // namespace fathom
