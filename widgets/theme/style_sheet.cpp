#include <QHash>
#include <QRegularExpression>

#include "widgets/theme/theme.h"

namespace fathom {
namespace {

// @name stands for a token or a measure; every one is replaced, and a test holds that none is left.
constexpr char kWindow[] = R"(
QMainWindow, QDialog { background: @panel; }
QMainWindow::separator { background: @line; width: 1px; height: 1px; }
QMainWindow::separator:hover { background: @accent; }
QSplitter::handle { background: transparent; }
QSplitter::handle:horizontal { border-left: 1px solid @line; }
QSplitter::handle:vertical { border-top: 1px solid @line; }
QSplitter::handle:horizontal:hover, QSplitter::handle:vertical:hover { border-color: @accent; }
QDockWidget { color: @mute; font-size: @secondarypx; }
QDockWidget::title { background: @panel; padding: 8px 12px; text-align: left; }
QStatusBar { background: @background; color: @mute; border-top: 1px solid @line;
  font-size: @secondarypx; min-height: @statuspx; }
QStatusBar::item { border: none; }
QStatusBar QLabel { color: @mute; padding: 0 6px; }
QToolBar { background: @background; border: none; border-bottom: 1px solid @line;
  spacing: 8px; padding: 8px; }
QToolBar::separator { background: @line; width: 1px; margin: 10px 4px; }
QToolTip { background: @raise; color: @text; border: 1px solid @line; padding: 4px 6px; }
QFrame[card="true"] { background: @card; border: 1px solid @line; border-radius: @radiuspx; }
QFrame[card="true"] QLabel { background: transparent; }
QFrame[line="true"] { background: @line; border: none; max-height: 1px; }
QScrollArea { background: transparent; border: none; }
QLabel[head="true"] { color: @mute; font-size: @headpx; font-weight: 600; letter-spacing: 0.5px; }
QLabel[mute="true"] { color: @mute; font-size: @secondarypx; }
QLabel[warn="true"] { color: @warn; }
QLabel[bad="true"] { color: @bad; }
QLabel[good="true"] { color: @good; }
)";

constexpr char kMenus[] = R"(
QMenuBar { background: @background; color: @text; border-bottom: 1px solid @line; padding: 2px 6px; }
QMenuBar::item { background: transparent; padding: 4px 8px; border-radius: 4px; }
QMenuBar::item:selected { background: @hover; }
QMenuBar::item:pressed { background: @accentSoft; }
QMenu { background: @raise; color: @text; border: 1px solid @line; padding: 4px; }
QMenu::item { padding: 5px 24px 5px 10px; border-radius: 4px; border: none; }
QMenu::item:selected { background: @accentSoft; }
QMenu::item:disabled { color: @faint; }
QMenu::icon { padding-left: 8px; }
QMenu::separator { height: 1px; background: @line; margin: 4px 8px; }
)";

constexpr char kButtons[] = R"(
QPushButton { background: @raise; color: @text; border: 1px solid @line; border-radius: @radiuspx;
  padding: 0 12px; min-height: 26px; }
QPushButton:hover { background: @hover; border-color: @hoverLine; }
QPushButton:pressed { background: @accentSoft; }
QPushButton:checked { background: @accentSoft; border-color: @accent; }
QPushButton:focus { border-color: @accent; }
QPushButton:disabled { color: @faint; background: @panel; }
QPushButton[accent="true"] { background: @accent; color: @textOnAccent; border-color: @accent;
  font-weight: 600; }
QPushButton[accent="true"]:hover { background: @accentHover; border-color: @accentHover; }
QPushButton[accent="true"]:pressed { background: @accentPress; border-color: @accentPress; }
QPushButton[accent="true"]:focus { border-color: @text; }
QPushButton[accent="true"]:disabled { background: @line; color: @faint; border-color: @line; }
QPushButton[flat="true"] { background: transparent; border-color: transparent; }
QPushButton[flat="true"]:hover { background: @hover; }
QPushButton[flat="true"]:focus { border-color: @accent; }
QToolButton { background: transparent; color: @text; border: 1px solid transparent;
  border-radius: @radiuspx; padding: 3px 6px; min-height: 20px; }
