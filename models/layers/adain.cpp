#include "models/layers/adain.h"

#include <ATen/ops/mean.h>
#include <ATen/ops/sum.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/error.h"

namespace fathom {
namespace {

constexpr double kEpsilon = 1e-5;

struct Standing {
  at::Tensor mean, deviation, centred;
};

/// LibTorch's own var_mean takes several times as long on a CPU: one value at a time.
Standing standingOf(const at::Tensor& x) {
  const at::Tensor mean = x.mean({2, 3}, true);
  const at::Tensor centred = x.sub(mean);
  const double others = double(x.size(2) * x.size(3) - 1);
  const at::Tensor variance = centred.square().sum({2, 3}, true).div_(others);
  return {mean, variance.add_(kEpsilon).sqrt_(), centred};
}

}  // namespace

at::Tensor adain(const at::Tensor& content, const at::Tensor& style) {
  if (content.size(0) != style.size(0) || content.size(1) != style.size(1)) {
    throw BadInput(fmt::format("content and style differ in batch or channels: {} and {}",
                               fmt::join(content.sizes(), "×"), fmt::join(style.sizes(), "×")));
  }
  if (content.size(2) * content.size(3) < 2 || style.size(2) * style.size(3) < 2) {
    throw BadInput("the variance over a map of one pixel does not exist", "",
                   "Give it at least two pixels.");
  }
  const Standing of = standingOf(content), wanted = standingOf(style);
  return of.centred.mul(wanted.deviation.div(of.deviation)).add_(wanted.mean);
}

}  // namespace fathom
