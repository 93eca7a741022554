#pragma once

#include <QImage>
#include <QRect>

namespace fathom {

/// The part of a stretched picture that a pane shows, one pixel per device pixel.
/// Enlarged, every device pixel takes the picture's pixel that its middle lies in: none is
/// invented. Shrunk, pixels are averaged. Pure.
/// @param image    any format
/// @param picture  where the whole field of view lies in the pane, device pixels
/// @param extent   what of the field of view `image` covers, 0 to 1
/// @param visible  the part of the pane to fill, device pixels
/// @return ARGB32, premultiplied, of the size of `visible`; transparent beside the picture
QImage sampled(const QImage& image, const QRect& picture, const QRectF& extent,
               const QRect& visible);

/// The size on the screen of a picture that is shrunk; empty where it is not. Shrinking is the dear
/// part of `sampled`: a pane keeps the shrunk picture while it is only moved.
QSize shrunkSize(const QSize& image, const QRect& picture, const QRectF& extent);
QImage shrunk(const QImage& image, const QSize& size);

}  // namespace fathom
