#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/error.h"
#include "core/metrics.h"

namespace fathom {

// p prediction, g truth; means over the pixels that count; p+ = max(p, 0.001 m).
const std::vector<MetricInfo>& metricInfos() {
  static const std::vector<MetricInfo> infos{
      {Metric::kMae, "MAE", "MAE", "m", "mean |p - g|",
       "AIM 2024 compressed depth upsampling report", true},
      {Metric::kRmse, "RMSE", "RMSE", "m", "sqrt(mean (p - g)^2)",
       "AIM 2024 compressed depth upsampling report", true},
      {Metric::kAbsRel, "AbsRel", "AbsRel", "", "mean |p - g| / g",
       "Eigen, Puhrsch and Fergus, NeurIPS 2014", true},
      {Metric::kSqRel, "SqRel", "SqRel", "m", "mean (p - g)^2 / g",
       "Eigen, Puhrsch and Fergus, NeurIPS 2014 (the KITTI kit divides by g^2)", true},
      {Metric::kIMae, "iMAE", "iMAE", "1/km", "1000 mean |1/p+ - 1/g|",
       "KITTI depth completion (Uhrig et al., 3DV 2017)", true},
      {Metric::kIRmse, "iRMSE", "iRMSE", "1/km", "1000 sqrt(mean (1/p+ - 1/g)^2)",
       "KITTI depth completion (Uhrig et al., 3DV 2017)", true},
      {Metric::kLog10, "log10", "log10", "", "mean |log10 p+ - log10 g|",
       "Saxena, Sun and Ng, PAMI 2009", true},
      {Metric::kRmseLog, "RMSElog", "RMSE log", "", "sqrt(mean (ln p+ - ln g)^2)",
       "Eigen, Puhrsch and Fergus, NeurIPS 2014", true},
      {Metric::kDelta1, "delta1", "δ1", "", "share of pixels with max(p+/g, g/p+) < 1.25",
       "Ladicky, Shi and Pollefeys, CVPR 2014", false},
      {Metric::kDelta2, "delta2", "δ2", "", "share of pixels with max(p+/g, g/p+) < 1.25^2",
       "Ladicky, Shi and Pollefeys, CVPR 2014", false},
      {Metric::kDelta3, "delta3", "δ3", "", "share of pixels with max(p+/g, g/p+) < 1.25^3",
       "Ladicky, Shi and Pollefeys, CVPR 2014", false},
      {Metric::kSiLog, "SILog", "SILog", "", "100 sqrt(mean e^2 - (mean e)^2), e = ln p+ - ln g",
       "Eigen, Puhrsch and Fergus, NeurIPS 2014, as in ZoeDepth and Marigold", true},
  };
  return infos;
}

const MetricInfo& metricInfo(std::string_view id) {
  std::vector<std::string> known;
  for (const MetricInfo& info : metricInfos()) {
    if (info.id == id) return info;
    known.push_back(info.id);
  }
  throw BadInput("there is no metric of this name", std::string(id),
                 fmt::format("Known are {}", fmt::join(known, ", ")));
}

}  // namespace fathom
