#pragma once

#include <ATen/core/Tensor.h>

#include <optional>
#include <vector>

#include "app/window/layers.h"
#include "core/upsampler.h"

namespace fathom {

struct MethodResult;

/// What one layer has in a pane beside depth: values and their unit.
struct LayerValues {
  at::Tensor values;  ///< float32, CPU; of the picture's or the transmitted map's size
  QString unit;
};

/// The map of this kind that came with a prediction; nothing where it made none.
std::optional<LayerValues> valuesOf(const Prediction& prediction, const LayerId& layer);

/// The layers to choose from: those of every sample, then what any of these results offers.
std::vector<LayerInfo> offeredLayers(const std::vector<MethodResult>& results);

/// What a layer is called; an inner map's name and unit are looked for in these results.
LayerInfo describeLayer(const LayerId& layer, const std::vector<MethodResult>& results);

}  // namespace fathom
