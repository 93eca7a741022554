#pragma once

namespace fathom {

/// Short commit of the build's working tree, "+changes" added where it was not clean; "unknown"
/// outside a git checkout. In a file of its own, remade only when it changes.
const char* buildCommit();

}  // namespace fathom
