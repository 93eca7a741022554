// The debugging door: bare networks on raw tensors, and the proof that they equal their references.
#include <c10/core/InferenceMode.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/cli/verbs.h"
#include "core/device.h"
#include "core/error.h"
#include "core/log.h"
#include "models/checkpoints/checkpoint.h"
#include "models/conformance/filling.h"
#include "models/conformance/small_functions.h"
#include "models/conformance/vectors.h"
#include "models/network.h"
#include "models/runtime/load.h"

namespace fathom::cli {
namespace {

using Json = nlohmann::ordered_json;

std::pair<std::string, std::string> splitAtEquals(const std::string& text, const char* option) {
  const auto place = text.find('=');
  if (place == std::string::npos || place == 0) {
    throw BadInput(fmt::format("\"{}\" is not KEY=VALUE", text), option);
  }
  return {text.substr(0, place), text.substr(place + 1)};
}

Values settingsOf(const ArchitectureInfo& info, const std::vector<std::string>& given) {
  Values values;
  for (const std::string& each : given) {
    const auto [name, value] = splitAtEquals(each, "--set");
    const auto setting = std::ranges::find(info.settings, name, &Setting::name);
    // create() tells which names there are.
    values[name] = setting == info.settings.end() ? Value(value) : parseValue(*setting, value);
  }
  return values;
}

std::map<std::string, double> addedOf(const std::vector<std::string>& given) {
  std::map<std::string, double> added;
  for (const std::string& each : given) {
    const auto [key, text] = splitAtEquals(each, "--fill-add");
    std::size_t read = 0;
    double amount = 0;
    try {
      amount = std::stod(text, &read);
    } catch (const std::exception&) {
    }
    if (read != text.size() || text.empty()) {
      throw BadInput(fmt::format("\"{}\" is not a number", text), "--fill-add " + key);
    }
    added[key] = amount;
  }
  return added;
}

std::string typeName(at::ScalarType type) {
  switch (type) {
    case at::kFloat:
      return "float32";
    case at::kLong:
      return "int64";
    case at::kInt:
      return "int32";
    default:
      return toString(type);
  }
}

void printKeys(const Network& network) {
  Json keys = Json::array();
  for (const TensorInfo& tensor : stateDict(network)) {
    keys.push_back(
        {{"name", tensor.key}, {"shape", tensor.shape}, {"type", typeName(tensor.type)}});
  }
  printData(keys.dump(1) + "\n");
}

NamedTensors readTensors(const std::string& path, const Progress& progress) {
  const CheckpointPtr file = openCheckpoint(path, progress);
  NamedTensors tensors;
  for (std::size_t i = 0; i < file->tensors().size(); ++i) {
    const at::Tensor tensor = file->read(i);
    tensors[file->tensors()[i].key] = tensor.to(
        at::isFloatingType(tensor.scalar_type()) ? at::kFloat : tensor.scalar_type(), false, true);
  }
  return tensors;
}

void fill(Network& network, const NetworkOptions& options, const Progress& progress) {
  const auto added = addedOf(options.fillAdd);
  if (options.weights == std::vector<std::string>{"conformance"}) {
    fillConformance(network, added);
    return;
  }
  if (!added.empty()) {
    throw BadInput("it goes with --weights conformance only", "--fill-add");
  }
  std::vector<CheckpointPtr> files;
  for (const std::string& path : options.weights) files.push_back(openCheckpoint(path, progress));
  loadWeights(network, files, progress);
}

at::ScalarType typeOf(const std::string& precision) {
  return precision == "bfloat16" ? at::kBFloat16 : at::kFloat;
}

void requireOption(bool given, const char* option) {
  if (!given) throw BadInput("it is needed, unless --keys is given", option);
}

void writeOutputs(const NetworkOptions& options, const NamedTensors& outputs) {
  std::vector<std::pair<std::string, at::Tensor>> written;
  for (const auto& [name, tensor] : outputs) {
    written.emplace_back(name, tensor.to(at::kCPU, at::kFloat).contiguous());
    log().info("{}: {}", name, fmt::join(tensor.sizes(), "×"));
  }
  writeSafetensors(options.out, written, {{"architecture", options.architecture}});
}

/// One line of the table of `conformance`.
struct Line {
  std::string title, what;
  double error, limit;
  bool passed, rms;
};

std::vector<Line> linesOf(const ConformanceVector& vector, at::Device device,
                          const std::string& precision, const Progress& progress) {
  const bool half = precision == "bfloat16";
  const NamedTensors outputs = runVector(vector, device, typeOf(precision), progress);
  std::vector<Line> lines;
  for (const ConformanceRow& row : vector.rows) {
    constexpr double kHalfLimit = 2e-2;
    const double limit = half && !row.rms ? kHalfLimit : row.limit;
    const Deviation is = deviation(outputs.at(row.output), row, limit);
    lines.push_back(
        {vector.title, row.what, row.rms ? is.rms : is.error, limit, is.passed, row.rms});
  }
  return lines;
}

void printLines(const std::vector<Line>& lines, bool json) {
  if (json) {
    Json rows = Json::array();
    for (const Line& line : lines) {
      rows.push_back({{"vector", line.title},
                      {"output", line.what},
                      {"measure", line.rms ? "rms" : "relative"},
                      {"error", line.error},
                      {"limit", line.limit},
                      {"passed", line.passed}});
    }
    printData(rows.dump(1) + "\n");
    return;
  }
  std::string text;
  for (const Line& line : lines) {
    text += fmt::format("{}  {:<38} {:<26} {:>9.2g}{}  limit {:g}\n", line.passed ? "ok  " : "FAIL",
                        line.title, line.what, line.error, line.rms ? " rms" : "    ", line.limit);
  }
  printData(text);
}

}  // namespace

int runForward(const Options& options, Console& console, const std::stop_token& stop) {
  const NetworkOptions& given = options.network;
  const Progress progress = console.progress(stop);
  const ArchitectureInfo& info = architectures().info(given.architecture);
  const auto network = architectures().create(info.id, settingsOf(info, given.settings));
  if (given.keys) {
    printKeys(*network);
    return kDone;
  }
  requireOption(!given.weights.empty(), "--weights");
  requireOption(!given.in.empty(), "--in");
  requireOption(!given.out.empty(), "--out");
  const c10::InferenceMode inference;
  const at::Device device = deviceFromText(given.device);
  NamedTensors inputs = readTensors(given.in, progress);
  fill(*network, given, progress);
  const at::ScalarType type = typeOf(given.precision);
  prepare(*network, device, type);
  for (auto& [name, tensor] : inputs) {
    tensor = tensor.to(device, tensor.is_floating_point() ? type : tensor.scalar_type());
  }
  const NamedTensors outputs = network->forward(inputs, progress);
  console.clear();
  writeOutputs(given, outputs);
  return kDone;
}

int runConformance(const Options& options, Console& console, const std::stop_token& stop) {
  const NetworkOptions& given = options.network;
  const at::Device device = deviceFromText(given.device);
  const Progress progress = console.progress(stop);
  std::vector<Line> lines;
  const auto& vectors = conformanceVectors();
  for (std::size_t i = 0; i < vectors.size(); ++i) {
    const double part = 1.0 / double(vectors.size());
    progress.at(double(i) * part, vectors[i].title);
    std::ranges::move(linesOf(vectors[i], device, given.precision,
                              progress.part(double(i) * part, double(i + 1) * part)),
                      std::back_inserter(lines));
  }
  for (const SmallFunction& small : smallFunctions(device)) {
    lines.push_back({"small functions", small.name, small.error, small.limit, small.passed, false});
  }
  console.clear();
  printLines(lines, options.json);
  const auto failed = std::ranges::count(lines, false, &Line::passed);
  if (failed == 0) return kDone;
  log().error("{} of {} rows are above their limits", failed, lines.size());
  return kSomeFailed;
}

}  // namespace fathom::cli
