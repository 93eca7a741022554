#pragma once

#include <vector>

#include "models/conformance/vectors.h"

namespace fathom::test {

/// Every bare network at two sizes, to be run on one device and on another; without rows, since
/// the CPU's results are what they must equal.
const std::vector<ConformanceVector>& networkCases();

}  // namespace fathom::test
