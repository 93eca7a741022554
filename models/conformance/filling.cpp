#include "models/conformance/filling.h"

#include <ATen/ops/empty.h>

#include <cmath>
#include <set>

#include "core/error.h"
#include "core/hash.h"
#include "core/parallel.h"

namespace fathom {
namespace {

constexpr std::int64_t kGrain = 1 << 20;

double unitOf(std::uint32_t keyHash, std::uint64_t element) {
  auto x = keyHash + static_cast<std::uint32_t>(element) * 0x9E3779B1u;
  x ^= x >> 16;
  x *= 0x85EBCA6Bu;
  x ^= x >> 13;
  x *= 0xC2B2AE35u;
  x ^= x >> 16;
  return double(x) / 4294967296.0;
}

/// offset + scale·u with u uniform in [0, 1), or with v = 2u − 1 where symmetric.
struct Line {
  double offset = 0, scale = 1;
  bool symmetric = true;
  double at(double u) const { return offset + scale * (symmetric ? 2 * u - 1 : u); }
};

at::Tensor filled(std::string_view key, at::IntArrayRef shape, Line line) {
  at::Tensor tensor = at::empty(shape, at::kFloat);
  auto* values = tensor.data_ptr<float>();
  const std::uint32_t hash = fnv1a32(key);
  parallelFor(tensor.numel(), kGrain, {}, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t j = begin; j < end; ++j) {
      values[j] = static_cast<float>(line.at(unitOf(hash, std::uint64_t(j))));
    }
  });
  return tensor;
}

/// The rule for a key: uniform within a line. The first that matches counts.
Line ruleOf(std::string_view key, const Weight& weight) {
  const auto ends = [&](std::string_view end) { return key.ends_with(end); };
  if (ends("running_var")) return {1, 0.5, false};
  if (ends("running_mean")) return {0, 0.1};
  if (ends("token") || ends("pos_embed") || ends("relative_position_bias_table")) {
    return {0, 0.2};
  }
  if (ends("gamma") || ends("beta")) return {0, 0.5};
  if (weight.shape.size() >= 2) {
    double perOutput = 1;
    for (std::size_t i = 1; i < weight.shape.size(); ++i) perOutput *= double(weight.shape[i]);
    return {0, std::sqrt(3 / perOutput)};
  }
  if (weight.shape.size() == 1 && ends("weight")) return {1, 0.1};
  return {0, 0.1};
}

/// Row i has its one at column i + 1, cyclically.
at::Tensor cyclicPermutation(std::int64_t size) {
  at::Tensor matrix = at::empty({size, size}, at::kFloat).zero_();
  for (std::int64_t i = 0; i < size; ++i) {
    matrix.data_ptr<float>()[i * size + (i + 1) % size] = 1;
  }
  return matrix;
}

at::Tensor alternatingSigns(std::int64_t size) {
  at::Tensor signs = at::empty({size}, at::kFloat);
  for (std::int64_t i = 0; i < size; ++i) signs.data_ptr<float>()[i] = i % 2 == 0 ? 1 : -1;
  return signs;
}

at::Tensor valueOf(std::string_view key, const Weight& weight) {
  if (key.ends_with("invconv.p")) return cyclicPermutation(weight.shape[0]);
  if (key.ends_with("invconv.sign_s")) return alternatingSigns(weight.shape[0]);
  return filled(key, weight.shape, ruleOf(key, weight));
}

}  // namespace

double unitHash(std::string_view key, std::uint64_t element) {
  return unitOf(fnv1a32(key), element);
}

at::Tensor filledInput(std::string_view key, at::IntArrayRef shape, double lo, double hi) {
  return filled(key, shape, {lo, hi - lo, false});
}

void fillConformance(Module& module, const std::map<std::string, double>& added) {
  std::set<std::string> met;
  module.visit([&](const std::string& key, Weight& weight) {
    met.insert(key);
    if (weight.constant || !at::isFloatingType(weight.type)) return;
    weight.value = valueOf(key, weight);
    if (const auto found = added.find(key); found != added.end()) weight.value.add_(found->second);
  });
  for (const auto& [key, amount] : added) {
    if (!met.contains(key)) throw BadInput("the network has no tensor of this name", key);
  }
}

}  // namespace fathom
