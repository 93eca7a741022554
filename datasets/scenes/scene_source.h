#pragma once

#include <vector>

#include "core/sample_source.h"
#include "datasets/scenes/scene_span.h"

namespace fathom {

/// The embedded scenes of these spans, in order: 640×480, fx = fy = 320, cx = 320, cy = 240, true
/// planar depth in metres (exact in float16, as TartanAir's), poses, no transmitted map. A sample
/// is a function of its scene and frame alone: the same bytes on every call and thread count.
/// Throws BadInput where a span is empty or out of range.
SampleSourcePtr makeSceneSource(std::vector<SceneSpan> spans);

/// The same of a text as parseScenes reads it.
SampleSourcePtr openScenes(std::string_view text);

}  // namespace fathom
