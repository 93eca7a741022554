#pragma once

#include <ATen/core/Tensor.h>

#include <filesystem>

#include "core/depth_map.h"
#include "core/sample_source.h"
#include "datasets/codecs/image_limits.h"

namespace fathom {

/// Reads an 8-bit PNG or JPEG (told apart by content) as 3×H×W uint8 RGB. Grey and palette images
/// become RGB, alpha is dropped, colour profiles and the camera's orientation are ignored: pixels
/// stay where depth maps expect them. 16 bits per channel are refused, since 8 would change the
/// values and a 16-bit grey PNG is nearly always a depth map. A damaged PNG is always found; of a
/// JPEG, which has no checksums, only what is cut.
/// Throws FileError: not an image, damaged, cut, more than `mostPixels`.
at::Tensor readRgb(const std::filesystem::path& path, std::int64_t mostPixels = kMostPixels);

/// The size of what readRgb reads; of a PNG only the header is looked at.
/// Throws FileError: not an image, no header, more than `mostPixels`.
Size imageSize(const std::filesystem::path& path, std::int64_t mostPixels = kMostPixels);

/// A small picture of what readRgb reads, decoded at a fraction of its size.
Thumbnail readThumbnail(const std::filesystem::path& path);

/// Reads a 16-bit grey PNG as depth: metres = value · metresPerValue, missing where the value is 0.
/// Throws FileError (also for 8-bit and colour images, which hold no metres), BadInput on a scale
/// that is not finite and above 0.
DepthMap readDepthPng(const std::filesystem::path& path, double metresPerValue,
                      std::int64_t mostPixels = kMostPixels);

/// Writes depth as a 16-bit grey PNG, rounded to the nearest value; 0 where a pixel does not count.
/// What counts gets 1 at least. Throws BadInput where metres do not fit below 65535.5 values.
void writeDepthPng(const std::filesystem::path& path, const DepthMap& depth, double metresPerValue);

/// Writes a 3×H×W uint8 RGB image as a PNG. Throws BadInput on another shape or type.
void writeRgbPng(const std::filesystem::path& path, const at::Tensor& rgb);

}  // namespace fathom
