#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

namespace fathom {

/// A function that is no network, beside what its reference gave on the deterministic filling.
struct SmallFunction {
  std::string name;
  std::vector<std::string> parts;  ///< what each value is: "mean", "sample 182", "scale"
  std::vector<double> computed;
  std::vector<double> expected;
  double error = 0;  ///< greatest deviation; of maps over their greatest magnitude, else relative
  double limit = 0;
  bool passed = false;
};

/// Resizing, losses and estimators, computed now. @param device  where tensors are to lie
std::vector<SmallFunction> smallFunctions(at::Device device);

}  // namespace fathom
