#pragma once

#include <QString>
#include <array>

namespace fathom {

/// What a pane shows of a depth map.
enum class Layer { kDepth, kAbsoluteError, kSignedError, kRelativeError, kInformation };

/// What a layer is called and measured in.
struct LayerInfo {
  Layer layer;
  QString id, title, quantity, unit;
};
inline const std::array<LayerInfo, 5>& layerInfos() {
  static const std::array<LayerInfo, 5> infos{{
      {Layer::kDepth, "depth", "Depth", "Depth", "m"},
      {Layer::kAbsoluteError, "absolute-error", "Absolute error", "Absolute error", "m"},
      {Layer::kSignedError, "signed-error", "Signed error", "Signed error", "m"},
      {Layer::kRelativeError, "relative-error", "Relative error", "Relative error", ""},
      {Layer::kInformation, "information", "LR information", "Depth", "m"},
  }};
  return infos;
}
inline const LayerInfo& layerInfo(Layer layer) {
  return layerInfos()[static_cast<std::size_t>(layer)];
}

}  // namespace fathom
