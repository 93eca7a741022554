#pragma once

#include <ATen/core/Tensor.h>

#include <QHash>
#include <QImage>
#include <QString>
#include <optional>
#include <vector>

#include "app/pipeline/pipeline.h"
#include "app/window/layers.h"
#include "app/window/predicted_layers.h"
#include "core/metrics.h"
#include "core/sample.h"
#include "widgets/colour/distribution.h"
#include "widgets/image/colour_bar.h"

namespace fathom {

/// Panes by name: these three, and "method:ID".
inline const QString kRgbPane = "rgb", kLowPane = "low", kTruthPane = "truth";
QString methodPane(const std::string& methodId);
bool isMethodPane(const QString& pane);
/// The id of a method's pane.
std::string methodOfPane(const QString& pane);

/// How one layer is coloured, in every pane alike.
struct LayerDisplay {
  QString map;
  ScaleKind scale = ScaleKind::kLinear;
  RangeRule rule = RangeRule::kCentral;
  Limits fixed;  ///< used by kFixed
  bool operator==(const LayerDisplay&) const = default;
};

/// How everything is shown; no part of the experiment, so not undone.
struct Display {
  LayerId layer;
  QHash<LayerId, LayerDisplay> layers;  ///< those that were changed
  SkyRule sky = SkyRule::kAsValue;
  QHash<QString, LayerId> paneLayers;  ///< panes that show another layer than the others
  LayerDisplay of(const LayerId& which) const;
  LayerDisplay& of(const LayerId& which);
};

/// What one pane shows, and the metres behind it for the cursor.
struct Picture {
  QString pane;
  LayerId layer;
  QImage image;
  std::optional<DepthMap> depth;  ///< on the CPU; the pane's own depth whatever layer it shows
  std::optional<LayerValues> values = {};  ///< of a layer that only some methods have
  QString note = {};                       ///< why there is no image
  bool onCells = false;                    ///< the image has the size of the transmitted map
};

/// What the colour bar shows of a layer.
struct BarFacts {
  LayerId layer;
  Scale scale;
  Distribution values;
  LayerInfo info = {};  ///< of the layer
};

/// Which cloud the 3D pane wants, and how it is coloured.
struct CloudWish {
  QString pane;
  enum class Colour { kImage, kDepth, kError } colour = Colour::kImage;
  bool operator==(const CloudWish&) const = default;
};
struct Cloud {
  CloudWish wish;
  at::Tensor points;   ///< N×3 float32, CPU
  at::Tensor colours;  ///< N×3 uint8, CPU
  QString note;        ///< why there is nothing to show
};

/// One method's results, as far as painting needs them.
struct MethodResult {
  int place = 0;  ///< in the list of methods that was asked for
  std::shared_ptr<const MethodStage> stage;
  std::shared_ptr<const Scores> scores;  ///< null without truth or prediction
  std::string protocol;                  ///< the scores' own
};

/// Turns the stages of one sample into pictures. Made for one look at them; runs on the engine's
/// thread, knows no widget. References must outlive it.
class Painter {
 public:
  /// @param low  may be null
  Painter(StageCache& cache, const Display& display, const Protocol& protocol,
          const LoadedSample& sample, const LowStage* low,
          const std::vector<MethodResult>& methods);

  /// What the colour bar says while this layer is on show. Its layer is the one whose colours are
  /// seen: depth for the information layer and the ends of an interval, and for errors where there
  /// is no truth to err from.
  BarFacts bar(const LayerId& layer) const;
  Picture method(const MethodResult& result) const;
  /// RGB, transmitted map, truth, then every method with a prediction.
  std::vector<Picture> all() const;
  Cloud cloud(const CloudWish& wish) const;
  /// Whether any pane shows errors or a map of a method's own, whose common range depends on every
  /// method.
  bool rangeDependsOnMethods() const;

 private:
  LayerId shown(const LayerId& wanted) const;
  LayerId layerOf(const QString& pane) const;
  Scale scaleOf(const LayerId& layer) const;
  /// Automatic limits and distribution of a layer's values; the truth's are kept.
  struct Statistics {
    Limits central, full;
    Distribution values;
  };
  const Statistics& statisticsOf(const LayerId& layer) const;
  Statistics methodStatistics(const LayerId& layer) const;
  std::shared_ptr<const Statistics> depthStatistics() const;
  at::Tensor errorOf(const Prediction& prediction, const LayerId& layer) const;
  QImage depthImage(const DepthMap& depth, const LayerId& layer) const;
  QImage errorImage(const Prediction& prediction, const LayerId& layer) const;
  void paintPredicted(const Prediction& prediction, Picture& picture) const;
  Picture lowPicture() const;

  StageCache& cache_;
  const Display& display_;
  const Protocol& protocol_;
  const LoadedSample& sample_;
  const LowStage* low_;
  const std::vector<MethodResult>& methods_;
  mutable QHash<LayerId, std::shared_ptr<const Statistics>> statistics_;
};

}  // namespace fathom