QToolButton:hover { background: @hover; }
QToolButton:pressed, QToolButton:checked { background: @accentSoft; }
QToolButton:focus { border-color: @accent; }
QToolButton:disabled { color: @faint; }
QToolButton[popupMode="2"] { background: @raise; border: 1px solid @line; padding: 3px 20px 3px 10px; }
QToolButton[popupMode="2"]:hover { background: @hover; border-color: @hoverLine; }
QToolButton[popupMode="2"]:focus { border-color: @accent; }
QToolButton[popupMode="2"]::menu-indicator { subcontrol-origin: padding;
  subcontrol-position: center right; right: 8px; width: 8px; height: 8px; }
)";

// A field of a segmented control: its place in the row says which corners are round.
constexpr char kSegments[] = R"(
QToolButton[segment] { background: @raise; color: @mute; border: 1px solid @line; border-radius: 0;
  padding: 0 12px; min-height: 26px; }
QToolButton[segment]:hover { background: @hover; color: @text; }
QToolButton[segment]:checked { background: @accentSoft; color: @text; }
QToolButton[segment]:focus { border-color: @accent; }
QToolButton[segment]:disabled { color: @faint; }
QToolButton[segment="first"] { border-top-left-radius: @radiuspx; border-bottom-left-radius: @radiuspx; }
QToolButton[segment="middle"], QToolButton[segment="last"] { border-left-width: 0; }
QToolButton[segment="middle"]:focus, QToolButton[segment="last"]:focus { border-left-width: 1px; }
QToolButton[segment="last"] { border-top-right-radius: @radiuspx; border-bottom-right-radius: @radiuspx; }
QToolButton[segment="only"] { border-radius: @radiuspx; }
)";

constexpr char kFields[] = R"(
QLineEdit, QPlainTextEdit, QTextEdit { background: @field; color: @text; border: 1px solid @line;
  border-radius: @radiuspx; selection-background-color: @accentSoft; selection-color: @text; }
QLineEdit { padding: 0 8px; min-height: 26px; }
QLineEdit:hover { border-color: @hoverLine; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus { border-color: @accent; }
QLineEdit:disabled { color: @faint; background: @panel; }
QLineEdit[invalid="true"], QAbstractSpinBox[invalid="true"] { border-color: @bad; }
QAbstractSpinBox QLineEdit, QComboBox QLineEdit { background: transparent; border: none;
  border-radius: 0; padding: 0; min-height: 0; }
QComboBox QAbstractItemView { background: @raise; border: 1px solid @line; padding: 4px;
  outline: none; selection-background-color: @accentSoft; selection-color: @text; }
QComboBox QAbstractItemView::item { min-height: 24px; padding: 0 6px; border-radius: 4px; }
QComboBox QAbstractItemView::item:selected { background: @accentSoft; color: @text; }
QAbstractSpinBox { min-height: 22px; }
QCheckBox, QRadioButton { color: @text; background: transparent; }
QCheckBox:disabled, QRadioButton:disabled { color: @faint; }
QSlider { background: transparent; min-height: 18px; }
QSlider:vertical { min-height: 0; min-width: 18px; }
QSlider::groove:horizontal { height: 4px; border-radius: 2px; background: @groove; }
QSlider::sub-page:horizontal { height: 4px; border-radius: 2px; background: @accent; }
QSlider::handle:horizontal { width: 14px; height: 14px; margin: -5px 0; border-radius: 7px;
  background: @handle; border: none; }
QSlider::groove:vertical { width: 4px; border-radius: 2px; background: @groove; }
QSlider::add-page:vertical { width: 4px; border-radius: 2px; background: @accent; }
QSlider::handle:vertical { width: 14px; height: 14px; margin: 0 -5px; border-radius: 7px;
  background: @handle; border: none; }
QSlider::handle:horizontal:hover, QSlider::handle:vertical:hover { background: @text; }
QSlider::handle:horizontal:focus, QSlider::handle:vertical:focus { background: @handle;
  border: 2px solid @accent; width: 10px; height: 10px; }
QSlider::sub-page:horizontal:disabled, QSlider::add-page:vertical:disabled { background: @faint; }
QSlider::handle:horizontal:disabled, QSlider::handle:vertical:disabled { background: @faint; }
QProgressBar { background: @groove; border: none; border-radius: 2px; max-height: 4px;
  min-height: 4px; color: transparent; }
QProgressBar::chunk { background: @accent; border-radius: 2px; }
QGroupBox { border: none; margin-top: 20px; font-size: @headpx; color: @mute; }
QGroupBox::title { subcontrol-origin: margin; left: 0; top: 0; }
)";

