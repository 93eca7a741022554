#pragma once

namespace fathom {

/// Sends VTK's messages to the log of the house, once for the program. One is left out: GLEW's
/// "Unknown error" on displays without GLX, which VTK 9.1 prints though it then draws well.
void routeVtkMessages();

}  // namespace fathom
