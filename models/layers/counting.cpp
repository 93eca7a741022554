#include "models/layers/counting.h"

#include <ATen/ops/zeros.h>

#include <numeric>

#include "models/layers/module.h"

namespace fathom {
namespace {

thread_local Counting* counting = nullptr;

double valuesOf(at::IntArrayRef shape) {
  return std::accumulate(shape.begin(), shape.end(), 1.0,
                         [](double product, std::int64_t side) { return product * double(side); });
}

at::Tensor zerosOf(at::IntArrayRef shape, const at::Tensor& like) {
  return at::zeros({}, like.options()).expand(shape);
}

}  // namespace

Counting::Counting() : before_(counting) {
  counting = this;
}

Counting::~Counting() {
  counting = before_;
}

Counting* Counting::current() {
  return counting;
}

void Counting::met(const std::string& name, const Module& network) {
  if (met_.insert(name).second) parameters_ += parameterCount(network);
}

at::Tensor Counting::layer(at::IntArrayRef shape, double perValue, const at::Tensor& like) {
  macs_.layers += valuesOf(shape) * perValue;
  return zerosOf(shape, like);
}

at::Tensor Counting::product(at::IntArrayRef shape, double perValue, const at::Tensor& like) {
  macs_.products += valuesOf(shape) * perValue;
  return zerosOf(shape, like);
}

}  // namespace fathom
