#pragma once

#include <array>

#include "models/layers/naf_block.h"
#include "models/network.h"
#include "models/rga/shape.h"

namespace fathom {

/// NAFNet (Chen et al. 2022): restores a picture. Keys `intro`, `ending`, `encoders.s.b`,
/// `decoders.s.b`, `middle_blks.b`, `ups.s.0`, `downs.s`.
class NafNet : public Network {
 public:
  explicit NafNet(const NafShape& shape);

  /// N×3×H×W of any size to the same. Throws Cancelled.
  at::Tensor predict(const at::Tensor& image, const Progress& progress) const;
  NamedTensors forward(const NamedTensors& inputs, const Progress& progress) const override;

  static constexpr NafShape kShape{32, {2, 2, 4, 8}, 12, {2, 2, 2, 2}};

 private:
  static constexpr std::size_t kStages = NafShape::kStages;
  std::array<const NafBlocks*, kStages> encoders_{}, decoders_{};
  std::array<const NafUp*, kStages> ups_{};
  std::array<const Conv2d*, kStages> downs_{};
  const Conv2d *intro_ = nullptr, *ending_ = nullptr;
  const NafBlocks* middle_ = nullptr;
};

void registerNafNet(Architectures& architectures);
/// One block of it alone.
void registerNafBlock(Architectures& architectures);
/// The function alone, as a network without weights.
void registerAdain(Architectures& architectures);

}  // namespace fathom
