#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/progress.h"
#include "models/layers/conv.h"
#include "models/layers/norms.h"

namespace fathom {

/// The block of NAFNet (Chen et al. 2022): gates instead of activations. Keys `beta`, `gamma`
/// (1×C×1×1), `conv1` … `conv3`, `sca.1`, `conv4`, `conv5`, `norm1`, `norm2`.
class NafBlock : public Module {
 public:
  explicit NafBlock(std::int64_t channels);
  /// N×C×H×W to the same.
  at::Tensor operator()(const at::Tensor& x) const;

 private:
  const Weight &beta_, &gamma_;
  const Conv2d &conv1_, &conv2_, &conv3_, &attention_, &conv4_, &conv5_;
  const ChannelNorm &norm1_, &norm2_;
};

/// Blocks one after another. Keys `0`, `1` …
class NafBlocks : public Module {
 public:
  NafBlocks(std::int64_t channels, std::int64_t count);
  at::Tensor operator()(at::Tensor x, const Progress& progress) const;

 private:
  std::vector<const NafBlock*> blocks_;
};

/// 1×1 convolution without bias and pixel shuffle: C×H×W to C/2×2H×2W. Key `0`.
class NafUp : public Module {
 public:
  explicit NafUp(std::int64_t channels);
  at::Tensor operator()(const at::Tensor& x) const;

 private:
  const Conv2d& widen_;
};

}  // namespace fathom
