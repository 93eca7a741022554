#pragma once

#include "core/upsampler.h"
#include "models/alignment/alignment.h"
#include "models/depth_anything/relative.h"
#include "models/runtime/network_method.h"

namespace fathom {

/// The published weights of one size: "depth_anything_v2_vits" … "depth_anything_v1_vits".
/// @param kind  "relative", "metric_hypersim", "metric_vkitti" or "v1"
std::string depthAnythingWeights(std::string_view kind, std::string_view vit);

/// Adds depth_anything_v2_vits, _vitb, _vitl and aligned_depth_anything.
void registerDepthAnythingMethods(UpsamplerRegistry& registry);

}  // namespace fathom
