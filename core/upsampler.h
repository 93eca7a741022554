#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/depth_map.h"
#include "core/low_depth.h"
#include "core/progress.h"
#include "core/sample.h"
#include "core/setting.h"

namespace fathom {

/// A weights file that a method wants before it can run.
struct WeightsWanted {
  std::string setting;  ///< the method's File setting that names another file: "weights"
  std::string name;     ///< in the catalogue and in the weights folder: "depth_anything_v2_vits"
  std::string title;    ///< "Depth Anything V2 Small"
  /// Wanted only where this setting has this value ("variant", "vits"); empty: always.
  std::string when = {}, equals = {};
};
/// Whether a method with these values wants it.
bool isWanted(const WeightsWanted& weights, const Values& values);

/// What a method costs at one size.
struct Costs {
  std::int64_t parameters = 0;
  double macs = 0;  ///< multiply-adds of convolutions, linear layers and attention products
};

/// A row of the paper's Table 1; what the paper leaves out is NaN.
struct PublishedFigures {
  double mae = std::numeric_limits<double>::quiet_NaN();   ///< m
  double rmse = std::numeric_limits<double>::quiet_NaN();  ///< m
  double megaParameters = std::numeric_limits<double>::quiet_NaN();
  double gigaMacs = std::numeric_limits<double>::quiet_NaN();
};

/// What a method is, for lists, forms, command line and documentation.
struct UpsamplerInfo {
  std::string id;       ///< as in files and on the command line: "bicubic"
  std::string title;    ///< as in the window: "Bicubic ×16"
  std::string summary;  ///< one sentence
  std::string paper;    ///< citation or source; empty where there is none
  std::string licence;  ///< of weights and reference code; empty where there is none
  std::int64_t parameters = 0;
  bool followsSliders = false;  ///< fast enough to be run while a slider moves
  std::vector<Setting> settings;
  std::string group = "Interpolation";  ///< under which lists show it
  std::string fidelity;  ///< what of it is published and what is inferred; empty where all is
  std::vector<WeightsWanted> weights;
  /// Counted for a result of this size, which may take seconds; throws Cancelled. Empty where a
  /// method has nothing to count.
  std::function<Costs(Size size, const Values& values, const Progress& progress)> costs;
  std::optional<PublishedFigures> published;
  std::string colour = {};  ///< "#rrggbb" that its user chose; empty: by its place in the list
  bool refines = false;  ///< can start from the result of another method (UpsamplerInput::initial)
  /// What its result for a sample depends on beside input and values (files of a user's): a text
  /// that is another one when that has changed. Empty: on nothing else. Cheap; never throws.
  std::function<std::string(const std::string& sampleId, const Values& values)> state = {};
  /// Which other frames of a sample's trajectory it looks at with these values (all of them, as
  /// checkedValues gives). Empty: none, ever.
  std::function<FramesWanted(const Values& values)> frames = {};
};
/// The frames that a method wants with values that may leave some out. Values that do not fit the
/// method want none: making the method says what is wrong with them.
FramesWanted framesWanted(const UpsamplerInfo& info, const Values& values);

/// Another frame of a sample's trajectory.
struct NeighbourFrame {
  at::Tensor rgb;  ///< 3×H×W uint8
  LowDepth low;    ///< what was transmitted of that frame
  Intrinsics intrinsics;
  Pose pose;  ///< camera-to-world, in the world of UpsamplerInput::pose
};

/// What a method is given.
struct UpsamplerInput {
  at::Tensor rgb;                      ///< 3×H×W uint8; its size is the size of the result
  LowDepth low;                        ///< on the same device as rgb
  std::optional<at::Tensor> relative;  ///< H×W float32 relative depth, where the method wants one:
                                       ///< a line of inverse depth, larger is nearer
  std::string sampleId = {};           ///< empty where there is no sample behind it
  std::optional<Intrinsics> intrinsics = {};  ///< of rgb
  std::optional<at::Tensor> initial = {};  ///< H×W float32 metres, NaN where it has none: what the
                                           ///< method before this one made, in a chain
  std::optional<Pose> pose = {};           ///< of rgb, camera-to-world
  std::vector<NeighbourFrame> neighbours = {};  ///< for methods that want frames, nearest first;
                                                ///< empty where there are none
};
/// What a method is given of a sample; `low` is the sample's own or a simulated one.
UpsamplerInput inputOf(const Sample& sample, const LowDepth& low);
/// The sample as a neighbour of another; nothing where its pose or camera is not known.
std::optional<NeighbourFrame> neighbourOf(const Sample& sample, const LowDepth& low);

/// A map that a method made on its way, for people to look at.
struct InnerMap {
  std::string id, title, unit;  ///< "field", "Inverse-depth field", "1/m"
  at::Tensor values;            ///< float32, of the picture's or the transmitted map's size
};

/// The inner map of a method that has a relative depth before it is fitted to the transmitted map:
/// a chain hands it to the next method as UpsamplerInput::relative.
inline constexpr const char* kRelativeMap = "relative";
/// @param values  H×W float32, a line of inverse depth: larger is nearer
InnerMap relativeMap(at::Tensor values);

/// Where the depth lies with 95 % probability.
struct DepthInterval {
  at::Tensor lower, upper;  ///< H×W float32 metres
};

/// What a method gives back.
struct Prediction {
  DepthMap depth;                         ///< H×W, on the input's device
  std::optional<at::Tensor> uncertainty;  ///< H×W float32, metres (one standard deviation)
  double milliseconds = 0;                ///< measured inside the method, device synchronised
  std::string stamp =
      {};  ///< what must be said wherever this is shown: "random weights", "tiled 512"
  std::optional<DepthInterval> interval = {};
  std::vector<InnerMap> innerMaps = {};
};

/// A method, built from its info, values and device; then constant and thread-safe.
class Upsampler {
 public:
  virtual ~Upsampler() = default;
  /// Throws Cancelled, OutOfMemory, BadInput.
  virtual Prediction operator()(const UpsamplerInput& input, const Progress& progress) const = 0;
};

using UpsamplerPtr = std::shared_ptr<const Upsampler>;
using UpsamplerFactory = std::function<UpsamplerPtr(const Values& values)>;

/// The methods that a program knows, in the order in which they are listed.
class UpsamplerRegistry {
 public:
  /// Throws BadInput where the id is taken.
  void add(UpsamplerInfo info, UpsamplerFactory factory);
  /// Another name for a method: "default". Throws BadInput where the name is taken.
  void addAlias(std::string alias, std::string id);

  std::vector<UpsamplerInfo> list() const;
  /// Whether a method or an alias has this name.
  bool has(std::string_view id) const;
  /// Throws BadInput that lists the known ids.
  const UpsamplerInfo& info(std::string_view id) const;
  /// Its place in the list; throws like info().
  std::size_t indexOf(std::string_view id) const;
  /// The values are checked against the method's settings (see checkedValues).
  UpsamplerPtr create(std::string_view id, const Values& values) const;

 private:
  struct Entry {
    UpsamplerInfo info;
    UpsamplerFactory factory;
  };
  void checkFree(const std::string& name) const;
  const Entry& find(std::string_view id) const;

  std::vector<Entry> entries_;
  std::vector<std::pair<std::string, std::string>> aliases_;
};

}  // namespace fathom
