#pragma once

#include <QColor>
#include <QString>

class QApplication;

namespace fathom {

/// Dark or light; the window follows the desktop unless told otherwise.
enum class Theme { kDark, kLight };

/// Every colour of the window, by what it is for. The one place that holds them: style sheet,
/// palette and painters read it.
struct Tokens {
  QColor background;  ///< window
  QColor panel;       ///< docks
  QColor raise;       ///< fields, pop-ups
  QColor pane;        ///< around images: neutral grey, never coloured
  QColor line;        ///< 1 px separators, field borders
  QColor text;
  QColor mute;        ///< secondary text, still 4.5 : 1
  QColor faint;       ///< disabled, decoration
  QColor accent;      ///< selection, focus ring, running bar
  QColor accentSoft;  ///< background of what is selected
  QColor textOnAccent;
  QColor good, warn, bad;  ///< always beside a sign or a word
};
const Tokens& tokens(Theme theme);
/// Those of the theme that was applied last.
const Tokens& tokens();
Theme currentTheme();

/// Spacing 4-8-12-16; radii and text sizes in device-independent pixels.
inline constexpr int kRadius = 6, kRadiusPopup = 8;
inline constexpr int kTextBody = 13, kTextSecondary = 12, kTextHead = 11;
inline constexpr int kTopBarHeight = 44, kLeftWidth = 264, kRightWidth = 312, kColourBarHeight = 58,
                     kBottomHeight = 214, kStatusHeight = 24;

/// The colour a method keeps in every table, plot and overlay: a colour-blind-safe set, by the
/// method's place in the registry.
QColor methodColour(int index);
/// From here on they come again.
inline constexpr int kMethodColours = 16;

/// Fusion style, palette, font and one style sheet made from the tokens, for the whole program.
void applyTheme(QApplication& application, Theme theme);

}  // namespace fathom
