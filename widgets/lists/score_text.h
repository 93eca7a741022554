#pragma once

#include <QString>
#include <span>

namespace fathom {

/// Decimals that give the smallest of the values three significant digits and the largest at most
/// five, 0 to 5: one number for a column, so that its points stand under each other. NaN and
/// infinity are left out.
int columnDecimals(std::span<const double> values);

/// A number for a table: "5.62", "–" for NaN, "∞", "1e-07" where the decimals would show none of
/// it. The minus is a true one.
QString scoreText(double value, int decimals);

/// A count with three significant digits and its unit of thousands: "12.3 M", "949 k", "4.63 T",
/// "0"; "–" for NaN.
QString countText(double value);

/// "2 ms", "0.4 ms", "1.9 s", "2 min 5 s"; "–" for NaN.
QString durationText(double milliseconds);

}  // namespace fathom
