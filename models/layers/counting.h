#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <set>
#include <string>

namespace fathom {

class Module;

/// Multiply-adds.
struct Macs {
  double layers = 0;    ///< convolutions and linear layers
  double products = 0;  ///< products of two activations: attention, correlation
  double total() const { return layers + products; }
};

/// While one lives, convolutions, linear layers and attention on its thread only count: they
/// return zeros of the right shape at once. So the costs of a network are counted from its modules
/// as they run, at any size, without weights and in little time.
class Counting {
 public:
  Counting();
  ~Counting();
  Counting(const Counting&) = delete;
  Counting& operator=(const Counting&) = delete;

  const Macs& macs() const { return macs_; }
  /// Of all networks that took part.
  std::int64_t parameters() const { return parameters_; }

  /// A network takes part; one that comes again under the same name counts once.
  void met(const std::string& name, const Module& network);

  /// The one of this thread; null where nothing counts.
  static Counting* current();
  /// Counts a layer that would have made this shape, and gives zeros instead.
  /// @param perValue  multiply-adds for each value of the result
  at::Tensor layer(at::IntArrayRef shape, double perValue, const at::Tensor& like);
  at::Tensor product(at::IntArrayRef shape, double perValue, const at::Tensor& like);

 private:
  Macs macs_;
  std::int64_t parameters_ = 0;
  std::set<std::string> met_;
  Counting* before_;
};

}  // namespace fathom
