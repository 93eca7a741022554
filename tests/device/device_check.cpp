// Every network's numbers on a device, with LibTorch alone: see kUsage. A plain program, since a
// machine that has a GPU for an hour rarely has Qt Test.
#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <c10/core/InferenceMode.h>
#include <fmt/format.h>

#include <algorithm>
#include <iostream>

#include "core/error.h"
#include "models/conformance/small_functions.h"
#include "models/conformance/vectors.h"
#include "tests/device/networks.h"

namespace {

using namespace fathom;

constexpr const char* kUsage =
    R"(usage: device_check [--device cuda|cuda:N|cpu] [--precision float32|bfloat16|both] [--threads N]
Runs every conformance vector on the device in float32 (limits of the table, 1e-4 at most) and in
bfloat16 (2e-2), the functions that are no networks, and, unless the device is the CPU, every
network at two more sizes against its own result on the CPU. Exit code 0: all passed, 1: some failed, 2: not run.
)";

constexpr double kFloatLimit = 1e-4, kBfloat16Limit = 2e-2;

/// Counts and prints what was found.
class Report {
 public:
  void line(bool passed, const std::string& what, double error, double limit) {
    fmt::print("{}  {:<66} {:>8.2g}  limit {:.0e}\n", passed ? "ok  " : "FAIL", what, error, limit);
    ++(passed ? passed_ : failed_);
  }
  void note(const std::string& what, double error) {
    fmt::print("--    {:<66} {:>8.2g}  ill-conditioned, no limit\n", what, error);
  }
  void failure(const std::string& what, const std::exception& error) {
    fmt::print("FAIL  {}: {}\n", what, describe(error));
    ++failed_;
  }
  int end() const {
    fmt::print("{} passed, {} failed\n", passed_, failed_);
    return failed_ == 0 ? 0 : 1;
  }

 private:
  int passed_ = 0, failed_ = 0;
};

void checkVector(const ConformanceVector& vector, at::Device device, at::ScalarType type,
                 Report& report) {
  const bool full = type == at::kFloat;
  const NamedTensors outputs = runVector(vector, device, type);
  for (const ConformanceRow& row : vector.rows) {
    const Deviation is = deviation(outputs.at(row.output), row, full ? 0 : kBfloat16Limit);
    const std::string what =
        fmt::format("{}, {}, {}", vector.title, row.what, full ? "float32" : "bfloat16");
    if (row.rms && !full) {
      report.note(what, is.rms);
    } else {
      report.line(is.passed, what, row.rms ? is.rms : is.error, full ? row.limit : kBfloat16Limit);
    }
  }
}

void checkSmallFunctions(at::Device device, Report& report) {
  // On a GPU sums are made in another order.
  const double least = device.is_cpu() ? 0 : 1e-5;
  for (const SmallFunction& function : smallFunctions(device)) {
    const double limit = std::max(function.limit, least);
    report.line(function.error <= limit, function.name, function.error, limit);
  }
}

/// The device's results against the CPU's, at sizes that the table has not.
void checkCase(const ConformanceVector& vector, at::Device device, Report& report) {
  const NamedTensors wanted = runVector(vector, at::kCPU, at::kFloat);
  const auto phase = vector.settings.find("deterministic_phase");
  const bool conditioned = phase == vector.settings.end() || phase->second == "true";
  for (const auto& [name, output] : runVector(vector, device, at::kFloat)) {
    const at::Tensor want = wanted.at(name);
    const double apart = output.cpu().sub(want).abs().max().item<double>();
    const double error = apart / want.abs().max().item<double>();
    const std::string what = fmt::format("{}, {} as on the CPU", vector.title, name);
    if (conditioned || name != "depth") {
      report.line(error <= kFloatLimit, what, error, kFloatLimit);
    } else {
      report.note(what, error);
    }
  }
}

template <class Check>
void guarded(const std::string& what, Report& report, const Check& check) {
  try {
    check();
  } catch (const std::exception& error) {
    report.failure(what, error);
  }
}

struct Options {
  at::Device device{at::kCUDA};
  std::vector<at::ScalarType> types{at::kFloat, at::kBFloat16};
};

std::vector<at::ScalarType> typesOf(const std::string& text) {
  if (text == "both") return {at::kFloat, at::kBFloat16};
  if (text == "float32") return {at::kFloat};
  if (text == "bfloat16") return {at::kBFloat16};
  throw BadInput("--precision must be float32, bfloat16 or both", text);
}

Options optionsOf(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; i += 2) {
    const std::string name = argv[i];
    if (i + 1 == argc) throw BadInput("a value is missing after it", name, kUsage);
    const std::string value = argv[i + 1];
    if (name == "--device") {
      options.device = at::Device(value);
    } else if (name == "--precision") {
      options.types = typesOf(value);
    } else if (name == "--threads") {
      at::set_num_threads(std::stoi(value));
    } else {
      throw BadInput("what is this?", name, kUsage);
    }
  }
  return options;
}

int run(const Options& options) {
  Report report;
  for (const at::ScalarType type : options.types) {
    for (const ConformanceVector& vector : conformanceVectors()) {
      guarded(vector.title, report, [&] { checkVector(vector, options.device, type, report); });
    }
  }
  guarded("functions", report, [&] { checkSmallFunctions(options.device, report); });
  if (!options.device.is_cpu()) {
    for (const ConformanceVector& vector : test::networkCases()) {
      guarded(vector.title, report, [&] { checkCase(vector, options.device, report); });
    }
  }
  return report.end();
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const c10::InferenceMode inference;
    const Options options = optionsOf(argc, argv);
    if (options.device.is_cuda() && !at::hasCUDA()) {
      throw BadInput("no CUDA device answers", options.device.str(),
                     "Take --device cpu, or another one.");
    }
    // float32 means float32: LibTorch would let convolutions round to 10 bits.
    at::globalContext().setAllowTF32CuDNN(false);
    return run(options);
  } catch (const std::exception& error) {
    std::cerr << "device_check: " << describe(error) << '\n';
    return 2;
  }
}
