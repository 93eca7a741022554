// How long every method that needs no file takes on a 640×480 view, in turn so that a busy moment
// of the machine hits all of them alike: see usage(). Prints a table.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "core/degradation.h"
#include "core/error.h"
#include "datasets/scenes/scene_source.h"
#include "models/guided/register.h"
#include "models/registry.h"

namespace {

using namespace fathom;

int usage() {
  std::fputs(
      "usage: bench_methods [ROUNDS [SCENES]]\n"
      "Runs every method without weights ROUNDS times (30) on embedded scenes (scenes:0-3@5: "
      "room,\n"
      "corridor, street, country) with the map of challenge-measured, one after the other in each "
      "round.\n",
      stderr);
  return 2;
}

struct Bench {
  std::string id;
  UpsamplerPtr method;
  std::vector<double> milliseconds = {};
};

std::vector<Bench> methodsWithoutFiles() {
  UpsamplerRegistry registry;
  registerModels(registry);
  registerGuided(registry);
  std::vector<Bench> found;
  for (const UpsamplerInfo& info : registry.list()) {
    if (info.weights.empty()) found.push_back({info.id, registry.create(info.id, {})});
  }
  found.push_back(
      {"interval, frames 2", registry.create("interval", {{"frames", std::int64_t{2}}})});
  return found;
}

/// The samples that have two frames on either side, with these.
std::vector<UpsamplerInput> views(const char* names) {
  const SampleSourcePtr scenes = openScenes(names);
  const auto lowOf = [](const Sample& sample) { return degrade(*sample.truth, {}, sample.id).low; };
  std::vector<UpsamplerInput> made;
  for (std::size_t i = 0; i < scenes->size(); ++i) {
    const std::vector<std::size_t> around = scenes->framesAround(i, {2, 1});
    if (around.size() < 4) continue;
    const Sample sample = scenes->load(i, {});
    made.push_back(inputOf(sample, lowOf(sample)));
    for (const std::size_t frame : around) {
      const Sample other = scenes->load(frame, {});
      if (auto neighbour = neighbourOf(other, lowOf(other))) {
        made.back().neighbours.push_back(std::move(*neighbour));
      }
    }
  }
  if (made.empty()) throw BadInput("no sample has two frames on either side", names);
  return made;
}

/// @param yardstick  the medians are compared with this one's
std::string row(const Bench& bench, double yardstick) {
  std::vector<double> sorted = bench.milliseconds;
  std::ranges::sort(sorted);
  const auto at = [&](double part) {
    return sorted[static_cast<std::size_t>(part * static_cast<double>(sorted.size() - 1) + 0.5)];
  };
  char text[160];
  std::snprintf(text, sizeof text, "| %s | %zu | %.1f | %.1f | %.1f | %.2f |\n", bench.id.c_str(),
                sorted.size(), at(0.5), at(0.95), sorted.back(), at(0.5) / yardstick);
  return text;
}

double median(std::vector<double> values) {
  std::ranges::nth_element(values, values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2));
  return values[values.size() / 2];
}

void run(int rounds, const char* scenes) {
  std::vector<Bench> benches = methodsWithoutFiles();
  const std::vector<UpsamplerInput> inputs = views(scenes);
  for (int round = -1; round < rounds; ++round) {  // the first one warms up
    for (const UpsamplerInput& input : inputs) {
      for (Bench& bench : benches) {
        const double taken = (*bench.method)(input, {}).milliseconds;
        if (round >= 0) bench.milliseconds.push_back(taken);
      }
    }
  }
  // OpenCV's own operator on the same pictures: what the others are measured by.
  const auto yardstick = std::ranges::find(benches, "fast_global_smoother", &Bench::id);
  const double unit = median(yardstick->milliseconds);
  std::printf("| method, ms | runs | median | 95 %% | most | to OpenCV's smoother |\n");
  std::printf("|---|---:|---:|---:|---:|---:|\n");
  for (const Bench& bench : benches) std::fputs(row(bench, unit).c_str(), stdout);
  std::string load;
  std::getline(std::ifstream("/proc/loadavg"), load);
  std::printf("\nload %s\n", load.c_str());
}

}  // namespace

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::atoi(argv[1]) : 30;
  if (argc > 3 || rounds < 1) return usage();
  try {
    run(rounds, argc > 2 ? argv[2] : "scenes:0-3@5");
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench_methods: %s\n", describe(error).c_str());
    return 1;
  }
  return 0;
}
