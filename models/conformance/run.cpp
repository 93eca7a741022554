#include <ATen/core/grad_mode.h>
#include <c10/core/InferenceMode.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "models/conformance/filling.h"
#include "models/conformance/vectors.h"

namespace fathom {
namespace {

ConformanceRow::Statistics statisticsOf(const at::Tensor& values) {
  return {values.mean().item<double>(), values.std(false).item<double>(),
          values.min().item<double>(), values.max().item<double>()};
}

}  // namespace

Deviation deviation(const at::Tensor& output, const ConformanceRow& row, double limit) {
  Deviation found;
  if (output.sizes() != at::IntArrayRef(row.shape)) {
    found.error = found.rms = std::numeric_limits<double>::infinity();
    return found;
  }
  const at::Tensor values = output.detach().cpu().to(at::kDouble).contiguous().flatten();
  const auto is = statisticsOf(values);
  const auto& wanted = row.statistics;
  double worst =
      std::max({std::abs(is.mean - wanted.mean), std::abs(is.deviation - wanted.deviation),
                std::abs(is.least - wanted.least), std::abs(is.greatest - wanted.greatest)});
  double squares = 0;
  for (const auto& [index, value] : row.samples) {
    const double apart = std::abs(values.data_ptr<double>()[index] - value);
    worst = std::max(worst, apart);
    squares += apart * apart;
  }
  found.rms = std::sqrt(squares / double(std::max<std::size_t>(row.samples.size(), 1)));
  found.error = worst / std::max(std::abs(wanted.least), std::abs(wanted.greatest));
  // Not "greater than": a NaN must fail.
  found.passed = (row.rms ? found.rms : found.error) <= (limit > 0 ? limit : row.limit);
  return found;
}

NamedTensors runVector(const ConformanceVector& vector, at::Device device, at::ScalarType type,
                       const Progress& progress) {
  const c10::InferenceMode inference;
  const ArchitectureInfo& info = architectures().info(vector.architecture);
  Values values;
  for (const auto& [name, text] : vector.settings) {
    const auto setting = std::ranges::find(info.settings, name, &Setting::name);
    if (setting != info.settings.end())
      values[name] = parseValue(*setting, text);
    else
      values[name] = text;  // create() says that it is unknown
  }
  const auto network = architectures().create(vector.architecture, values);
  fillConformance(*network, vector.added);
  prepare(*network, device, type);
  NamedTensors inputs;
  for (const auto& input : vector.inputs) {
    inputs[input.name] = filledInput(input.name, input.shape, input.lo, input.hi).to(device, type);
  }
  return network->forward(inputs, progress);
}

}  // namespace fathom
