#pragma once

#include <ATen/ops/arange.h>
#include <ATen/ops/full.h>
#include <ATen/ops/zeros.h>

#include <atomic>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/sample_source.h"

/// Samples of 16×24 pixels in memory; what else happens when one is loaded can be set.
class MadeUpSource : public fathom::SampleSource {
 public:
  explicit MadeUpSource(std::size_t count) : has(count, {true, true}) {}

  std::vector<fathom::SampleFacts> has;               ///< what load() gives
  std::map<std::size_t, fathom::SampleFacts> claims;  ///< what facts() says, where it differs
  std::map<std::size_t, std::function<void(const fathom::Progress&)>> before;
  bool trajectory = false;  ///< all samples are frames of one, with poses; else there is none
  mutable std::atomic<std::size_t> begun{0};  ///< loadings so far

  std::string title() const override { return "made up"; }
  std::size_t size() const override { return has.size(); }
  std::string id(std::size_t index) const override { return "made-" + std::to_string(index); }
  fathom::SampleFacts facts(std::size_t index) const override {
    const auto claim = claims.find(index);
    return claim == claims.end() ? has[index] : claim->second;
  }
  fathom::Sample load(std::size_t index, const fathom::Progress& progress) const override {
    ++begun;
    if (const auto first = before.find(index); first != before.end()) first->second(progress);
    fathom::Sample sample;
    sample.id = id(index);
    sample.rgb = at::zeros({3, 16, 24}, at::kByte);
    if (has[index].hasTruth) {
      const double least = 20.0 + static_cast<double>(index);
      sample.truth =
          fathom::makeDepthMap(at::arange(16 * 24, at::kFloat).add(least).view({16, 24}));
    }
    if (has[index].hasLow) {
      sample.low = fathom::LowDepth{at::full({2, 3}, 2.0, at::kFloat), 16.0, 8, 8, 4, 4};
    }
    if (trajectory) {
      sample.pose = fathom::Pose{{static_cast<double>(index), 0, 0}, {0, 0, 0, 1}};
      sample.intrinsics = fathom::Intrinsics{};
    }
    return sample;
  }
  std::vector<std::size_t> framesAround(std::size_t index,
                                        fathom::FramesWanted wanted) const override {
    if (!trajectory) return {};
    return fathom::framesOfSpan(index, 0, size(), wanted);
  }
  fathom::Thumbnail thumbnail(std::size_t) const override { return {}; }
};
