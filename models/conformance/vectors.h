#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/progress.h"
#include "models/network.h"

namespace fathom {

/// What one output of a network must be: statistics over all elements, and some of them.
struct ConformanceRow {
  struct Statistics {
    double mean, deviation, least, greatest;  ///< deviation: of the population
  };
  std::string what;    ///< "block 5"
  std::string output;  ///< its name in forward's result
  std::vector<std::int64_t> shape;
  Statistics statistics;
  std::vector<std::pair<std::int64_t, double>> samples;  ///< flat index, value
  double limit;      ///< greatest deviation, divided by the greatest magnitude of the row
  bool rms = false;  ///< ill-conditioned: the limit is on the samples' rms difference, absolute
};

/// A run of a network filled by fillConformance on inputs filled by filledInput.
struct ConformanceVector {
  struct Input {
    std::string name;
    std::vector<std::int64_t> shape;
    double lo, hi;
  };
  std::string title, architecture;
  std::map<std::string, std::string> settings;  ///< as on a command line
  std::vector<Input> inputs;
  std::map<std::string, double> added;  ///< see fillConformance
  std::vector<ConformanceRow> rows;
};

const std::vector<ConformanceVector>& conformanceVectors();

/// How far an output is from a row.
struct Deviation {
  double error = 0;  ///< as the row's limit means it; infinite where the shape differs
  double rms = 0;    ///< of the samples, absolute
  bool passed = false;
};

/// @param limit  instead of the row's own; 0: the row's
Deviation deviation(const at::Tensor& output, const ConformanceRow& row, double limit = 0);

/// Builds the network, fills it and runs it there.
NamedTensors runVector(const ConformanceVector& vector, at::Device device, at::ScalarType type,
                       const Progress& progress = {});

}  // namespace fathom
