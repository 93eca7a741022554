#include "models/raft/raft_du.h"
#include "models/raft/raft_stereo.h"

namespace fathom {
namespace {

Setting iterationsSetting(std::int64_t initial) {
  return {"iterations", "Iterations", "", "how often the estimate is refined",
          Integer{1, 64, initial}};
}

}  // namespace

void registerRaft(Architectures& architectures) {
  architectures.add(
      {"raft_du",
       "RAFT-DU",
       "Team CUSTZS, AIM 2024 challenge on compressed depth upsampling; after "
       "RAFT-Stereo, github.com/princeton-vl/RAFT-Stereo",
       {iterationsSetting(9)},
       {"image", "depth"},
       {"depth"}},
      [](const Values& values) -> std::unique_ptr<Network> {
        return std::make_unique<RaftDu>(RaftDuOptions{.iterations = integer(values, "iterations")});
      });
  architectures.add(
      {"raft_stereo",
       "RAFT-Stereo",
       "Lipson, Teed and Deng: RAFT-Stereo: Multilevel Recurrent Field Transforms for Stereo "
       "Matching. 3DV 2021. github.com/princeton-vl/RAFT-Stereo",
       {iterationsSetting(12),
        {"n_downsample", "Downsampling", "", "fields at 1/2^n of the pictures' size",
         Integer{2, 3, 3}}},
       {"image", "image2"},
       {"field", "upsampled"}},
      [](const Values& values) -> std::unique_ptr<Network> {
        return std::make_unique<RaftStereo>(
            RaftStereoOptions{integer(values, "iterations"), integer(values, "n_downsample")});
      });
}

}  // namespace fathom
