#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/upsampler.h"
#include "models/alignment/alignment.h"
#include "models/runtime/network_store.h"

namespace fathom {

/// What all methods with networks offer, and what each of them starts with.
struct NetworkDefaults {
  bool mirror = false;  ///< average with the mirrored picture
  double least = 0;     ///< m, output clip
  double greatest = 0;  ///< m; 0: none
};

/// A method that runs networks. It brings the settings `weights`, `random_weights`, `precision`,
/// `mirror`, `clip_least`, `clip_greatest`, `tile`, `overlap`; and for them: finding and reading
/// weights, several checkpoints averaged, mirror averaging, tiles, the clip, stamps, the relative
/// map, time and costs. A derived class says how one picture becomes metres.
class NetworkMethod : public Upsampler {
 public:
  explicit NetworkMethod(Values values) : values_(std::move(values)) {}
  Prediction operator()(const UpsamplerInput& input, const Progress& progress) const override;

  /// Of one run at this size, with these values.
  Costs costs(Size size, const Progress& progress = {}) const;

 protected:
  /// What a run leaves beside its metres.
  struct Notes {
    std::string stamp;
    at::Tensor relative;  ///< H×W, larger is nearer; undefined where there is none
  };
  /// One pass over one picture.
  struct Pass {
    const UpsamplerInput& input;
    const Progress& progress;
    std::size_t member = 0;  ///< which of the averaged checkpoints
    Notes& notes;
    /// What must be said of the result.
    void add(const std::string& remark) const;
    Size size() const { return {input.rgb.size(1), input.rgb.size(2)}; }
  };
  /// H×W metres, float32.
  virtual at::Tensor metres(const Pass& pass) const = 0;

  /// A network of this method with its weights, where the input is and in the chosen precision.
  /// @param wanted  the files that together fill it; the first may be chosen by a setting
  template <class Kind>
  std::shared_ptr<const Kind> network(const Pass& pass, const std::string& architecture,
                                      const Values& values,
                                      const std::vector<WeightsWanted>& wanted) const {
    return std::dynamic_pointer_cast<const Kind>(open(pass, architecture, values, wanted));
  }
  /// A prediction up to a line, fitted to the transmitted map; what it was before is kept as the
  /// result's relativeMap() (of several checkpoints the first one's; of tiles none: each has a line
  /// of its own).
  /// @param predicted  H×W; of depth that is not positive the inverse is that of a millimetre
  at::Tensor aligned(const Pass& pass, const at::Tensor& predicted, PredictionKind kind,
                     const Alignment& how, const Progress& progress) const;
  const Values& values() const { return values_; }
  at::ScalarType type() const;
  /// As the networks take it: their precision.
  at::Tensor cast(const at::Tensor& x) const { return x.to(type()); }

 private:
  std::shared_ptr<const Network> open(const Pass& pass, const std::string& architecture,
                                      const Values& values,
                                      const std::vector<WeightsWanted>& wanted) const;
  at::Tensor once(const Pass& pass) const;
  at::Tensor mirrored(const Pass& pass) const;
  at::Tensor averaged(const UpsamplerInput& input, const Progress& progress, Notes& notes) const;
  std::size_t members() const;

  Values values_;
};

/// Registers a method with its own settings, which the common ones follow.
using NetworkMethodFactory = std::function<std::shared_ptr<const NetworkMethod>(Values values)>;
void addNetworkMethod(UpsamplerRegistry& registry, UpsamplerInfo info,
                      const NetworkDefaults& defaults, NetworkMethodFactory make);

}  // namespace fathom
