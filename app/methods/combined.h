#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/upsampler.h"

namespace fathom {

/// A method inside of another.
struct Member {
  std::string id, title;
  UpsamplerPtr method;
};

/// How an ensemble makes one depth of several.
enum class Combination { kMean, kMedian, kWeighted };
/// "mean", "median", "weighted". Throws BadInput.
Combination combinationFromText(const std::string& text);

/// Several methods, combined pixel by pixel; where a member has no value the others decide.
///   mean, median   of the members (median of an even number: the mean of the middle two)
///   weighted       by 1/σ²; a member that states no σ gets at every pixel the largest of the
///                  others' there; where none states any it is the mean, and the stamp says so
/// The uncertainty of the result: the members' spread, and their own variances where all (or with
/// weights, any) state them, as of a mixture.
class Ensemble : public Upsampler {
 public:
  Ensemble(std::vector<Member> members, Combination how);
  Prediction operator()(const UpsamplerInput& input, const Progress& progress) const override;

 private:
  std::vector<Member> members_;
  Combination how_;
};

/// One method after the other: each is given what the one before it made (UpsamplerInput::initial,
/// NaN where it has no value), and the last relative map that one before it made
/// (UpsamplerInput::relative). That map is an inner map of the chain's result, for chains of
/// chains.
class Chain : public Upsampler {
 public:
  explicit Chain(std::vector<Member> members) : members_(std::move(members)) {}
  Prediction operator()(const UpsamplerInput& input, const Progress& progress) const override;

 private:
  std::vector<Member> members_;
};

}  // namespace fathom
