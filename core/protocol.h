#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fathom {

/// What counts when a prediction is scored. Every number carries the name of its protocol.
///   plain    all pixels that count, values untouched
///   clip-C   truth and prediction clamped to [0, C] metres
///   mask-C   only pixels whose truth is at most C metres, prediction untouched
/// A pixel counts where the truth counts and the prediction has a value.
struct Protocol {
  std::string id = "plain";
  std::string title = "plain";
  std::optional<double> clip;  ///< metres
  std::optional<double> mask;  ///< metres
  std::string explain() const;  ///< one sentence for a tooltip or a table's foot
};

/// The protocols that are listed: plain, clip-20, mask-20, clip-80, clip-300.
const std::vector<Protocol>& protocols();

/// "plain", "clip-C" or "mask-C" for any C > 0. Throws BadInput that says what is known.
Protocol protocolFromText(std::string_view id);

}  // namespace fathom
