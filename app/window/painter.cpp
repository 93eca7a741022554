#include "app/window/painter.h"

#include <ATen/ops/zeros.h>

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "core/device.h"
#include "core/point_cloud.h"
#include "widgets/colour/colour_map.h"
#include "widgets/image/render.h"

namespace fathom {
namespace {

/// Errors are looked at anew with every move of a slider: their range and histogram come from so
/// many of them, evenly spaced, which moves a percentile by less than a pixel of the bar.
constexpr std::int64_t kErrorsLookedAt = 40000;

const QString kMethodPrefix = "method:";

ErrorKind errorKind(const LayerId& layer) {
  return layer == Layer::kSignedError     ? ErrorKind::kSigned
         : layer == Layer::kRelativeError ? ErrorKind::kRelative
                                          : ErrorKind::kAbsolute;
}

/// Whose colours are seen: the ends of an interval are depths, and compared with depth.
LayerId colouredAs(const LayerId& layer) {
  const bool depth =
      layer == Layer::kInformation || layer == Layer::kLower || layer == Layer::kUpper;
  return depth ? LayerId(Layer::kDepth) : layer;
}

DepthMap onCpu(const DepthMap& depth) {
  return {fathom::onCpu(depth.metres), fathom::onCpu(depth.reason)};
}

/// The transmitted levels as metres; a map of its own, so it can be shown like any other.
DepthMap metresOf(const LowDepth& low) {
  return makePrediction(fathom::onCpu(low.levels).mul(low.metresPerLevel));
}

/// Limits of errors and widths start at 0; signed ones lie evenly around it; an inner map's are its
/// own.
Limits methodLimits(const LayerId& layer, Limits of) {
  if (layer.kind == Layer::kInner) return of;
  if (layer != Layer::kSignedError) return {0, of.high};
  const double reach = std::max(std::abs(of.low), std::abs(of.high));
  return {-reach, reach};
}

/// Takes the colour out of pixels whose transmitted cell holds only noise: what stays coloured is
/// what the transmitted map told the methods, the rest they had to guess.
void greyWhereUninformed(QImage& image, const LowStage& low) {
  const at::Tensor cells = fathom::onCpu(low.information.cells);
  const auto* data = cells.const_data_ptr<std::uint8_t>();
  const std::int64_t rows = cells.size(0), columns = cells.size(1);
  for (int y = 0; y < image.height(); ++y) {
    const auto row = std::min(static_cast<std::int64_t>(y / low.low.factorY), rows - 1);
    auto* line = reinterpret_cast<QRgb*>(image.scanLine(y));
    for (int x = 0; x < image.width(); ++x) {
      const auto column = std::min(static_cast<std::int64_t>(x / low.low.factorX), columns - 1);
      if (data[row * columns + column] == 0) continue;
      const int grey = qGray(line[x]) / 2 + 32;
      line[x] = qRgb(grey, grey, grey);
    }
  }
}

/// N×3 uint8 colours of the pixels of an image.
at::Tensor coloursOf(const QImage& image, const at::Tensor& pixels) {
  const std::int64_t count = pixels.numel(), width = image.width();
  at::Tensor colours = at::zeros({count, 3}, at::kByte);
  const auto* index = pixels.const_data_ptr<std::int64_t>();
  auto* out = colours.mutable_data_ptr<std::uint8_t>();
  for (std::int64_t i = 0; i < count; ++i) {
    const auto* line =
        reinterpret_cast<const QRgb*>(image.constScanLine(static_cast<int>(index[i] / width)));
    const QRgb colour = line[index[i] % width];
    *out++ = static_cast<std::uint8_t>(qRed(colour));
    *out++ = static_cast<std::uint8_t>(qGreen(colour));
    *out++ = static_cast<std::uint8_t>(qBlue(colour));
  }
  return colours;
}

/// Farther points would shrink the scene to a dot: what the depth bar shows, and half as far again.
constexpr double kCloudReach = 1.5;

}  // namespace

QString methodPane(const std::string& methodId) {
  return kMethodPrefix + QString::fromStdString(methodId);
}

bool isMethodPane(const QString& pane) {
  return pane.startsWith(kMethodPrefix);
}

std::string methodOfPane(const QString& pane) {
  return pane.mid(kMethodPrefix.size()).toStdString();
}

LayerDisplay Display::of(const LayerId& which) const {
  const auto changed = layers.constFind(which);
  if (changed != layers.constEnd()) return *changed;
  LayerDisplay display{"magma", ScaleKind::kLinear, RangeRule::kCentral, {}};
  if (colouredAs(which) == Layer::kDepth) {
    display.map = "viridis";
    display.scale = ScaleKind::kInverse;
  }
  if (which == Layer::kSignedError) display.map = "error";
  if (which.kind == Layer::kInner) display.map = "viridis";
  return display;
}

LayerDisplay& Display::of(const LayerId& which) {
  auto changed = layers.find(which);
  if (changed == layers.end()) changed = layers.insert(which, std::as_const(*this).of(which));
  return *changed;
}

Painter::Painter(StageCache& cache, const Display& display, const Protocol& protocol,
                 const LoadedSample& sample, const LowStage* low,
                 const std::vector<MethodResult>& methods)
    : cache_(cache),
      display_(display),
      protocol_(protocol),
      sample_(sample),
      low_(low),
      methods_(methods) {}

/// Without a truth there is no error: depth stands in.
LayerId Painter::shown(const LayerId& wanted) const {
  return isErrorLayer(wanted) && !sample_.sample.truth ? LayerId(Layer::kDepth) : wanted;
}

LayerId Painter::layerOf(const QString& pane) const {
  return shown(display_.paneLayers.value(pane, display_.layer));
}

bool Painter::rangeDependsOnMethods() const {
  const auto depends = [this](const LayerId& layer) {
    return isErrorLayer(shown(layer)) || isPredictedLayer(layer);
  };
  return depends(display_.layer) || std::ranges::any_of(display_.paneLayers, depends);
}

at::Tensor Painter::errorOf(const Prediction& prediction, const LayerId& layer) const {
  return fathom::onCpu(
      errorMap(prediction.depth, *sample_.sample.truth, protocol_, errorKind(layer)));
}

std::shared_ptr<const Painter::Statistics> Painter::depthStatistics() const {
  const std::string key = sample_.key +
                          (sample_.sample.truth ? "|truth"
                           : low_               ? "|low"
                                                : "|none") +
                          " statistics";
  if (sample_.sample.truth) {
    if (auto kept = cache_.find<Statistics>(key)) return kept;
  }
  std::vector<float> values;
  if (sample_.sample.truth) {
    values = rangedValues(onCpu(*sample_.sample.truth));
  } else if (low_) {
    values = rangedValues(metresOf(low_->low));
  }
  auto made = std::make_shared<Statistics>();
  made->values = distributionOf(values);
  made->full = made->values.extent().value_or(Limits{0, 1});
  made->central = percentileRange(values, 2, 98).value_or(made->full);
  if (!sample_.sample.truth && low_) {
    // Below half a level a transmitted map holds noise: it would eat the whole of an inverse scale.
    const double least = low_->low.metresPerLevel / 2;
    for (Limits* limits : {&made->full, &made->central}) limits->low = std::max(limits->low, least);
  }
  if (sample_.sample.truth) {
    cache_.put(key, made, made->values.quantiles.size() * sizeof(float));
  }
  return made;
}

Painter::Statistics Painter::methodStatistics(const LayerId& layer) const {
  std::vector<float> values;
  for (const MethodResult& method : methods_) {
    if (!method.stage->prediction) continue;
    at::Tensor map;
    if (isErrorLayer(layer)) {
      if (sample_.sample.truth) map = errorOf(*method.stage->prediction, layer);
    } else if (const auto own = valuesOf(*method.stage->prediction, layer)) {
      map = own->values.contiguous();
    }
    if (!map.defined()) continue;
    const float* data = map.const_data_ptr<float>();
    const std::int64_t step = std::max<std::int64_t>(1, map.numel() / kErrorsLookedAt);
    for (std::int64_t i = step / 2; i < map.numel(); i += step) values.push_back(data[i]);
  }
  Statistics made;
  made.values = distributionOf(values);
  made.full = methodLimits(layer, made.values.extent().value_or(Limits{0, 1}));
  made.central = methodLimits(layer, percentileRange(values, 2, 98).value_or(made.full));
  return made;
}

const Painter::Statistics& Painter::statisticsOf(const LayerId& layer) const {
  auto& kept = statistics_[layer];
  if (!kept) {
    kept = layer == Layer::kDepth ? depthStatistics()
                                  : std::make_shared<const Statistics>(methodStatistics(layer));
  }
  return *kept;
}

Scale Painter::scaleOf(const LayerId& layer) const {
  const LayerDisplay display = display_.of(layer);
  Limits limits = display.fixed;
  if (display.rule != RangeRule::kFixed) {
    const Statistics& statistics = statisticsOf(layer);
    limits = display.rule == RangeRule::kFull ? statistics.full : statistics.central;
  }
  limits = usable(limits, display.scale);
  return {display.scale, limits.low, limits.high};
}

BarFacts Painter::bar(const LayerId& layer) const {
  const LayerId seen = colouredAs(shown(layer));
  return {seen, scaleOf(seen), statisticsOf(seen).values, describeLayer(seen, methods_)};
}

QImage Painter::depthImage(const DepthMap& depth, const LayerId& layer) const {
  const ColourTable table = tableOf(colourMap(display_.of(Layer::kDepth).map), MapUse::kDepth);
  QImage image =
      renderValues(depth.metres, depth.reason, table, scaleOf(Layer::kDepth), display_.sky);
  if (layer == Layer::kInformation && low_) greyWhereUninformed(image, *low_);
  return image;
}

QImage Painter::errorImage(const Prediction& prediction, const LayerId& layer) const {
  const ColourTable table = tableOf(colourMap(display_.of(layer).map), MapUse::kMagnitude);
  return renderValues(errorOf(prediction, layer), {}, table, scaleOf(layer));
}

Picture Painter::lowPicture() const {
  Picture picture{kLowPane, layerOf(kLowPane), {}, metresOf(low_->low)};
  picture.image = picture.layer == Layer::kInformation
                      ? renderInformation(fathom::onCpu(low_->information.cells))
                      : depthImage(*picture.depth, Layer::kDepth);
  picture.onCells = true;
  return picture;
}

/// A map that this method made beside its depth, or why there is none.
void Painter::paintPredicted(const Prediction& prediction, Picture& picture) const {
  picture.values = valuesOf(prediction, picture.layer);
  if (!picture.values) {
    const QString title = describeLayer(picture.layer, methods_).title;
    picture.note = QObject::tr("No “%1” from this method.").arg(title);
    return;
  }
  const LayerId coloured = colouredAs(picture.layer);
  const bool depth = coloured == Layer::kDepth;
  const ColourTable table =
      tableOf(colourMap(display_.of(coloured).map), depth ? MapUse::kDepth : MapUse::kMagnitude);
  const at::Tensor values = picture.values->values.contiguous();
  picture.image = renderValues(values, {}, table, scaleOf(coloured));
  const Size size = sample_.sample.size();
  picture.onCells = low_ && values.size(0) == low_->low.size().height &&
                    values.size(1) == low_->low.size().width && size != low_->low.size();
}

Picture Painter::method(const MethodResult& result) const {
  const QString pane = methodPane(result.stage->method.id);
  Picture picture{pane, layerOf(pane), {}, {}};
  if (!result.stage->prediction) return picture;
  const Prediction& prediction = *result.stage->prediction;
  picture.depth = onCpu(prediction.depth);
  if (isPredictedLayer(picture.layer)) {
    paintPredicted(prediction, picture);
  } else {
    picture.image = isErrorLayer(picture.layer) ? errorImage(prediction, picture.layer)
                                                : depthImage(*picture.depth, picture.layer);
  }
  return picture;
}

std::vector<Picture> Painter::all() const {
  const Sample& sample = sample_.sample;
  std::vector<Picture> pictures;
  pictures.push_back({kRgbPane, Layer::kDepth, renderRgb(fathom::onCpu(sample.rgb)), {}});
  if (low_) pictures.push_back(lowPicture());
  if (sample.truth) {
    const DepthMap truth = onCpu(*sample.truth);
    const LayerId layer = layerOf(kTruthPane);
    pictures.push_back({kTruthPane, layer, depthImage(truth, layer), truth});
  }
  for (const MethodResult& result : methods_) pictures.push_back(method(result));
  return pictures;
}

Cloud Painter::cloud(const CloudWish& wish) const {
  Cloud cloud{wish, {}, {}, {}};
  const Sample& sample = sample_.sample;
  const Prediction* method = nullptr;
  for (const MethodResult& each : methods_) {
    if (methodPane(each.stage->method.id) != wish.pane || !each.stage->prediction) continue;
    method = &*each.stage->prediction;
  }
  std::optional<DepthMap> depth;
  if (method) depth = onCpu(method->depth);
  if (!isMethodPane(wish.pane) && sample.truth) depth = onCpu(*sample.truth);
  if (!depth) {
    cloud.note = isMethodPane(wish.pane)
                     ? "This method gave no depth: there is nothing to show in 3D."
                     : "This sample has no truth: select a method's pane to see it in 3D.";
    return cloud;
  }
  const Size size = depth->size();
  const Intrinsics camera = sample.intrinsics.value_or(Intrinsics{
      320, 320, static_cast<double>(size.width) / 2, static_cast<double>(size.height) / 2});
  PointCloud points = pointCloud(*depth, camera, scaleOf(Layer::kDepth).high * kCloudReach);
  QImage image;
  if (wish.colour == CloudWish::Colour::kError && method && sample.truth) {
    image =
        errorImage(*method, isErrorLayer(display_.layer) ? display_.layer : Layer::kAbsoluteError);
  } else if (wish.colour == CloudWish::Colour::kImage) {
    image = renderRgb(fathom::onCpu(sample.rgb));
  } else {
    image = depthImage(*depth, Layer::kDepth);
  }
  cloud.points = points.points;
  cloud.colours = coloursOf(image, points.pixels);
  return cloud;
}

}  // namespace fathom
