// How long the forward passes of one system take, and how much memory: see kUsage. The same
// networks in PyTorch are in networks/; tools/bench networks runs both in turn.
#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/ops/from_blob.h>
#include <c10/core/InferenceMode.h>
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>

#include "core/atomic_file.h"
#include "core/error.h"
#include "tests/bench/systems.h"

namespace {

using namespace fathom;
using nlohmann::ordered_json;

constexpr const char* kUsage =
    R"(usage: bench_networks SYSTEMS.json SYSTEM [--precision float32|bfloat16] [--device D]
                      [--threads N] [--shrink N] [--passes N] [--warm-up N]
                      [--dump FILE] [--check FILE]
Runs one system and prints the median of its passes, peak memory and its output's statistics as
JSON. --dump FILE writes the output (float32, bare); --check FILE compares with such a file: the
greatest deviation over the greatest magnitude.
)";

using Options = std::map<std::string, std::string>;

Options optionsOf(int argc, char** argv) {
  Options options{
      {"--precision", "float32"}, {"--device", "cpu"}, {"--threads", "2"}, {"--shrink", "1"},
      {"--passes", "3"},          {"--warm-up", "1"},  {"--dump", ""},     {"--check", ""}};
  for (int i = 3; i < argc; i += 2) {
    const auto known = options.find(argv[i]);
    if (known == options.end() || i + 1 == argc) throw BadInput("what is this?", argv[i], kUsage);
    known->second = argv[i + 1];
  }
  return options;
}

int number(const Options& options, const char* name, int least) {
  const std::string& text = options.at(name);
  std::size_t end = 0;
  int value = -1;
  try {
    value = std::stoi(text, &end);
  } catch (const std::logic_error&) {
    value = -1;
  }
  if (end != text.size() || value < least) {
    throw BadInput(fmt::format("{} must be a whole number of {} or more", name, least), text);
  }
  return value;
}

/// What Linux calls VmHWM starts again at what is resident now.
void resetPeak() {
  std::ofstream("/proc/self/clear_refs") << '5';
}

double peakMebibytes() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) return std::stod(line.substr(6)) / 1024;
  }
  throw Error("the system does not say how much memory was used");
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

double deviationFrom(const at::Tensor& output, const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(file), {}};
  if (bytes.size() != output.nbytes()) {
    throw BadInput(fmt::format("it holds {} bytes, the output {}", bytes.size(), output.nbytes()),
                   path);
  }
  const at::Tensor wanted = at::from_blob(bytes.data(), output.sizes(), output.options());
  return output.sub(wanted).abs().max().item<double>() / wanted.abs().max().item<double>();
}

ordered_json statistics(const at::Tensor& output) {
  const at::Tensor values = output.to(at::kDouble);
  return {{"mean", values.mean().item<double>()},
          {"std", values.std(false).item<double>()},
          {"min", values.min().item<double>()},
          {"max", values.max().item<double>()}};
}

ordered_json run(const std::string& table, const std::string& id, const Options& options) {
  const c10::InferenceMode inference;
  const std::string& precision = options.at("--precision");
  if (precision != "float32" && precision != "bfloat16") {
    throw BadInput("--precision must be float32 or bfloat16", precision);
  }
  at::set_num_threads(number(options, "--threads", 1));
  const auto systems = bench::systemsFrom(table, number(options, "--shrink", 1));
  const bench::System& system = bench::findSystem(systems, id);
  const at::Device device(options.at("--device"));
  auto network = bench::filledNetwork(system);
  resetPeak();
  const bench::Prepared ready = bench::prepared(
      system, std::move(network), device, precision == "float32" ? at::kFloat : at::kBFloat16);
  const bench::Timing timing = bench::timed(system, ready, device, number(options, "--warm-up", 0),
                                            number(options, "--passes", 1));
  ordered_json answer{{"milliseconds", median(timing.milliseconds)},
                      {"passes", timing.milliseconds.size()},
                      {"peak_mib", peakMebibytes()}};
  const at::Tensor output = timing.output.to(at::kCPU, at::kFloat).contiguous();
  answer["output"] = statistics(output);
  if (const std::string& path = options.at("--check"); !path.empty()) {
    answer["deviation"] = deviationFrom(output, path);
  }
  if (const std::string& path = options.at("--dump"); !path.empty()) {
    writeFile(path, {static_cast<const char*>(output.const_data_ptr()), output.nbytes()});
  }
  return answer;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::cerr << kUsage;
    return 2;
  }
  try {
    // float32 means float32: on GPUs LibTorch would let convolutions round to 10 bits.
    at::globalContext().setAllowTF32CuDNN(false);
    std::cout << run(argv[1], argv[2], optionsOf(argc, argv)).dump() << '\n';
    return 0;
  } catch (const std::exception& error) {
    std::cerr << "bench_networks: " << describe(error) << '\n';
    return 1;
  }
}
