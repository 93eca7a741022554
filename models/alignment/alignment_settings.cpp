#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "core/error.h"
#include "models/alignment/alignment.h"

namespace fathom {
namespace {

const std::vector<std::string> kSpaces{"depth", "disparity"};
const std::vector<std::string> kModels{"none", "scale", "scale_shift"};
const std::vector<std::string> kEstimators{"least_squares", "ransac", "theil_sen", "median_ratio",
                                           "huber"};
const std::vector<std::string> kGrids{"cell_means", "cell_samples", "pixels"};
constexpr std::int64_t kGreatestSeed = 2147483647;

template <class Kind>
const std::string& nameOf(const std::vector<std::string>& names, Kind kind) {
  return names.at(static_cast<std::size_t>(kind));
}

template <class Kind>
Kind kindOf(const std::vector<std::string>& names, const std::string& name) {
  return static_cast<Kind>(std::distance(names.begin(), std::ranges::find(names, name)));
}

std::vector<Setting> choices() {
  const Alignment standard;
  return {
      {"space", "Space", "", "whether depth or inverse depth is the line's left-hand side",
       Choice{kSpaces, nameOf(kSpaces, standard.space)}},
      {"model", "Line", "", "what is fitted: nothing, a scale, or a scale and a shift",
       Choice{kModels, nameOf(kModels, standard.model)}},
      {"estimator", "Estimator", "", "how the line is found; all but the first resist outliers",
       Choice{kEstimators, nameOf(kEstimators, standard.estimator)}},
      {"grid", "Compared at", "",
       "the prediction's mean over each cell, its pixel where the cell was sampled, or all pixels "
       "with the transmitted map enlarged bicubically",
       Choice{kGrids, nameOf(kGrids, standard.grid)}},
  };
}

std::vector<Setting> numbers() {
  const Alignment standard;
  return {
      {"trim", "Trim", "", "least squares: the share of worst cells that is left out",
       Real{0, 0.9, standard.trim, false}},
      {"tolerance", "Tolerance", "m or 1/m",
       "RANSAC: how far a cell that agrees may be from the line; 0 takes it from the data",
       Real{0, 1e5, standard.tolerance, false}},
      {"draws", "Draws", "", "RANSAC: how many lines are tried",
       Integer{1, 100000, standard.draws}},
      {"min_metres", "Nearest", "m", "no result is nearer",
       Real{1e-3, 1e3, standard.minMetres, true}},
      {"max_metres", "Farthest", "m", "no result is farther",
       Real{1e-2, 1e6, standard.maxMetres, true}},
      {"exclude_far", "Leave out the far", "",
       "cells beyond the farthest result (sky) take no part in the estimator",
       Flag{standard.excludeFar}},
      {"intervals", "Intervals", "",
       "refines the line: a level is a range of depths, and level 0 means nearer than one level",
       Flag{standard.intervals}},
      {"least_cells", "Least cells", "",
       "with fewer informative cells the line counts as poorly determined",
       Integer{1, 100000, standard.leastCells}},
      {"far_end", "Far end", "levels",
       "without informative cells, where the far end of the prediction is put",
       Real{1e-3, 1, standard.farEnd, false}},
      {"seed", "Seed", "", "of RANSAC's draws: same seed, same line",
       Integer{0, kGreatestSeed, static_cast<std::int64_t>(standard.seed)}},
  };
}

void checkRange(const char* field, double value, double least, double greatest) {
  if (value >= least && value <= greatest) return;
  throw BadInput(fmt::format("{} is out of range", value), field,
                 fmt::format("It goes from {} to {}", least, greatest));
}

}  // namespace

void Alignment::check() const {
  checkRange("trim", trim, 0, 0.9);
  checkRange("tolerance", tolerance, 0, 1e5);
  checkRange("draws", draws, 1, 100000);
  checkRange("min_metres", minMetres, 1e-3, 1e3);
  checkRange("max_metres", maxMetres, 1e-2, 1e6);
  checkRange("least_cells", leastCells, 1, 100000);
  checkRange("far_end", farEnd, 1e-3, 1);
  if (minMetres >= maxMetres) {
    throw BadInput(fmt::format("the nearest result ({} m) is not nearer than the farthest ({} m)",
                               minMetres, maxMetres),
                   "min_metres", "Make it smaller than max_metres");
  }
}

std::vector<Setting> alignmentSettings(std::string_view prefix) {
  std::vector<Setting> settings = choices();
  std::ranges::move(numbers(), std::back_inserter(settings));
  for (Setting& setting : settings) setting.name = std::string(prefix) + setting.name;
  return settings;
}

Values toValues(const Alignment& from, std::string_view prefix) {
  const Values plain{{"space", nameOf(kSpaces, from.space)},
                     {"model", nameOf(kModels, from.model)},
                     {"estimator", nameOf(kEstimators, from.estimator)},
                     {"grid", nameOf(kGrids, from.grid)},
                     {"trim", from.trim},
                     {"tolerance", from.tolerance},
                     {"draws", std::int64_t{from.draws}},
                     {"min_metres", from.minMetres},
                     {"max_metres", from.maxMetres},
                     {"exclude_far", from.excludeFar},
                     {"intervals", from.intervals},
                     {"least_cells", std::int64_t{from.leastCells}},
                     {"far_end", from.farEnd},
                     {"seed", static_cast<std::int64_t>(from.seed)}};
  Values values;
  for (const auto& [name, value] : plain) values.emplace(std::string(prefix) + name, value);
  return values;
}

Alignment alignmentFromValues(const Values& given, std::string_view prefix) {
  Values own;
  for (const auto& [name, value] : given) {
    if (name.starts_with(prefix)) own.emplace(name, value);
  }
  const Values values = checkedValues(alignmentSettings(prefix), own, "alignment");
  const auto key = [&](const char* name) { return std::string(prefix) + name; };
  Alignment result;
  result.space = kindOf<AlignmentSpace>(kSpaces, text(values, key("space")));
  result.model = kindOf<AlignmentModel>(kModels, text(values, key("model")));
  result.estimator = kindOf<AlignmentEstimator>(kEstimators, text(values, key("estimator")));
  result.grid = kindOf<AlignmentGrid>(kGrids, text(values, key("grid")));
  result.trim = real(values, key("trim"));
  result.tolerance = real(values, key("tolerance"));
  result.draws = static_cast<int>(integer(values, key("draws")));
  result.minMetres = real(values, key("min_metres"));
  result.maxMetres = real(values, key("max_metres"));
  result.excludeFar = flag(values, key("exclude_far"));
  result.intervals = flag(values, key("intervals"));
  result.leastCells = static_cast<int>(integer(values, key("least_cells")));
  result.farEnd = real(values, key("far_end"));
  result.seed = static_cast<std::uint64_t>(integer(values, key("seed")));
  result.check();
  return result;
}

}  // namespace fathom
