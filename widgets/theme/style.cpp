#include "widgets/theme/style.h"

#include <QAbstractSpinBox>
#include <QPainter>
#include <QPainterPath>
#include <QStyleOption>

#include "widgets/theme/theme.h"

namespace fathom {
namespace {

// Where a combo box's text field begins; from Qt 6.8 on its text stands 2 px farther left in it.
constexpr int kComboText = QT_VERSION >= QT_VERSION_CHECK(6, 8, 0) ? 11 : 9;
constexpr int kControlHeight = 28;
constexpr int kArrowWidth = 22;
constexpr int kIndicator = 16;

bool isOn(const QStyleOption& option, QStyle::StateFlag flag) {
  return option.state & flag;
}

/// A rounded frame whose 1 px border lies on whole pixels.
void paintFrame(QPainter& painter, const QRect& rect, const QColor& fill, const QColor& border,
                double radius = kRadius) {
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setPen(QPen(border, 1));
  painter.setBrush(fill);
  painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius);
  painter.restore();
}

QColor borderColour(const QStyleOption& option) {
  const Tokens& t = tokens();
  if (!isOn(option, QStyle::State_Enabled)) return t.line;
  if (isOn(option, QStyle::State_HasFocus)) return t.accent;
  return isOn(option, QStyle::State_MouseOver) ? mixed(t.line, t.mute, 0.5) : t.line;
}

QColor fieldColour() {
  const Tokens& t = tokens();
  return currentTheme() == Theme::kDark ? t.background : t.raise;
}

void paintArrow(QPainter& painter, const QRect& rect, Qt::ArrowType type, const QColor& colour,
                double size = 7) {
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing);
  painter.translate(QRectF(rect).center());
  switch (type) {
    case Qt::UpArrow:
      painter.rotate(180);
      break;
    case Qt::LeftArrow:
      painter.rotate(90);
      break;
    case Qt::RightArrow:
      painter.rotate(-90);
      break;
    default:
      break;
  }
  painter.setPen(QPen(colour, 1.5, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
  const double half = size / 2, height = size / 4;
  painter.drawPolyline(
      QPolygonF({QPointF(-half, -height), QPointF(0, height), QPointF(half, -height)}));
  painter.restore();
}

void paintCheckMark(QPainter& painter, const QRectF& box, const QColor& colour) {
  const double s = box.width() / 16.0;
  painter.setPen(QPen(colour, 1.8 * s, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
  painter.setBrush(Qt::NoBrush);
  const auto at = [&](double x, double y) { return box.topLeft() + QPointF(x, y) * s; };
  painter.drawPolyline(QPolygonF({at(4.2, 8.3), at(7, 11), at(11.8, 5.4)}));
}

/// A box of a check box, a menu or a list; a dash where it is partly on.
void paintCheckBox(QPainter& painter, const QStyleOption& option) {
  const Tokens& t = tokens();
  const bool enabled = isOn(option, QStyle::State_Enabled);
  const bool partly = isOn(option, QStyle::State_NoChange);
  const bool on = isOn(option, QStyle::State_On) || partly;
  const QColor fill = !on ? fieldColour() : (enabled ? t.accent : t.line);
  const QColor border = on ? (isOn(option, QStyle::State_HasFocus) ? t.text : fill)
                           : mixed(borderColour(option), t.mute, 0.35);
  const int side = qMin(option.rect.width(), option.rect.height());
  QRect box(0, 0, side, side);
  box.moveCenter(option.rect.center());
  paintFrame(painter, box, fill, border, 4);
  if (!on) return;
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing);
  const QColor mark = enabled ? t.textOnAccent : t.mute;
  if (partly) {
    painter.setPen(QPen(mark, 2, Qt::SolidLine, Qt::RoundCap));
    const QPointF middle = QRectF(box).center();
    painter.drawLine(middle - QPointF(side / 4.0, 0), middle + QPointF(side / 4.0, 0));
  } else {
    paintCheckMark(painter, box, mark);
  }
  painter.restore();
}

/// The tick of a chosen menu entry; the menu draws it where it is chosen only.
void paintMenuCheck(QPainter& painter, const QStyleOption& option) {
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing);
  QRectF box(0, 0, 16, 16);
  box.moveCenter(QRectF(option.rect).center());
  paintCheckMark(painter, box,
                 isOn(option, QStyle::State_Enabled) ? tokens().text : tokens().faint);
  painter.restore();
}

void paintRadioButton(QPainter& painter, const QStyleOption& option) {
  const Tokens& t = tokens();
  const bool on = isOn(option, QStyle::State_On);
  const bool enabled = isOn(option, QStyle::State_Enabled);
  const QColor ring =
      on ? (enabled ? t.accent : t.line) : mixed(borderColour(option), t.mute, 0.35);
  const int side = qMin(option.rect.width(), option.rect.height());
  QRect box(0, 0, side, side);
  box.moveCenter(option.rect.center());
  paintFrame(painter, box, fieldColour(), ring, side / 2.0);
  if (!on) return;
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setPen(Qt::NoPen);
  painter.setBrush(enabled ? t.accent : t.mute);
  painter.drawEllipse(QRectF(box).center(), side / 4.0, side / 4.0);
  painter.restore();
}

QColor arrowColour(const QStyleOption& option) {
  const Tokens& t = tokens();
  if (!isOn(option, QStyle::State_Enabled)) return t.faint;
  return isOn(option, QStyle::State_MouseOver) ? t.text : t.mute;
}

}  // namespace

ThemeStyle::ThemeStyle() : QProxyStyle(QStringLiteral("Fusion")) {}

void ThemeStyle::drawPrimitive(PrimitiveElement element, const QStyleOption* option,
                               QPainter* painter, const QWidget* widget) const {
  switch (element) {
    case PE_FrameTabBarBase:  // a stray line behind a corner button: tabs stand on their pane
      return;
    case PE_IndicatorCheckBox:
    case PE_IndicatorItemViewItemCheck:
      paintCheckBox(*painter, *option);
      return;
    case PE_IndicatorMenuCheckMark:
      paintMenuCheck(*painter, *option);
      return;
    case PE_IndicatorRadioButton:
      paintRadioButton(*painter, *option);
      return;
    case PE_IndicatorArrowDown:
      paintArrow(*painter, option->rect, Qt::DownArrow, arrowColour(*option));
      return;
    case PE_IndicatorArrowUp:
      paintArrow(*painter, option->rect, Qt::UpArrow, arrowColour(*option));
      return;
    case PE_IndicatorArrowLeft:
      paintArrow(*painter, option->rect, Qt::LeftArrow, arrowColour(*option));
      return;
    case PE_IndicatorArrowRight:
      paintArrow(*painter, option->rect, Qt::RightArrow, arrowColour(*option));
      return;
    case PE_FrameFocusRect:
      return;  // focus shows as an accent border, never as a dotted box
    default:
      QProxyStyle::drawPrimitive(element, option, painter, widget);
  }
}

void ThemeStyle::drawComplexControl(ComplexControl control, const QStyleOptionComplex* option,
                                    QPainter* painter, const QWidget* widget) const {
  if (control == CC_ComboBox) {
    const auto* box = qstyleoption_cast<const QStyleOptionComboBox*>(option);
    if (box != nullptr) {
      const QColor fill = box->editable ? fieldColour() : tokens().raise;
      paintFrame(*painter, box->rect, fill, borderColour(*option));
      const QRect arrow = subControlRect(CC_ComboBox, box, SC_ComboBoxArrow, widget);
      paintArrow(*painter, arrow, Qt::DownArrow, arrowColour(*option));
      return;
    }
  }
  if (control == CC_SpinBox) {
    const auto* box = qstyleoption_cast<const QStyleOptionSpinBox*>(option);
    if (box != nullptr) {
      if (box->frame) paintFrame(*painter, box->rect, fieldColour(), borderColour(*option));
      for (const auto part : {SC_SpinBoxUp, SC_SpinBoxDown}) {
        if (!(box->subControls & part) || box->buttonSymbols == QAbstractSpinBox::NoButtons) {
          continue;
        }
        const bool up = part == SC_SpinBoxUp;
        const bool possible = box->stepEnabled & (up ? QAbstractSpinBox::StepUpEnabled
                                                     : QAbstractSpinBox::StepDownEnabled);
        const QColor colour = possible ? arrowColour(*option) : tokens().faint;
        paintArrow(*painter, subControlRect(CC_SpinBox, box, part, widget),
                   up ? Qt::UpArrow : Qt::DownArrow, colour, 6);
      }
      return;
    }
  }
  QProxyStyle::drawComplexControl(control, option, painter, widget);
}

QRect ThemeStyle::subControlRect(ComplexControl control, const QStyleOptionComplex* option,
                                 SubControl subControl, const QWidget* widget) const {
  const QRect rect = option->rect;
  const auto visual = [&](const QRect& part) { return visualRect(option->direction, rect, part); };
  if (control == CC_ComboBox && subControl == SC_ComboBoxArrow) {
    return visual({rect.right() - kArrowWidth + 1, rect.top(), kArrowWidth - 4, rect.height()});
  }
  if (control == CC_ComboBox && subControl == SC_ComboBoxEditField) {
    return visual(rect.adjusted(kComboText, 1, -kArrowWidth, -1));
  }
  if (control == CC_SpinBox) {
    const auto* box = qstyleoption_cast<const QStyleOptionSpinBox*>(option);
    const bool arrows = box == nullptr || box->buttonSymbols != QAbstractSpinBox::NoButtons;
    const int arrowWidth = arrows ? 18 : 0;
    const int half = rect.height() / 2;
    const int left = rect.right() - arrowWidth;
    switch (subControl) {
      case SC_SpinBoxUp:
        return visual({left, rect.top() + 3, arrowWidth - 3, half - 3});
      case SC_SpinBoxDown:
        return visual({left, rect.top() + half, arrowWidth - 3, half - 3});
      case SC_SpinBoxEditField:
        return visual(rect.adjusted(9, 1, -arrowWidth - 5, -1));
      case SC_SpinBoxFrame:
        return rect;
      default:
        break;
    }
  }
  return QProxyStyle::subControlRect(control, option, subControl, widget);
}

/// From Qt 6.8 on a styled spin box asks for more than sizeFromContents grants.
void ThemeStyle::polish(QWidget* widget) {
  QProxyStyle::polish(widget);
  if (qobject_cast<QAbstractSpinBox*>(widget)) widget->setFixedHeight(kControlHeight);
}

QSize ThemeStyle::sizeFromContents(ContentsType type, const QStyleOption* option,
                                   const QSize& contents, const QWidget* widget) const {
  if (type == CT_ComboBox) {
    return {contents.width() + 16 + kArrowWidth, qMax(contents.height() + 8, kControlHeight)};
  }
  QSize size = QProxyStyle::sizeFromContents(type, option, contents, widget);
  if (type == CT_SpinBox) size.setHeight(kControlHeight);
  return size;
}

int ThemeStyle::pixelMetric(PixelMetric metric, const QStyleOption* option,
                            const QWidget* widget) const {
  switch (metric) {
    case PM_IndicatorWidth:
    case PM_IndicatorHeight:
    case PM_ExclusiveIndicatorWidth:
    case PM_ExclusiveIndicatorHeight:
      return kIndicator;
    case PM_CheckBoxLabelSpacing:
    case PM_RadioButtonLabelSpacing:
      return 8;
    case PM_SmallIconSize:
    case PM_ButtonIconSize:
    case PM_ListViewIconSize:
    case PM_TabBarIconSize:
      return 16;
    case PM_ToolBarIconSize:
      return 20;
    case PM_SplitterWidth:
      return 5;
    default:
      return QProxyStyle::pixelMetric(metric, option, widget);
  }
}

int ThemeStyle::styleHint(StyleHint hint, const QStyleOption* option, const QWidget* widget,
                          QStyleHintReturn* result) const {
  switch (hint) {
    case SH_ComboBox_Popup:
      return 0;  // a list under the field, not a menu over it
    case SH_ItemView_ShowDecorationSelected:
      return 1;
    case SH_EtchDisabledText:
    case SH_DialogButtonBox_ButtonsHaveIcons:
      return 0;
    case SH_ToolTip_WakeUpDelay:
      return 500;
    default:
      return QProxyStyle::styleHint(hint, option, widget, result);
  }
}

QPixmap ThemeStyle::generatedIconPixmap(QIcon::Mode mode, const QPixmap& pixmap,
                                        const QStyleOption* option) const {
  // A method's dot and a thumbnail keep their colours in a selected row.
  if (mode == QIcon::Selected) return pixmap;
  return QProxyStyle::generatedIconPixmap(mode, pixmap, option);
}

}  // namespace fathom
