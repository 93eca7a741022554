#pragma once

#include <string>
#include <vector>

#include "core/score_table.h"

namespace fathom::cli {

/// The means of the best-known metrics as a plain table that fits a terminal, one block per
/// protocol. Empty where there is nothing to show.
std::string scoreSummary(const std::vector<ScoreRow>& rows);

}  // namespace fathom::cli
