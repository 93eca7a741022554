#pragma once

#include <QHash>
#include <QString>
#include <array>

namespace fathom {

/// What kind of map a pane shows.
enum class Layer {
  kDepth,
  kAbsoluteError,
  kSignedError,
  kRelativeError,
  kInformation,
  // Maps that only some methods make.
  kUncertainty,
  kLower,
  kUpper,
  kWidth,
  kInner,
};

/// What a pane shows of a depth map: one of those, and which of a method's inner maps.
struct LayerId {
  Layer kind = Layer::kDepth;
  QString inner = {};  ///< the id of an inner map where kind is kInner, else empty

  LayerId(Layer which = Layer::kDepth, QString map = {}) : kind(which), inner(std::move(map)) {}
  bool operator==(const LayerId&) const = default;
};
inline std::size_t qHash(const LayerId& layer, std::size_t seed = 0) {
  return qHashMulti(seed, static_cast<int>(layer.kind), layer.inner);
}

/// What a layer is called and measured in.
struct LayerInfo {
  LayerId layer;
  QString id, title, quantity, unit;
};

/// Those that every sample has, in the order of lists and keys.
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
/// Those that a method may make beside its depth; inner maps describe themselves.
inline const std::array<LayerInfo, 4>& predictedLayerInfos() {
  static const std::array<LayerInfo, 4> infos{{
      {Layer::kUncertainty, "uncertainty", "Uncertainty (1 σ)", "Uncertainty", "m"},
      {Layer::kLower, "interval-lower", "Interval, lower end", "Depth", "m"},
      {Layer::kUpper, "interval-upper", "Interval, upper end", "Depth", "m"},
      {Layer::kWidth, "interval-width", "Interval, width", "Interval width", "m"},
  }};
  return infos;
}

inline bool isErrorLayer(const LayerId& layer) {
  return layer.kind == Layer::kAbsoluteError || layer.kind == Layer::kSignedError ||
         layer.kind == Layer::kRelativeError;
}
/// A map that a method may or may not have made.
inline bool isPredictedLayer(const LayerId& layer) {
  return layer.kind >= Layer::kUncertainty;
}

}  // namespace fathom