constexpr char kLists[] = R"(
QTabWidget::pane { border: none; border-top: 1px solid @line; }
QTabBar { background: transparent; qproperty-drawBase: 0; }
QTabBar::tab { background: transparent; color: @mute; padding: 0 12px; min-height: 34px;
  border: none; border-bottom: 2px solid transparent; }
QTabBar::tab:hover { color: @text; }
QTabBar::tab:selected { color: @text; border-bottom-color: @accent; }
QTabBar::tab:focus { color: @accent; }
QTabBar::tab:disabled { color: @faint; }
QAbstractItemView { background: @panel; color: @text; border: none; outline: none;
  alternate-background-color: @background; gridline-color: @line;
  selection-background-color: @accentSoft; selection-color: @text; }
QAbstractItemView::item { border: none; padding: 2px 8px; min-height: 22px; }
QAbstractItemView::item:hover { background: @hover; }
QAbstractItemView::item:selected { background: @accentSoft; color: @text; }
QHeaderView { background: @panel; border: none; }
QHeaderView::section { background: @panel; color: @mute; border: none;
  border-bottom: 1px solid @line; padding: 6px 8px; font-size: @headpx; font-weight: 600; }
QHeaderView::section:hover { color: @text; }
QTableCornerButton::section { background: @panel; border: none; border-bottom: 1px solid @line; }
QScrollBar { background: transparent; border: none; margin: 0; }
QScrollBar:vertical { width: 10px; }
QScrollBar:horizontal { height: 10px; }
QScrollBar::handle { background: @scroll; border: 2px solid @panel; border-radius: 5px; }
QScrollBar::handle:vertical { min-height: 28px; }
QScrollBar::handle:horizontal { min-width: 28px; }
QScrollBar::handle:hover { background: @mute; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; border: none; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QAbstractScrollArea::corner { background: transparent; border: none; }
)";

QHash<QString, QString> replacements(const Tokens& t) {
  const auto px = [](int pixels) { return QString::number(pixels) + QStringLiteral("px"); };
  const bool dark = t.text.lightness() > t.panel.lightness();
  return {
      {"background", t.background.name()},
      {"panel", t.panel.name()},
      {"raise", t.raise.name()},
      {"pane", t.pane.name()},
      {"line", t.line.name()},
      {"text", t.text.name()},
      {"mute", t.mute.name()},
      {"faint", t.faint.name()},
      {"accent", t.accent.name()},
      {"accentSoft", t.accentSoft.name()},
      {"textOnAccent", t.textOnAccent.name()},
      {"good", t.good.name()},
      {"warn", t.warn.name()},
      {"bad", t.bad.name()},
      {"field", (dark ? t.background : t.raise).name()},
      {"card", t.background.name()},
      {"hover", mixed(t.raise, t.text, 0.07).name()},
      {"hoverLine", mixed(t.line, t.mute, 0.5).name()},
      {"accentHover", mixed(t.accent, t.text, 0.15).name()},
      {"accentPress", mixed(t.accent, t.background, 0.15).name()},
      {"groove", mixed(t.line, t.text, dark ? 0.02 : 0.05).name()},
      {"handle", t.text.name()},
      {"scroll", mixed(t.line, t.mute, 0.4).name()},
      {"radiuspx", px(kRadius)},
      {"secondarypx", px(kTextSecondary)},
      {"headpx", px(kTextHead)},
      {"statuspx", px(kStatusHeight - 2)},
  };
}

}  // namespace

QString styleSheet(const Tokens& tokens) {
  const QHash<QString, QString> values = replacements(tokens);
  QString sheet;
  for (const char* part : {kWindow, kMenus, kButtons, kSegments, kFields, kLists}) {
    sheet += QString::fromLatin1(part);
  }
  static const QRegularExpression kName(QStringLiteral("@([A-Za-z]+)"));
  QString result;
  qsizetype from = 0;
  for (auto it = kName.globalMatch(sheet); it.hasNext();) {
    const QRegularExpressionMatch match = it.next();
    result += QStringView(sheet).mid(from, match.capturedStart() - from);
    result += values.value(match.captured(1), match.captured(0));
    from = match.capturedEnd();
  }
  result += QStringView(sheet).mid(from);
  return result;
}

}  // namespace fathom
