#include <ATen/ops/empty_like.h>

#include <cmath>
#include <opencv2/ximgproc/edge_filter.hpp>
#include <vector>

#include "core/host_device.h"
#include "models/guided/guide.h"
#include "models/guided/guided_method.h"
#include "models/guided/methods.h"
#include "models/guided/opencv.h"

namespace fathom {
namespace {

/// Sums of weights below this leave the enlarged map: no cell looks like the pixel at all.
constexpr float kLeastWeight = 1e-9F;

/// Along one axis: the first cell of each pixel's window, and the weights of its distances.
struct Window {
  int width = 0;
  std::vector<std::int32_t> first;
  std::vector<float> weight;  ///< pixels·width; 0 outside the map or where no pixel was sampled
};

Window windowOf(std::int64_t pixels, const std::vector<std::int64_t>& sampled, double factor,
                double phase, int radius, double sigma) {
  Window window;
  window.width = 2 * radius + 1;
  const auto cells = static_cast<std::int64_t>(sampled.size());
  for (std::int64_t pixel = 0; pixel < pixels; ++pixel) {
    const double position = (static_cast<double>(pixel) - phase) / factor;
    const auto first = static_cast<std::int64_t>(std::floor(position + 0.5)) - radius;
    window.first.push_back(static_cast<std::int32_t>(first));
    for (int k = 0; k < window.width; ++k) {
      const std::int64_t cell = first + k;
      const double away = (static_cast<double>(cell) - position) / sigma;
      const bool there = cell >= 0 && cell < cells && sampled[static_cast<std::size_t>(cell)] >= 0;
      window.weight.push_back(there ? static_cast<float>(std::exp(-away * away / 2)) : 0.0F);
    }
  }
  return window;
}

/// exp(−d²/2σ²) for a sum of three squared differences of 8 bits; d is their root mean square.
std::vector<float> similarities(double sigma) {
  std::vector<float> table;
  for (int sum = 0; sum <= 3 * 255 * 255; ++sum) {
    table.push_back(static_cast<float>(std::exp(-sum / (6 * sigma * sigma * 255 * 255))));
  }
  return table;
}

/// A cell as the loop reads it.
struct Voter {
  float value, confidence;
  std::int32_t red, green, blue;
};

std::vector<Voter> votersOf(const GuidedJob& job) {
  const Cells& cells = *job.cells;
  const std::int64_t columns = job.rgb.size(2), plane = job.rgb.size(1) * columns;
  const std::uint8_t* rgb = job.rgb.const_data_ptr<std::uint8_t>();
  std::vector<Voter> voters;
  for (std::size_t i = 0; i < cells.rows.size(); ++i) {
    for (std::size_t j = 0; j < cells.columns.size(); ++j) {
      const std::size_t cell = i * cells.columns.size() + j;
      const std::int64_t row = std::max<std::int64_t>(0, cells.rows[i]);
      const std::int64_t pixel = row * columns + std::max<std::int64_t>(0, cells.columns[j]);
      voters.push_back({cells.values.const_data_ptr<float>()[cell],
                        cells.confidence.const_data_ptr<float>()[cell], rgb[pixel],
                        rgb[pixel + plane], rgb[pixel + 2 * plane]});
    }
  }
  return voters;
}

/// What all rows of one job share.
struct Vote {
  const std::uint8_t* rgb;
  const float* start;
  float* out;
  std::int64_t rows, columns, cellRows, cellColumns;
  const Window &down, &along;
  const std::vector<Voter>& voters;
  const std::vector<float>& similarity;
};

float votePixel(const Vote& vote, std::int64_t row, std::int64_t column) {
  const std::int64_t pixel = row * vote.columns + column, plane = vote.rows * vote.columns;
  const std::int32_t red = vote.rgb[pixel], green = vote.rgb[pixel + plane],
                     blue = vote.rgb[pixel + 2 * plane];
  float sum = 0, weights = 0;
  for (int i = 0; i < vote.down.width; ++i) {
    const float down = vote.down.weight[static_cast<std::size_t>(row * vote.down.width + i)];
    if (down == 0) continue;
    const std::int64_t cellRow = vote.down.first[static_cast<std::size_t>(row)] + i;
    for (int j = 0; j < vote.along.width; ++j) {
      const float along =
          vote.along.weight[static_cast<std::size_t>(column * vote.along.width + j)];
      if (along == 0) continue;
      const std::int64_t cellColumn = vote.along.first[static_cast<std::size_t>(column)] + j;
      const Voter& voter =
          vote.voters[static_cast<std::size_t>(cellRow * vote.cellColumns + cellColumn)];
      const std::int32_t r = voter.red - red, g = voter.green - green, b = voter.blue - blue;
      const float alike = vote.similarity[static_cast<std::size_t>(r * r + g * g + b * b)];
      const float weight = down * along * alike * voter.confidence;
      sum += weight * voter.value;
      weights += weight;
    }
  }
  return weights > kLeastWeight ? sum / weights : vote.start[pixel];
}

at::Tensor upsample(const GuidedJob& job, const Values& values, const Progress& progress) {
  const auto radius = static_cast<int>(integer(values, "radius"));
  const double sigma = real(values, "sigma_spatial");
  const Cells& cells = *job.cells;
  const Window down =
      windowOf(job.size().height, cells.rows, job.low.factorY, job.low.phaseY, radius, sigma);
  const Window along =
      windowOf(job.size().width, cells.columns, job.low.factorX, job.low.phaseX, radius, sigma);
  const std::vector<Voter> voters = votersOf(job);
  const std::vector<float> similarity = similarities(real(values, "sigma_range"));
  at::Tensor result = at::empty_like(job.start.values);
  const Vote vote{job.rgb.const_data_ptr<std::uint8_t>(),
                  job.start.values.const_data_ptr<float>(),
                  result.mutable_data_ptr<float>(),
                  job.size().height,
                  job.size().width,
                  cells.values.size(0),
                  cells.values.size(1),
                  down,
                  along,
                  voters,
                  similarity};
  forRows(vote.rows, vote.columns, progress, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t row = begin; row < end; ++row) {
      for (std::int64_t column = 0; column < vote.columns; ++column) {
        vote.out[row * vote.columns + column] = votePixel(vote, row, column);
      }
    }
  });
  return result;
}

