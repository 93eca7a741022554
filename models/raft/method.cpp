#include "models/raft/method.h"

#include <ATen/ops/replication_pad2d.h>

#include <algorithm>

#include "models/layers/resize.h"
#include "models/raft/raft_du.h"
#include "models/runtime/network_method.h"
#include "models/runtime/picture.h"

namespace fathom {
namespace {

constexpr std::int64_t kScale = 8;

/// What is repeated around a map so that the coarsest level, four cells wide, divides it; split as
/// RAFT's padder does, but in whole cells.
struct Margins {
  std::int64_t top = 0, left = 0, bottom = 0, right = 0;
  at::Tensor around(const at::Tensor& x) const {
    return at::replication_pad2d(x, {left, right, top, bottom});
  }
};

Margins marginsOf(Size cells) {
  static constexpr std::int64_t kCoarsest = 4, kLeast = 8;
  const auto missing = [](std::int64_t side) {
    const std::int64_t whole = (side + kCoarsest - 1) / kCoarsest * kCoarsest;
    return std::max<std::int64_t>(kLeast, whole) - side;
  };
  const std::int64_t y = missing(cells.height), x = missing(cells.width);
  return {y / 2, x / 2, y - y / 2, x - x / 2};
}

class RaftDuMethod : public NetworkMethod {
 public:
  using NetworkMethod::NetworkMethod;

 protected:
  at::Tensor metres(const Pass& pass) const override {
    const auto net = network<RaftDu>(pass, "raft_du", {{"iterations", values().at("iterations")}},
                                     {{"weights", "raft_du", {}}});
    const Size size = pass.size();
    const LowGrid grid = onGrid(lowLevels(pass.input.low), pass.input.low, size, kScale);
    if (grid.resampled) pass.add("transmitted map resampled to ×8");
    const at::Tensor image =
        extended(pass.input.rgb.to(at::kFloat).unsqueeze(0), roundedUp(size, kScale));
    const Margins cells = marginsOf(sizeOf(grid.map));
    const Margins pixels{cells.top * kScale, cells.left * kScale, cells.bottom * kScale,
                         cells.right * kScale};
    const at::Tensor depth =
        (*net)(cast(pixels.around(image)), cast(cells.around(grid.map)), pass.progress);
    const at::Tensor inside = depth.to(at::kFloat).slice(2, pixels.top).slice(3, pixels.left);
    return plane(cropped(inside, size));
  }
};

}  // namespace

void registerRaftDuMethod(UpsamplerRegistry& registry) {
  UpsamplerInfo info;
  info.id = "raft_du";
  info.title = "RAFT-DU";
  info.group = "Networks of the report";
  info.summary =
      "RAFT-Stereo on the picture and the transmitted map, free on both axes: a recurrent unit "
      "corrects offsets and depth, and learned convex weights enlarge by eight.";
  info.paper =
      "AIM 2024 compressed depth upsampling challenge, team CUSTZS; Lipson et al., "
      "RAFT-Stereo, 3DV 2021";
  info.licence = "MIT (RAFT-Stereo)";
  info.fidelity =
      "Encoders, correlation and recurrent units equal RAFT-Stereo's. The second axis, the depth "
      "state and its encoder are our design after the report, with the reported cost. The team's "
      "weights are not public.";
  info.parameters = 12310496;
  info.settings = {{"iterations", "Iterations", "",
                    "of the recurrent unit; the report's cost fits 9", Integer{1, 64, 9}}};
  info.weights = {{"weights", "raft_du", "RAFT-DU"}};
  info.published = PublishedFigures{1.506, 2.935, 12, 170};
  addNetworkMethod(registry, std::move(info), {},
                   [](Values values) { return std::make_shared<RaftDuMethod>(std::move(values)); });
}

}  // namespace fathom
