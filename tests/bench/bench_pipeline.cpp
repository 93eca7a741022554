// How long the numbers take on one 640×480 view: all stages together and each alone. The same work
// in numpy and OpenCV is yardstick.py; tools/bench runs both in turn. --dump FOLDER writes what
// goes in and comes out, for the yardstick to check that it does the same.
#include <ATen/ops/empty.h>
#include <benchmark/benchmark.h>

#include <cmath>
#include <cstring>
#include <filesystem>
#include <iostream>

#include "core/atomic_file.h"
#include "core/degradation.h"
#include "core/device.h"
#include "core/error.h"
#include "core/metrics.h"
#include "core/score_table.h"
#include "models/interpolation/interpolation.h"

namespace {

using namespace fathom;

constexpr Size kSize{480, 640};
constexpr const char* kId = "bench-0000";

/// A street in formulas: ground, two rows of houses, poles, sky, a few missing pixels.
DepthMap street() {
  at::Tensor metres = at::empty({kSize.height, kSize.width}, at::kFloat);
  auto* out = metres.mutable_data_ptr<float>();
  for (std::int64_t row = 0; row < kSize.height; ++row) {
    for (std::int64_t column = 0; column < kSize.width; ++column) {
      const double v = (static_cast<double>(row) - 239.5) / 320;
      const double u = (static_cast<double>(column) - 319.5) / 320;
      double z = 65504;
      if (v > 0) z = std::min(z, 1.7 / v);
      const double wall = 9 / std::max(std::abs(u), 1e-6);
      const double roof = 8 + 4 * std::sin(std::floor(wall / 12) * 1.7);
      if (-v * wall < roof && wall < 900) z = std::min(z, wall);
      for (const double pole : {-0.62, -0.31, 0.28, 0.55}) {
        const double distance = 4.5 / std::abs(pole);
        if (std::abs(u - pole) < 0.12 / distance && -v * distance < 5) z = std::min(z, distance);
      }
      const bool missing = (row * 131 + column * 17) % 499 == 0;
      *out++ = missing ? 0.0f : static_cast<float>(z + 0.01 * std::sin(7.0 * u * z));
    }
  }
  return makeDepthMap(metres);
}

/// What goes through the stages, made once.
struct Work {
  DepthMap truth = street();
  Degradation how;
  Protocol plain = protocolFromText("plain");
  LowDepth low = degrade(truth, how, kId).low;
  DepthMap prediction = makePrediction(interpolate(low, kSize, {}));
};

const Work& work() {
  static const Work only;
  return only;
}

void allStages(benchmark::State& state) {
  const Work& w = work();
  for (auto _ : state) {
    const Degraded degraded = degrade(w.truth, w.how, kId);
    const DepthMap prediction = makePrediction(interpolate(degraded.low, kSize, {}));
    benchmark::DoNotOptimize(score(prediction, w.truth, w.plain));
    benchmark::DoNotOptimize(errorMap(prediction, w.truth, w.plain, ErrorKind::kAbsolute));
  }
}
BENCHMARK(allStages)->Name("pipeline")->Unit(benchmark::kMicrosecond)->UseRealTime();

void degradeAlone(benchmark::State& state) {
  const Work& w = work();
  for (auto _ : state) benchmark::DoNotOptimize(degrade(w.truth, w.how, kId));
}
BENCHMARK(degradeAlone)->Name("degrade")->Unit(benchmark::kMicrosecond)->UseRealTime();

void bicubicAlone(benchmark::State& state) {
  const Work& w = work();
  for (auto _ : state) benchmark::DoNotOptimize(makePrediction(interpolate(w.low, kSize, {})));
}
BENCHMARK(bicubicAlone)->Name("bicubic")->Unit(benchmark::kMicrosecond)->UseRealTime();

void scoreAlone(benchmark::State& state) {
  const Work& w = work();
  for (auto _ : state) benchmark::DoNotOptimize(score(w.prediction, w.truth, w.plain));
}
BENCHMARK(scoreAlone)->Name("metrics")->Unit(benchmark::kMicrosecond)->UseRealTime();

void errorMapAlone(benchmark::State& state) {
  const Work& w = work();
  for (auto _ : state) {
    benchmark::DoNotOptimize(errorMap(w.prediction, w.truth, w.plain, ErrorKind::kAbsolute));
  }
}
BENCHMARK(errorMapAlone)->Name("error map")->Unit(benchmark::kMicrosecond)->UseRealTime();

void dumpTensor(const std::filesystem::path& path, const at::Tensor& tensor) {
  writeFile(path, {static_cast<const char*>(tensor.const_data_ptr()), tensor.nbytes()});
}

void dump(const std::filesystem::path& folder) {
  const Work& w = work();
  dumpTensor(folder / "truth.f32", w.truth.metres);
  dumpTensor(folder / "reason.u8", w.truth.reason);
  dumpTensor(folder / "low.f32", w.low.levels);
  dumpTensor(folder / "prediction.f32", w.prediction.metres);
  dumpTensor(folder / "errors.f32", errorMap(w.prediction, w.truth, w.plain, ErrorKind::kAbsolute));
  writeFile(folder / "scores.csv",
            scoresCsv({{kId, "bicubic", "plain", score(w.prediction, w.truth, w.plain)}}));
}

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  try {
    if (argc == 3 && std::strcmp(argv[1], "--dump") == 0) {
      dump(argv[2]);
      return 0;
    }
  } catch (const std::exception& error) {
    std::cerr << "bench_pipeline: " << describe(error) << '\n';
    return 1;
  }
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::AddCustomContext("device", describeDevice(at::kCPU));
  benchmark::RunSpecifiedBenchmarks();
}