/// OpenCV's joint bilateral filter of confidence·value and of confidence, in one call.
at::Tensor refine(const GuidedJob& job, const Values& values, const Progress& progress) {
  const double sigma = real(values, "sigma_spatial") * std::sqrt(job.low.factorX * job.low.factorY);
  const auto reach = static_cast<int>(std::ceil(2 * sigma));
  // OpenCV's distance is the sum of the channels' differences; ours their root mean square.
  const double sigmaColour = 3 * real(values, "sigma_range");
  at::Tensor result = at::empty_like(job.start.values);
  runOpenCv("jointBilateralFilter", [&] {
    cv::Mat guide, both, filtered;
    interleaved(job.rgb).convertTo(guide, CV_32F, 1.0 / 255);
    const cv::Mat value = viewOf(job.start.values), trust = viewOf(job.start.confidence);
    cv::merge(std::vector<cv::Mat>{value.mul(trust), trust, cv::Mat::zeros(value.size(), CV_32F)},
              both);
    progress.checkpoint();
    cv::ximgproc::jointBilateralFilter(guide, both, filtered, 2 * reach + 1, sigmaColour, sigma);
    float* out = result.mutable_data_ptr<float>();
    for (int row = 0; row < filtered.rows; ++row) {
      for (int column = 0; column < filtered.cols; ++column) {
        const auto& pixel = filtered.at<cv::Vec3f>(row, column);
        *out++ = pixel[1] > kLeastWeight ? pixel[0] / pixel[1] : value.at<float>(row, column);
      }
    }
  });
  return result;
}

}  // namespace

void registerJointBilateral(UpsamplerRegistry& registry) {
  UpsamplerInfo info;
  info.id = "joint_bilateral";
  info.title = "Joint bilateral upsampling";
  info.summary =
      "Every pixel is the mean of the cells around it, weighted by distance and by how much the "
      "colour where they were sampled resembles its own.";
  info.paper =
      "Kopf, Cohen, Lischinski, Uyttendaele: Joint Bilateral Upsampling. ACM Transactions on "
      "Graphics 26(3), 2007. doi:10.1145/1276377.1276497";
  info.followsSliders = true;
  info.settings = {
      {"sigma_spatial", "σ distance", "cells", "how far a cell's say reaches, in transmitted cells",
       Real{0.1, 4, 0.5, true}},
      {"sigma_range", "σ colour", "",
       "how different colours may be, root mean square of the channels, 1 = white against black",
       Real{0.005, 1, 0.1, true}},
      {"radius", "Radius", "cells", "of the window of cells around a pixel: 2 is 5×5",
       Integer{1, 4, 2}}};
  addGuided(registry, std::move(info), "inverse",
            [](const GuidedJob& job, const Values& values, const Progress& progress) {
              return job.cells ? upsample(job, values, progress) : refine(job, values, progress);
            });
}

}  // namespace fathom
