#pragma once

#include <string>
#include <vector>

#include "models/conformance/vectors.h"
#include "models/layers/counting.h"

namespace fathom::test {

/// The names of its state dict, in order.
std::vector<std::string> keysOf(const Network& network);

/// What an architecture costs with these settings at these inputs, as it runs.
Macs macsOf(const std::string& architecture, const Values& values,
            const std::vector<ConformanceVector::Input>& inputs);

/// Runs a vector on the CPU in float32. Empty where every row is met; else what is off.
std::string offTheMark(const ConformanceVector& vector);

/// Greatest difference of two results, each output divided by its greatest magnitude; infinite
/// where names or shapes differ.
double apart(const NamedTensors& got, const NamedTensors& wanted);

/// Runs a vector and stops it once this part is done. Empty where it was cancelled and had told
/// of no less than it told before; else what went wrong.
std::string whenStoppedAt(double part, const ConformanceVector& vector);

}  // namespace fathom::test
