#include "models/layers/attention.h"

#include <ATen/ops/matmul.h>
#include <ATen/ops/scaled_dot_product_attention.h>

#include "models/layers/counting.h"

namespace fathom {
namespace {

std::vector<std::int64_t> productShape(const at::Tensor& a, std::int64_t columns) {
  std::vector<std::int64_t> shape = a.sizes().vec();
  shape.back() = columns;
  return shape;
}

}  // namespace

at::Tensor attention(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v,
                     const std::optional<at::Tensor>& bias) {
  if (Counting* counting = Counting::current()) {
    counting->product(productShape(q, k.size(-2)), double(q.size(-1)), q);
    return counting->product(productShape(q, v.size(-1)), double(k.size(-2)), q);
  }
  return at::scaled_dot_product_attention(q, k, v, bias);
}

at::Tensor product(const at::Tensor& a, const at::Tensor& b) {
  if (Counting* counting = Counting::current()) {
    return counting->product(productShape(a, b.size(-1)), double(a.size(-1)), a);
  }
  return at::matmul(a, b);
}

}  // namespace fathom
