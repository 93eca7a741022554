#pragma once

#include <ATen/core/Tensor.h>

#include <map>
#include <string>
#include <string_view>

#include "models/layers/module.h"

namespace fathom {

/// A deterministic filling of any network and its inputs: with it, two implementations can be
/// compared to the last digits without weights. Every value is a hash of the tensor's key and the
/// element's place.
double unitHash(std::string_view key, std::uint64_t element);

/// float32 of this shape; element j is lo + (hi − lo)·unitHash(key, j).
at::Tensor filledInput(std::string_view key, at::IntArrayRef shape, double lo, double hi);

/// Gives every floating tensor of the state dict the value that its key and shape determine; index
/// tables stay as built.
/// @param added  key → what to add to each element of that tensor. Throws BadInput on a key that
///               the network has not.
void fillConformance(Module& module, const std::map<std::string, double>& added = {});

}  // namespace fathom
