#include "widgets/space/vtk_keys.h"

#include <QKeyEvent>
#include <array>
#include <utility>

namespace fathom {
namespace {

using Name = std::pair<int, const char*>;

constexpr std::array kNamed = {
    Name{Qt::Key_Backspace, "BackSpace"},
    Name{Qt::Key_Tab, "Tab"},
    Name{Qt::Key_Backtab, "Tab"},
    Name{Qt::Key_Return, "Return"},
    Name{Qt::Key_Enter, "Return"},
    Name{Qt::Key_Shift, "Shift_L"},
    Name{Qt::Key_Control, "Control_L"},
    Name{Qt::Key_Alt, "Alt_L"},
    Name{Qt::Key_Pause, "Pause"},
    Name{Qt::Key_CapsLock, "Caps_Lock"},
    Name{Qt::Key_Escape, "Escape"},
    Name{Qt::Key_Space, "space"},
    Name{Qt::Key_PageUp, "Prior"},
    Name{Qt::Key_PageDown, "Next"},
    Name{Qt::Key_End, "End"},
    Name{Qt::Key_Home, "Home"},
    Name{Qt::Key_Left, "Left"},
    Name{Qt::Key_Up, "Up"},
    Name{Qt::Key_Right, "Right"},
    Name{Qt::Key_Down, "Down"},
    Name{Qt::Key_Insert, "Insert"},
    Name{Qt::Key_Delete, "Delete"},
    Name{Qt::Key_Plus, "plus"},
    Name{Qt::Key_Minus, "minus"},
    Name{Qt::Key_Comma, "comma"},
    Name{Qt::Key_Period, "period"},
    Name{Qt::Key_Slash, "slash"},
    Name{Qt::Key_Asterisk, "asterisk"},
    Name{Qt::Key_Equal, "equal"},
    Name{Qt::Key_F1, "F1"},
    Name{Qt::Key_F2, "F2"},
    Name{Qt::Key_F3, "F3"},
    Name{Qt::Key_F4, "F4"},
    Name{Qt::Key_F5, "F5"},
    Name{Qt::Key_F6, "F6"},
    Name{Qt::Key_F7, "F7"},
    Name{Qt::Key_F8, "F8"},
    Name{Qt::Key_F9, "F9"},
    Name{Qt::Key_F10, "F10"},
    Name{Qt::Key_F11, "F11"},
    Name{Qt::Key_F12, "F12"},
};

/// "0\0", "1\0" … "z\0": the names of letters and figures, each a string of its own.
constexpr std::array<std::array<char, 2>, 128> kSingle = [] {
  std::array<std::array<char, 2>, 128> names{};
  for (int code = 0; code < 128; ++code) names[code][0] = static_cast<char>(code);
  return names;
}();

bool isLetterOrFigure(char code) {
  return (code >= '0' && code <= '9') || (code >= 'a' && code <= 'z') ||
         (code >= 'A' && code <= 'Z');
}

}  // namespace

char vtkKeyCode(const QKeyEvent& event) {
  if (!event.text().isEmpty()) {
    const char16_t code = event.text().front().unicode();
    if (code < 128) return static_cast<char>(code);
  }
  return 0;
}

const char* vtkKeySymbol(const QKeyEvent& event) {
  for (const auto& [key, name] : kNamed) {
    if (key == event.key()) return name;
  }
  // With Ctrl held the text is a control character: then the key itself names the letter.
  char code = vtkKeyCode(event);
  if (!isLetterOrFigure(code) && event.key() >= Qt::Key_0 && event.key() <= Qt::Key_Z) {
    const bool shift = event.modifiers() & Qt::ShiftModifier;
    const bool letter = event.key() >= Qt::Key_A;
    code = static_cast<char>(event.key() + (letter && !shift ? 'a' - 'A' : 0));
  }
  return isLetterOrFigure(code) ? kSingle[static_cast<unsigned char>(code)].data() : "None";
}

}  // namespace fathom
