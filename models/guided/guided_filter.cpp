#include <ATen/ops/empty_like.h>

#include <opencv2/ximgproc/edge_filter.hpp>

#include "models/guided/guided_method.h"
#include "models/guided/methods.h"
#include "models/guided/opencv.h"

namespace fathom {
namespace {

at::Tensor filter(const GuidedJob& job, const Values& values, const Progress& progress) {
  at::Tensor result = at::empty_like(job.start.values);
  runOpenCv("guidedFilter", [&] {
    cv::Mat filtered;
    // Of 8 bits, ε scaled to match: with colours in [0, 1], OpenCV takes nearly equal channels for
    // singular and blurs.
    const double epsilon = real(values, "epsilon") * 255 * 255;
    progress.checkpoint();
    cv::ximgproc::guidedFilter(interleaved(job.rgb), viewOf(job.start.values), filtered,
                               static_cast<int>(integer(values, "radius")), epsilon, CV_32F);
    filtered.copyTo(viewOf(result));
  });
  return result;
}

}  // namespace

void registerGuidedFilter(UpsamplerRegistry& registry) {
  UpsamplerInfo info;
  info.id = "guided_filter";
  info.title = "Guided filter";
  info.summary =
      "In every window the depth is an affine function of the colours; what overlapping windows "
      "say is averaged.";
  info.paper =
      "He, Sun, Tang: Guided Image Filtering. ECCV 2010; IEEE Transactions on Pattern Analysis and "
      "Machine Intelligence 35(6), 2013. doi:10.1109/TPAMI.2012.213";
  info.followsSliders = true;
  info.settings = {
      {"radius", "Radius", "px", "of the windows: 8 is 17×17 pixels", Integer{1, 64, 8}},
      {"epsilon", "ε", "",
       "variance of a colour (white = 1) below which a window counts as flat and is averaged; the "
       "paper's 0.02² for joint filtering",
       Real{1e-8, 1, 4e-4, true}}};
  addGuided(registry, std::move(info), "inverse", filter);
}

}  // namespace fathom
