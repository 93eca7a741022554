#include "app/methods/combined.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/full_like.h>
#include <ATen/ops/gather.h>
#include <ATen/ops/isnan.h>
#include <ATen/ops/nan_to_num.h>
#include <ATen/ops/sort.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/where.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <optional>

#include "core/error.h"

namespace fathom {
namespace {

constexpr double kNothing = std::numeric_limits<double>::quiet_NaN();

/// Metres, NaN where the prediction has no value.
at::Tensor valuesOf(const Prediction& made) {
  return made.depth.metres.masked_fill(counts(made.depth).logical_not(), kNothing);
}

void addRemark(std::string& to, const std::string& remark) {
  if (remark.empty()) return;
  if (!to.empty()) to += "; ";
  to += remark;
}

/// Runs one member. What it throws names it.
Prediction runMember(const Member& member, const UpsamplerInput& input, const Progress& progress) {
  progress.at(0, member.title);
  try {
    return (*member.method)(input, progress);
  } catch (const BadInput& error) {
    throw BadInput(member.id + ": " + error.problem(), error.subject(), error.remedy());
  } catch (const FileError& error) {
    throw FileError(member.id + ": " + error.problem(), error.subject(), error.remedy());
  } catch (const MissingResource& error) {
    throw MissingResource(member.id + ": " + error.problem(), error.subject(), error.remedy());
  }
}

/// Null where it has none.
const InnerMap* relativeOf(const Prediction& made) {
  const auto found = std::ranges::find(made.innerMaps, kRelativeMap, &InnerMap::id);
  return found == made.innerMaps.end() ? nullptr : &*found;
}

Progress partOf(const Progress& whole, std::size_t at, std::size_t count) {
  const auto share = [&](std::size_t i) {
    return static_cast<double>(i) / static_cast<double>(count);
  };
  return whole.part(share(at), share(at + 1));
}

/// What the members made, as n×H×W; NaN where there is nothing.
struct Stack {
  at::Tensor metres;
  at::Tensor sigma;        ///< where `stated` is 0: all NaN
  std::size_t stated = 0;  ///< members with an uncertainty
  at::Tensor valid;        ///< bool
};

Stack stacked(const std::vector<Prediction>& all) {
  std::vector<at::Tensor> metres, sigmas;
  Stack stack;
  for (const Prediction& made : all) {
    metres.push_back(valuesOf(made));
    stack.stated += made.uncertainty.has_value();
    sigmas.push_back(made.uncertainty ? *made.uncertainty : at::full_like(metres.back(), kNothing));
  }
  stack.metres = at::stack(metres);
  stack.valid = at::isnan(stack.metres).logical_not();
  constexpr double kLeastSigma = 1e-3;  // m: no member may have all the weight
  stack.sigma = at::stack(sigmas).masked_fill(stack.valid.logical_not(), kNothing);
  stack.sigma = stack.sigma.clamp_min(kLeastSigma);
  return stack;
}

/// σ for the members that state none: at each pixel the largest of the others'.
at::Tensor filledSigma(const Stack& stack) {
  const at::Tensor largest =
      at::nan_to_num(stack.sigma, 0.0, 0.0).amax({0}, true).expand_as(stack.sigma);
  const at::Tensor known = at::isnan(stack.sigma).logical_not();
  // Where no member has one they weigh alike.
  const at::Tensor fallback = at::where(largest.gt(0), largest, at::full_like(largest, 1.0));
  return at::where(known, stack.sigma, fallback);
}

at::Tensor weightedMean(const at::Tensor& values, const at::Tensor& weights) {
  const at::Tensor sum =
      at::where(weights.gt(0), values * weights, at::full_like(values, 0.0)).sum(0);
  return sum / weights.sum(0);  // 0/0: no member has a value
}

/// Of an even number: the mean of the middle two. NaN sorts to the end.
at::Tensor medianOf(const Stack& stack) {
  const at::Tensor sorted = std::get<0>(at::sort(stack.metres, 0));
  const at::Tensor count = stack.valid.sum({0}, true);
  const at::Tensor upper = count.floor_divide(2).clamp_max(stack.metres.size(0) - 1);
  const at::Tensor lower = (count - 1).clamp_min(0).floor_divide(2);
  const at::Tensor middle =
      (at::gather(sorted, 0, lower) + at::gather(sorted, 0, upper)).mul(0.5).squeeze(0);
  return middle.masked_fill(count.squeeze(0).eq(0), kNothing);
}

/// One standard deviation of the mixture of the members.
std::optional<at::Tensor> mixtureSigma(const Stack& stack, const at::Tensor& weights,
                                       const at::Tensor& centre, bool withOwn) {
  if (!withOwn && stack.metres.size(0) < 2) return {};
  at::Tensor variance = (stack.metres - centre).square();
  if (withOwn) variance = variance + filledSigma(stack).square();
  return weightedMean(variance, weights).sqrt();
}

}  // namespace

Combination combinationFromText(const std::string& text) {
  constexpr std::array kNames{"mean", "median", "weighted"};
  const auto found = std::ranges::find(kNames, text);
  if (found == kNames.end())
    throw BadInput(fmt::format("\"{}\" is no combination", text), "combine");
  return static_cast<Combination>(found - kNames.begin());
}

Ensemble::Ensemble(std::vector<Member> members, Combination how)
    : members_(std::move(members)), how_(how) {}

Prediction Ensemble::operator()(const UpsamplerInput& input, const Progress& progress) const {
  std::vector<Prediction> all;
  Prediction made;
  for (std::size_t i = 0; i < members_.size(); ++i) {
    all.push_back(runMember(members_[i], input, partOf(progress, i, members_.size())));
    if (all[i].depth.size() != all[0].depth.size()) {
      throw BadInput(
          fmt::format("{} and {} give maps of different sizes", members_[0].id, members_[i].id),
          input.sampleId);
    }
    made.milliseconds += all[i].milliseconds;
    addRemark(made.stamp, all[i].stamp.empty() ? "" : members_[i].id + ": " + all[i].stamp);
    made.innerMaps.push_back(
        {"member_" + members_[i].id, members_[i].title, "m", all[i].depth.metres});
  }
  progress.checkpoint();
  const Stack stack = stacked(all);
  const bool weighs = how_ == Combination::kWeighted && stack.stated > 0;
  if (how_ == Combination::kWeighted && stack.stated < members_.size()) {
    addRemark(made.stamp, weighs ? "σ of some members unknown: the largest of the others'"
                                 : "no member states σ: plain mean");
  }
  at::Tensor weights = stack.valid.to(stack.metres.scalar_type());
  if (weighs) weights = weights / filledSigma(stack).square();
  const at::Tensor centre =
      how_ == Combination::kMedian ? medianOf(stack) : weightedMean(stack.metres, weights);
  made.depth = makePrediction(centre);
  made.uncertainty =
      mixtureSigma(stack, weights, centre, weighs || stack.stated == members_.size());
  return made;
}

Prediction Chain::operator()(const UpsamplerInput& input, const Progress& progress) const {
  UpsamplerInput next = input;
  Prediction made;
  std::string stamp;
  std::vector<InnerMap> steps;
  at::Tensor relative;
  double milliseconds = 0;
  for (std::size_t i = 0; i < members_.size(); ++i) {
    made = runMember(members_[i], next, partOf(progress, i, members_.size()));
    milliseconds += made.milliseconds;
    addRemark(stamp, made.stamp.empty() ? "" : members_[i].id + ": " + made.stamp);
    if (i + 1 == members_.size()) break;
    next.initial = valuesOf(made);
    if (const InnerMap* map = relativeOf(made)) next.relative = relative = map->values;
    steps.push_back({fmt::format("step_{}_{}", i + 1, members_[i].id),
                     fmt::format("After {}", members_[i].title), "m", made.depth.metres});
  }
  made.milliseconds = milliseconds;
  made.stamp = std::move(stamp);
  made.innerMaps.insert(made.innerMaps.begin(), steps.begin(), steps.end());
  if (relative.defined() && !relativeOf(made)) made.innerMaps.push_back(relativeMap(relative));
  return made;
}

}  // namespace fathom
