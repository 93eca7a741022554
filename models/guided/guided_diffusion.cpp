#include <ATen/ops/empty_like.h>

#include <algorithm>
#include <cmath>

#include "core/host_device.h"
#include "models/guided/guide.h"
#include "models/guided/guided_method.h"
#include "models/guided/methods.h"

namespace fathom {
namespace {

using Field = std::vector<float>;

/// How easily depth flows from a pixel to its right and lower neighbour: 1 to 0. Nothing flows out
/// of the picture.
struct Conductance {
  Field east, south;
};

Conductance conductanceOf(const at::Tensor& rgb, double kappa) {
  const std::int64_t rows = rgb.size(1), columns = rgb.size(2), count = rows * columns;
  const std::uint8_t* colour = rgb.const_data_ptr<std::uint8_t>();
  const auto between = [&](std::int64_t a, std::int64_t b) {
    double mean = 0;
    for (int channel = 0; channel < 3; ++channel) {
      mean += std::abs(colour[a + channel * count] - colour[b + channel * count]) / (3 * 255.0);
    }
    return static_cast<float>(1 / (1 + mean * mean / (kappa * kappa)));
  };
  Conductance result;
  result.east.assign(static_cast<std::size_t>(count), 0.0F);
  result.south = result.east;
  for (std::int64_t i = 0; i < count; ++i) {
    const auto at = static_cast<std::size_t>(i);
    if ((i + 1) % columns != 0) result.east[at] = between(i, i + 1);
    if (i + columns < count) result.south[at] = between(i, i + columns);
  }
  return result;
}

/// One explicit step in one row.
FATHOM_CLONES void diffuseRow(const Conductance& flow, float rate, const Field& from, Field& to,
                              std::int64_t row, std::int64_t rows, std::int64_t columns) {
  const std::int64_t base = row * columns;
  const std::int64_t up = row > 0 ? columns : 0, down = row + 1 < rows ? columns : 0;
  const float *u = from.data() + base, *east = flow.east.data() + base,
              *south = flow.south.data() + base, *north = south - up;
  float* out = to.data() + base;
  for (std::int64_t i = 0; i < columns; ++i) {
    out[i] = u[i] + rate * (south[i] * (u[i + down] - u[i]) + north[i] * (u[i - up] - u[i]));
  }
  for (std::int64_t i = 0; i + 1 < columns; ++i) out[i] += rate * east[i] * (u[i + 1] - u[i]);
  for (std::int64_t i = 1; i < columns; ++i) out[i] += rate * east[i - 1] * (u[i - 1] - u[i]);
}

/// Where each cell's block of pixels begins; one more entry than cells.
std::vector<std::int64_t> blocks(std::int64_t cells, std::int64_t pixels, double factor) {
  std::vector<std::int64_t> begins;
  for (std::int64_t i = 0; i < cells; ++i) {
    begins.push_back(
        std::min(pixels, static_cast<std::int64_t>(std::lround(factor * static_cast<double>(i)))));
  }
  begins.push_back(pixels);
  return begins;
}

/// Moves every block so that the pixel that was sampled has the cell's value again, as far as the
/// cell is believed.
void adjust(const GuidedJob& job, const std::vector<std::int64_t>& down,
            const std::vector<std::int64_t>& along, Field& u, const Progress& progress) {
  const Cells& cells = *job.cells;
  const std::int64_t cellColumns = cells.values.size(1), columns = job.size().width;
  const float* value = cells.values.const_data_ptr<float>();
  const float* trust = cells.confidence.const_data_ptr<float>();
  const auto block = [&](std::int64_t i, std::int64_t j) {
    const auto r = static_cast<std::size_t>(i), c = static_cast<std::size_t>(j);
    if (cells.rows[r] < 0 || cells.columns[c] < 0) return;
    const auto sampled = static_cast<std::size_t>(cells.rows[r] * columns + cells.columns[c]);
    const std::int64_t cell = i * cellColumns + j;
    const float move = trust[cell] * (value[cell] - u[sampled]);
    for (std::int64_t y = down[r]; y < down[r + 1]; ++y) {
      for (std::int64_t x = along[c]; x < along[c + 1]; ++x) {
        u[static_cast<std::size_t>(y * columns + x)] += move;
      }
    }
  };
  for (std::int64_t i = 0; i < cells.values.size(0); ++i) {
    progress.checkpoint();
    for (std::int64_t j = 0; j < cellColumns; ++j) block(i, j);
  }
}

at::Tensor solve(const GuidedJob& job, const Values& values, const Progress& progress) {
  const Size size = job.size();
  const Conductance flow = conductanceOf(job.rgb, real(values, "kappa"));
  const auto rate = static_cast<float>(real(values, "rate"));
  const std::int64_t iterations = integer(values, "iterations");
  const std::int64_t every = integer(values, "adjust_every");
  const auto down = blocks(job.low.levels.size(0), size.height, job.low.factorY);
  const auto along = blocks(job.low.levels.size(1), size.width, job.low.factorX);
  const float* start = job.start.values.const_data_ptr<float>();
  Field u(start, start + job.start.values.numel()), next(u.size());
  for (std::int64_t i = 0; i < iterations; ++i) {
    progress.at(double(i) / double(iterations), "diffusing");
    forRows(size.height, size.width, progress, [&](std::int64_t from, std::int64_t to) {
      for (std::int64_t row = from; row < to; ++row) {
        diffuseRow(flow, rate, u, next, row, size.height, size.width);
      }
    });
    std::swap(u, next);
    const bool due = every > 0 && (i + 1) % every == 0;
    if (due && job.cells) adjust(job, down, along, u, progress);
  }
  at::Tensor result = at::empty_like(job.start.values);
  std::ranges::copy(u, result.mutable_data_ptr<float>());
  return result;
}

}  // namespace

void registerGuidedDiffusion(UpsamplerRegistry& registry) {
  UpsamplerInfo info;
  info.id = "guided_diffusion";
  info.title = "Guided anisotropic diffusion";
  info.summary =
      "Depth flows between pixels of like colour and stops at edges of the picture; every few "
      "steps "
      "the pixel that each cell was sampled at is set right again.";
  info.paper =
      "Daudt, Le Saux, Boulch, Gousseau: Guided Anisotropic Diffusion and Iterative Learning for "
      "Weakly Supervised Change Detection. CVPR Workshops 2019; with the adjustment of Metzger, "
      "Daudt, Schindler: Guided Depth Super-Resolution by Deep Anisotropic Diffusion. CVPR 2023";
  info.fidelity =
      "the picture alone guides (no learned features); blocks are set right at the pixel that was "
      "sampled, not in their mean, and by moving instead of multiplying";
  info.settings = {
      {"kappa", "κ", "", "mean difference of colours (white = 1) at which half the flow stops",
       Real{0.001, 1, 0.03, true}},
      {"rate", "Rate", "", "share that flows to each neighbour in a step; above ¼ it would swing",
       Real{0.01, 0.25, 0.24, false}},
      {"iterations", "Iterations", "", "steps of diffusion", Integer{1, 10000, 200}},
      {"adjust_every", "Adjust every", "steps", "0: never", Integer{0, 1000, 1}}};
  addGuided(registry, std::move(info), "inverse", solve);
}

}  // namespace fathom
