#include "tests/models/network_checks.h"

#include <c10/core/InferenceMode.h>
#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "core/error.h"
#include "models/conformance/filling.h"
#include "tests/support/maps.h"

namespace fathom::test {

std::vector<std::string> keysOf(const Network& network) {
  std::vector<std::string> keys;
  network.visit([&](const std::string& key, const Weight&) { keys.push_back(key); });
  return keys;
}

Macs macsOf(const std::string& architecture, const Values& values,
            const std::vector<ConformanceVector::Input>& inputs) {
  const c10::InferenceMode inference;
  const auto network = architectures().create(architecture, values);
  fillWithShapes(*network);
  NamedTensors tensors;
  for (const auto& input : inputs) {
    tensors[input.name] = filledInput(input.name, input.shape, input.lo, input.hi);
  }
  const Counting counting;
  network->forward(tensors, {});
  return counting.macs();
}

std::string offTheMark(const ConformanceVector& vector) {
  const NamedTensors outputs = runVector(vector, at::kCPU, at::kFloat);
  std::string problems;
  for (const ConformanceRow& row : vector.rows) {
    const auto found = outputs.find(row.output);
    if (found == outputs.end()) return "no output " + row.output;
    const Deviation is = deviation(found->second, row);
    if (!is.passed) problems += fmt::format("{}: error {}; ", row.what, is.error);
  }
  return problems;
}

double apart(const NamedTensors& got, const NamedTensors& wanted) {
  double worst = got.size() == wanted.size() ? 0 : std::numeric_limits<double>::infinity();
  for (const auto& [name, tensor] : wanted) {
    const auto found = got.find(name);
    if (found == got.end() || found->second.sizes() != tensor.sizes()) {
      return std::numeric_limits<double>::infinity();
    }
    worst = std::max(worst, worstDifference(found->second.cpu().to(at::kFloat), tensor.cpu()));
  }
  return worst;
}

std::string whenStoppedAt(double part, const ConformanceVector& vector) {
  std::stop_source source;
  double last = 0;
  std::string problem;
  Progress progress{source.get_token(), [&](double done, std::string_view) {
                      if (done < last || done > 1) problem = fmt::format("{} after {}", done, last);
                      if (source.stop_requested()) problem = "it went on";
                      last = done;
                      if (done >= part) source.request_stop();
                    }};
  try {
    runVector(vector, at::kCPU, at::kFloat, progress);
  } catch (const Cancelled&) {
    return problem;
  }
  return "it was not cancelled";
}

}  // namespace fathom::test
