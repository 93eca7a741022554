#include "app/window/thumbnails.h"

#include <QPointer>

#include "core/log.h"

namespace fathom {
namespace {

QImage imageOf(const SampleSource& source, int row) {
  try {
    const Thumbnail small = source.thumbnail(static_cast<std::size_t>(row));
    return QImage(small.rgb.data(), small.width, small.height, small.width * 3,
                  QImage::Format_RGB888)
        .copy();
  } catch (const std::exception& error) {
    log().warn("no thumbnail: {}", error.what());
    return {};
  }
}

}  // namespace

Thumbnails::Thumbnails(QObject* parent) : QObject(parent) {
  // One thread: pictures for a list must not take the cores from what the user is looking at.
  pool_.setMaxThreadCount(1);
}

Thumbnails::~Thumbnails() {
  pool_.clear();
  pool_.waitForDone();
}

void Thumbnails::setSource(SampleSourcePtr source) {
  pool_.clear();
  source_ = std::move(source);
  ++generation_;
  asked_ = 0;
}

void Thumbnails::want(int row) {
  if (!source_ || row < 0 || static_cast<std::size_t>(row) >= source_->size()) return;
  pool_.start(
      [this, row, source = source_, generation = generation_] {
        const QImage image = imageOf(*source, row);
        // Queued: delivered on the GUI thread, and only while the same source is shown.
        QMetaObject::invokeMethod(
            this,
            [this, row, image, generation] {
              if (generation == generation_) Q_EMIT ready(row, image);
            },
            Qt::QueuedConnection);
      },
      ++asked_);
}

}  // namespace fathom
