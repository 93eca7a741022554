#pragma once

#include <cstdint>

#include "core/elementary.h"
#include "core/host_device.h"

namespace fathom {

/// What scoring reads, on any device, and the protocol as plain numbers.
struct ScoreJob {
  const float* prediction;               ///< pixels, metres
  const std::uint8_t* predictionReason;  ///< values of Reason
  const float* truth;
  const std::uint8_t* truthReason;
  std::int64_t pixels;
  double clampLow, clampHigh;  ///< both maps; infinite where nothing is clamped
  double farthest;             ///< truth beyond it does not count; infinite where nothing is masked
};

/// What is summed over pixels; kTermCount numbers in this order.
enum Term {
  kAbs,
  kSq,
  kRel,
  kSqRel,
  kInvAbs,
  kInvSq,
  kLogAbs,
  kLogSq,
  kLogSum,
  kWithin1,
  kWithin2,
  kWithin3,
  kCounted,
  kWithoutValue,
  kTermCount
};

FATHOM_HD inline bool reasonCounts(std::uint8_t reason) {
  return (reason != 1) & (reason != 4);
}

/// 1 or 0. By way of int: vector units convert bytes to int to float, but not choices between them.
FATHOM_HD inline float countsAsNumber(std::uint8_t reason) {
  const int value = reason;
  return static_cast<float>((value != 1) & (value != 4));
}

/// A prediction and the truth of one pixel, clamped as the protocol says. A pixel that does not
/// count is 1 m against 1 m, which adds nothing to any sum of errors.
struct ScorePair {
  double p, g;
  double counted;  ///< 1 or 0
  double wanted;   ///< 1 or 0: the protocol counts it, whether or not there is a prediction
};

/// No branches here and below: loops over pixels become vector code.
/// @param truthCounts, givenCounts  countsAsNumber of the reasons
FATHOM_HD inline ScorePair scorePair(const ScoreJob& job, double truth, double given,
                                     double truthCounts, double givenCounts) {
  const double wanted = truth <= job.farthest ? truthCounts : 0.0;
  const double counted = wanted * (given == given ? givenCounts : 0.0);
  double g = counted > 0 ? truth : 1.0, p = counted > 0 ? given : 1.0;
  g = g < job.clampLow ? job.clampLow : g;
  g = g > job.clampHigh ? job.clampHigh : g;
  p = p < job.clampLow ? job.clampLow : p;
  p = p > job.clampHigh ? job.clampHigh : p;
  return {p, g, counted, wanted};
}

/// The terms of one pixel before kCounted into terms[term·stride].
FATHOM_HD inline void scoreTerms(const ScorePair& pair, double* terms, std::int64_t stride) {
  const double p = pair.p, g = pair.g;
  const double positive = p > 0.001 ? p : 0.001;  // for logarithms, inverses and ratios
  const double error = p - g, inverse = 1.0 / g;
  const double inverseError = 1.0 / positive - inverse;
  const double logError = portableLog(positive / g);
  const double absolute = fabs(error);
  // max(p/g, g/p) < t as a product: for float32 depths it is exact, so no pixel that lies on a
  // threshold falls to the other side.
  const double larger = positive > g ? positive : g, smaller = positive < g ? positive : g;
  terms[kAbs * stride] = absolute;
  terms[kSq * stride] = error * error;
  terms[kRel * stride] = absolute * inverse;
  terms[kSqRel * stride] = error * error * inverse;
  terms[kInvAbs * stride] = fabs(inverseError);
  terms[kInvSq * stride] = inverseError * inverseError;
  terms[kLogAbs * stride] = fabs(logError);
  terms[kLogSq * stride] = logError * logError;
  terms[kLogSum * stride] = logError;
  terms[kWithin1 * stride] = larger < 1.25 * smaller ? pair.counted : 0.0;
  terms[kWithin2 * stride] = larger < 1.5625 * smaller ? pair.counted : 0.0;
  terms[kWithin3 * stride] = larger < 1.953125 * smaller ? pair.counted : 0.0;
}

/// What an error map reads and writes; kind as in ErrorKind.
struct ErrorJob {
  ScoreJob score;
  float* out;
  int kind;
};

FATHOM_HD inline void errorPixel(const ErrorJob& job, std::int64_t pixel) {
  const ScoreJob& score = job.score;
  const double truth = score.truth[pixel], given = score.prediction[pixel];
  const bool counted = reasonCounts(score.truthReason[pixel]) & (truth <= score.farthest) &
                       reasonCounts(score.predictionReason[pixel]);
  const double low = score.clampLow, high = score.clampHigh;
  const double g = truth < low ? low : truth > high ? high : truth;
  const double p = given < low ? low : given > high ? high : given;
  const double error = p - g, absolute = fabs(error);
  const double value = job.kind == 1 ? error : job.kind == 2 ? absolute / g : absolute;
  job.out[pixel] =
      counted ? static_cast<float>(value) : static_cast<float>(doubleOf(0x7ff8000000000000ull));
}

#ifdef FATHOM_WITH_CUDA
inline constexpr int kScoreBlocks = 240;
/// Sums of all terms: kScoreBlocks rows of kTermCount numbers into `sums`, on the device.
int launchScore(const ScoreJob& job, double* sums, void* stream);
int launchErrorMap(const ErrorJob& job, void* stream);
#endif

}  // namespace fathom
