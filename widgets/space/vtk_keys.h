#pragma once

class QKeyEvent;

namespace fathom {

/// The name that VTK gives a key (that of X11: "Left", "F3", "plus"); "None" where it has none.
const char* vtkKeySymbol(const QKeyEvent& event);

/// The key as an ASCII character, 0 where it is none.
char vtkKeyCode(const QKeyEvent& event);

}  // namespace fathom
