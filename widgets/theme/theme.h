#pragma once

#include <QColor>
#include <QFont>
#include <QPalette>
#include <QString>

#include "widgets/theme/tokens.h"

namespace fathom {

/// Makes `tokens()` and `methodColour` answer for this theme; `applyTheme` calls it.
void setCurrentTheme(Theme theme);

/// `from` at part 0, `to` at part 1, opaque.
QColor mixed(const QColor& from, const QColor& to, double part);

/// WCAG contrast of two opaque colours, 1 to 21.
double contrast(const QColor& a, const QColor& b);

/// The palette of a theme, disabled colours included.
QPalette themePalette(Theme theme);

/// The one style sheet of the program, made from the tokens.
QString styleSheet(const Tokens& tokens);

/// Roboto, else Inter, Noto Sans or DejaVu Sans: the first that is installed and whose figures
/// share one width, so that numbers stand under each other.
/// @param pixels  text size in device-independent pixels
QFont themeFont(int pixels = kTextBody, QFont::Weight weight = QFont::Normal);

/// 11 px capitals of section heads (the style sheet cannot set capitals).
QFont headFont();

/// True where the user wants no motion: `setReducedMotion` was called so (the program's setting),
/// or else the environment variable FATHOM_REDUCED_MOTION is not 0. Qt 6.4 does not know what the
/// desktop says about it.
bool reducedMotion();
void setReducedMotion(bool reduced);

}  // namespace fathom
