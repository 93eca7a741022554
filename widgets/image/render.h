#pragma once

#include <ATen/core/Tensor.h>

#include <QImage>
#include <QList>
#include <QString>

#include "widgets/colour/colour_map.h"
#include "widgets/colour/scale.h"

namespace fathom {

/// What sky pixels look like.
enum class SkyRule {
  kOwnColour,  ///< kSkyColour
  kAsValue,    ///< like any other depth
};

/// Values through a scale and a table of colours. What is not finite, missing or outside gets
/// kInvalidColour. Pure and quick (about 2 ms for 640×480), but meant for workers.
/// @param values  H×W float32, CPU; throws BadInput otherwise
/// @param reason  H×W uint8, values of Reason, CPU; or undefined: every finite value is shown
QImage renderValues(const at::Tensor& values, const at::Tensor& reason, const ColourTable& table,
                    const Scale& scale, SkyRule sky = SkyRule::kOwnColour);

/// @param rgb  3×H×W uint8, CPU; throws BadInput otherwise
QImage renderRgb(const at::Tensor& rgb);

/// The information layer of a transmitted map, in the colours of `informationLegend`.
/// @param cells  h×w uint8, values of CellInformation, CPU; throws BadInput otherwise
QImage renderInformation(const at::Tensor& cells);

struct LegendEntry {
  QRgb colour;
  QString text;
};
/// By CellInformation, in its order.
QList<LegendEntry> informationLegend();

}  // namespace fathom
