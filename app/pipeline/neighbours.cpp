#include "app/pipeline/neighbours.h"

#include "core/error.h"
#include "core/log.h"

namespace fathom {

Neighbours neighboursOf(const SampleSource& source, std::size_t index, FramesWanted wanted,
                        const std::function<std::optional<NeighbourFrame>(std::size_t)>& frameAt) {
  Neighbours found;
  if (wanted.eachSide <= 0) return found;
  for (const std::size_t frame : source.framesAround(index, wanted)) {
    std::string why = "it has no pose, no camera or no transmitted map";
    std::optional<NeighbourFrame> neighbour;
    try {
      neighbour = frameAt(frame);
    } catch (const Cancelled&) {
      throw;
    } catch (const std::exception& error) {
      why = error.what();
    }
    if (neighbour) {
      found.frames.push_back(std::move(*neighbour));
      continue;
    }
    log().warn("{}: the frame {} beside it is left out: {}", source.id(index), source.id(frame),
               why);
    found.leftOut += (found.leftOut.empty() ? "" : ",") + std::to_string(frame);
  }
  return found;
}

}  // namespace fathom
