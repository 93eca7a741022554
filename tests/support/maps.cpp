#include "tests/support/maps.h"

#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/full.h>

#include <cmath>
#include <cstring>
#include <limits>

#include "core/hash.h"

namespace fathom::test {

double unit(std::string_view key, std::uint64_t j) {
  std::uint32_t x = fnv1a32(key) + static_cast<std::uint32_t>(j) * 0x9E3779B1u;
  x ^= x >> 16;
  x *= 0x85EBCA6Bu;
  x ^= x >> 13;
  x *= 0xC2B2AE35u;
  x ^= x >> 16;
  return x / 4294967296.0;
}

at::Tensor filled(std::string_view key, std::vector<std::int64_t> shape, double lo, double hi) {
  at::Tensor result = at::empty(shape, at::kFloat);
  auto* data = result.mutable_data_ptr<float>();
  for (std::int64_t j = 0; j < result.numel(); ++j) {
    data[j] = static_cast<float>(lo + (hi - lo) * unit(key, static_cast<std::uint64_t>(j)));
  }
  return result;
}

DepthMap someTruth(std::string_view key, Size size, double farthest, double holes) {
  const std::string name(key);
  DepthMap map{at::empty({size.height, size.width}, at::kFloat),
               at::empty({size.height, size.width}, at::kByte)};
  auto* metres = map.metres.mutable_data_ptr<float>();
  auto* reason = map.reason.mutable_data_ptr<std::uint8_t>();
  for (std::int64_t i = 0; i < map.metres.numel(); ++i) {
    const auto j = static_cast<std::uint64_t>(i);
    const double u = unit(name + " metres", j), kind = unit(name + " kind", j);
    metres[i] = static_cast<float>(0.5 * std::pow(farthest / 0.5, u));
    Reason why = Reason::kValid;
    if (kind < holes * 0.7) {
      why = Reason::kMissing;
      metres[i] = kind < holes * 0.3 ? std::numeric_limits<float>::quiet_NaN() : -3.0f;
    } else if (kind < holes) {
      why = Reason::kOutside;
    } else if (kind > 0.97) {
      why = Reason::kSky;
      metres[i] = kind > 0.98 ? 65504.0f : 1e6f;
    } else if (kind > 0.95) {
      why = Reason::kClipped;
    }
    reason[i] = static_cast<std::uint8_t>(why);
  }
  return map;
}

DepthMap flatMap(Size size, double metres) {
  return makePrediction(at::full({size.height, size.width}, metres, at::kFloat));
}

bool sameBytes(const at::Tensor& a, const at::Tensor& b) {
  if (a.sizes() != b.sizes() || a.scalar_type() != b.scalar_type()) return false;
  const at::Tensor x = a.cpu().contiguous(), y = b.cpu().contiguous();
  return x.numel() == 0 || std::memcmp(x.const_data_ptr(), y.const_data_ptr(), x.nbytes()) == 0;
}

double worstDifference(const at::Tensor& a, const at::Tensor& b) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  if (a.sizes() != b.sizes()) return infinity;
  const at::Tensor x = a.cpu().to(at::kDouble).contiguous(),
                   y = b.cpu().to(at::kDouble).contiguous();
  double worst = 0, scale = 0;
  for (std::int64_t i = 0; i < x.numel(); ++i) {
    const double p = x.const_data_ptr<double>()[i], q = y.const_data_ptr<double>()[i];
    if (std::isfinite(p) != std::isfinite(q)) return infinity;
    if (!std::isfinite(p)) continue;
    worst = std::max(worst, std::abs(p - q));
    scale = std::max(scale, std::abs(q));
  }
  return scale > 0 ? worst / scale : worst;
}

Threads::Threads(int count) : before_(at::get_num_threads()) {
  at::set_num_threads(count);
}
Threads::~Threads() {
  at::set_num_threads(before_);
}

}  // namespace fathom::test
