#pragma once

#include <QString>

namespace fathom {

/// "3.8", "16", "0.05": the shortest text that tells a tick from its neighbours.
/// @param digits  significant digits
QString tickText(double value, int digits = 3);

/// "11.82 m"; "–" where the value is not finite.
QString metresText(double metres);

/// "+0.31", "−3.82", "0.00" with a true minus sign; "–" where the value is not finite.
QString signedText(double value, int decimals = 2);

}  // namespace fathom
