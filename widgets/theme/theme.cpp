#include "widgets/theme/theme.h"

#include <QApplication>
#include <QFontDatabase>
#include <QFontMetricsF>
#include <QToolTip>
#include <algorithm>
#include <cmath>
#include <optional>

#include "widgets/theme/style.h"

namespace fathom {
namespace {

std::optional<bool> reducedMotionChoice;

double luminance(const QColor& colour) {
  const auto linear = [](double channel) {
    return channel <= 0.04045 ? channel / 12.92 : std::pow((channel + 0.055) / 1.055, 2.4);
  };
  return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) +
         0.0722 * linear(colour.blueF());
}

bool hasTabularFigures(const QString& family) {
  QFont font(family);
  font.setPixelSize(64);
  const QFontMetricsF metrics(font);
  const double width = metrics.horizontalAdvance(QLatin1Char('0'));
  for (char digit = '1'; digit <= '9'; ++digit) {
    if (std::abs(metrics.horizontalAdvance(QLatin1Char(digit)) - width) > 0.01) return false;
  }
  return true;
}

const QString& chosenFamily() {
  static const QString kFamily = [] {
    const QStringList installed = QFontDatabase::families();
    for (const char* name : {"Roboto", "Inter", "Noto Sans", "DejaVu Sans"}) {
      const QString family = QString::fromLatin1(name);
      if (installed.contains(family) && hasTabularFigures(family)) return family;
    }
    return QFontDatabase::systemFont(QFontDatabase::GeneralFont).family();
  }();
  return kFamily;
}

}  // namespace

double contrast(const QColor& a, const QColor& b) {
  const auto [dark, light] = std::minmax({luminance(a), luminance(b)});
  return (light + 0.05) / (dark + 0.05);
}

QPalette themePalette(Theme theme) {
  const Tokens& t = tokens(theme);
  QPalette palette;
  palette.setColor(QPalette::Window, t.panel);
  palette.setColor(QPalette::WindowText, t.text);
  palette.setColor(QPalette::Base, theme == Theme::kDark ? t.background : t.raise);
  palette.setColor(QPalette::AlternateBase, t.background);
  palette.setColor(QPalette::Text, t.text);
  palette.setColor(QPalette::Button, t.raise);
  palette.setColor(QPalette::ButtonText, t.text);
  palette.setColor(QPalette::BrightText, t.bad);
  palette.setColor(QPalette::ToolTipBase, t.raise);
  palette.setColor(QPalette::ToolTipText, t.text);
  palette.setColor(QPalette::PlaceholderText, t.mute);
  palette.setColor(QPalette::Highlight, t.accentSoft);
  palette.setColor(QPalette::HighlightedText, t.text);
  palette.setColor(QPalette::Link, t.accent);
  palette.setColor(QPalette::LinkVisited, t.accent);
  palette.setColor(QPalette::Light, mixed(t.panel, t.text, 0.12));
  palette.setColor(QPalette::Midlight, mixed(t.panel, t.text, 0.06));
  palette.setColor(QPalette::Mid, t.line);
  palette.setColor(QPalette::Dark, mixed(t.line, t.text, 0.2));
  palette.setColor(QPalette::Shadow, QColor(0, 0, 0));
  for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText,
                          QPalette::HighlightedText, QPalette::Link}) {
    palette.setColor(QPalette::Disabled, role, t.faint);
  }
  palette.setColor(QPalette::Disabled, QPalette::Highlight, t.line);
  return palette;
}

QFont themeFont(int pixels, QFont::Weight weight) {
  QFont font(chosenFamily());
  font.setPixelSize(pixels);
  font.setWeight(weight);
  font.setStyleHint(QFont::SansSerif);
  return font;
}

QFont headFont() {
  QFont font = themeFont(kTextHead, QFont::Medium);
  font.setCapitalization(QFont::AllUppercase);
  font.setLetterSpacing(QFont::AbsoluteSpacing, 0.5);
  return font;
}

bool reducedMotion() {
  if (reducedMotionChoice) return *reducedMotionChoice;
  return qEnvironmentVariableIntValue("FATHOM_REDUCED_MOTION") != 0;
}

void setReducedMotion(bool reduced) {
  reducedMotionChoice = reduced;
}

void applyTheme(QApplication& application, Theme theme) {
  setCurrentTheme(theme);
  application.setStyleSheet({});
  application.setStyle(new ThemeStyle);
  const QPalette palette = themePalette(theme);
  application.setPalette(palette);
  QToolTip::setPalette(palette);
  application.setFont(themeFont());
  QToolTip::setFont(themeFont(kTextSecondary));
  application.setStyleSheet(styleSheet(tokens(theme)));
}

}  // namespace fathom
