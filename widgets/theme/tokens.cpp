#include "widgets/theme/tokens.h"

#include <array>

#include "widgets/theme/theme.h"

namespace fathom {
namespace {

const Tokens& darkTokens() {
  static const Tokens kTokens{
      .background = QColor(0x1b1d21),
      .panel = QColor(0x212429),
      .raise = QColor(0x2a2e34),
      .pane = QColor(0x141518),
      .line = QColor(0x33383f),
      .text = QColor(0xdfe3e8),
      .mute = QColor(0x949ca6),
      .faint = QColor(0x6b737d),
      .accent = QColor(0x4c9be8),
      .accentSoft = QColor(0x264a6e),
      .textOnAccent = QColor(0x1b1d21),
      .good = QColor(0x5cb88a),
      .warn = QColor(0xd9a441),
      .bad = QColor(0xe08a7a),
  };
  return kTokens;
}

const Tokens& lightTokens() {
  static const Tokens kTokens{
      .background = QColor(0xf1f2f4),
      .panel = QColor(0xfafbfc),
      .raise = QColor(0xffffff),
      .pane = QColor(0xe3e5e8),
      .line = QColor(0xd7dbe0),
      .text = QColor(0x1f2328),
      .mute = QColor(0x5c6570),
      .faint = QColor(0x8a939d),
      .accent = QColor(0x1f6fbf),
      .accentSoft = QColor(0xd6e7f8),
      .textOnAccent = QColor(0xffffff),
      .good = QColor(0x1f7a4d),
      .warn = QColor(0x9a6700),
      .bad = QColor(0xb3402e),
  };
  return kTokens;
}

// The hues of Okabe and Ito's set, told apart by every common form of colour blindness, with
// lightness moved so that each stands out by 3 : 1 at least from the theme's panels. A second
// round follows, moved towards the text colour.
constexpr std::array<QRgb, 8> kMethodsDark = {0xa7afb8, 0xe69f00, 0x56b4e9, 0xcc79a7,
                                              0x1fb58a, 0xf0e442, 0xe8743b, 0x8f8ff0};
constexpr std::array<QRgb, 8> kMethodsLight = {0x6b7480, 0xb98300, 0x2b8fcb, 0xb0558a,
                                               0x00805c, 0x5f7300, 0xc43c00, 0x4a4ac4};

Theme appliedTheme = Theme::kDark;

}  // namespace

const Tokens& tokens(Theme theme) {
  return theme == Theme::kDark ? darkTokens() : lightTokens();
}

const Tokens& tokens() {
  return tokens(appliedTheme);
}

Theme currentTheme() {
  return appliedTheme;
}

void setCurrentTheme(Theme theme) {
  appliedTheme = theme;
}

QColor mixed(const QColor& from, const QColor& to, double part) {
  const auto channel = [part](int a, int b) { return qRound(a + (b - a) * part); };
  return QColor(channel(from.red(), to.red()), channel(from.green(), to.green()),
                channel(from.blue(), to.blue()));
}

QColor methodColour(int index) {
  const auto& colours = appliedTheme == Theme::kDark ? kMethodsDark : kMethodsLight;
  const int count = static_cast<int>(colours.size());
  if (index < 0) return tokens().mute;
  const QColor base(colours[static_cast<std::size_t>(index % count)]);
  const bool secondRound = (index / count) % 2 == 1;
  return secondRound ? mixed(base, tokens().text, 0.4) : base;
}

}  // namespace fathom
