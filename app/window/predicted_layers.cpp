#include "app/window/predicted_layers.h"

#include <algorithm>

#include "app/window/painter.h"
#include "core/device.h"

namespace fathom {
namespace {

const Prediction* predictionOf(const MethodResult& result) {
  return result.stage && result.stage->prediction ? &*result.stage->prediction : nullptr;
}

LayerInfo infoOf(const InnerMap& map) {
  const QString id = QString::fromStdString(map.id), title = QString::fromStdString(map.title);
  return {{Layer::kInner, id}, "inner:" + id, title, title, QString::fromStdString(map.unit)};
}

bool has(const Prediction& prediction, Layer kind) {
  return kind == Layer::kUncertainty ? prediction.uncertainty.has_value()
                                     : prediction.interval.has_value();
}

}  // namespace

std::optional<LayerValues> valuesOf(const Prediction& prediction, const LayerId& layer) {
  const QString metres = QStringLiteral("m");
  if (layer.kind == Layer::kInner) {
    const auto map =
        std::ranges::find(prediction.innerMaps, layer.inner.toStdString(), &InnerMap::id);
    if (map == prediction.innerMaps.end()) return {};
    return LayerValues{onCpu(map->values), QString::fromStdString(map->unit)};
  }
  if (!isPredictedLayer(layer) || !has(prediction, layer.kind)) return {};
  if (layer.kind == Layer::kUncertainty) return LayerValues{onCpu(*prediction.uncertainty), metres};
  const at::Tensor lower = onCpu(prediction.interval->lower);
  if (layer.kind == Layer::kLower) return LayerValues{lower, metres};
  const at::Tensor upper = onCpu(prediction.interval->upper);
  return LayerValues{layer.kind == Layer::kUpper ? upper : upper.sub(lower), metres};
}

std::vector<LayerInfo> offeredLayers(const std::vector<MethodResult>& results) {
  std::vector<LayerInfo> offered(layerInfos().begin(), layerInfos().end());
  for (const LayerInfo& info : predictedLayerInfos()) {
    const bool there = std::ranges::any_of(results, [&](const MethodResult& result) {
      const Prediction* prediction = predictionOf(result);
      return prediction && has(*prediction, info.layer.kind);
    });
    if (there) offered.push_back(info);
  }
  for (const MethodResult& result : results) {
    const Prediction* prediction = predictionOf(result);
    if (!prediction) continue;
    for (const InnerMap& map : prediction->innerMaps) {
      const LayerInfo info = infoOf(map);
      if (std::ranges::find(offered, info.layer, &LayerInfo::layer) == offered.end()) {
        offered.push_back(info);
      }
    }
  }
  return offered;
}

LayerInfo describeLayer(const LayerId& layer, const std::vector<MethodResult>& results) {
  for (const LayerInfo& info : layerInfos()) {
    if (info.layer == layer) return info;
  }
  for (const LayerInfo& info : predictedLayerInfos()) {
    if (info.layer == layer) return info;
  }
  for (const MethodResult& result : results) {
    const Prediction* prediction = predictionOf(result);
    if (!prediction) continue;
    for (const InnerMap& map : prediction->innerMaps) {
      if (infoOf(map).layer == layer) return infoOf(map);
    }
  }
  return {layer, "inner:" + layer.inner, layer.inner, layer.inner, {}};
}

}  // namespace fathom
