#pragma once

#include <QImage>
#include <QObject>
#include <QThreadPool>

#include "core/sample_source.h"

namespace fathom {

/// Makes thumbnails off the GUI thread, the ones asked for last first: those are in sight.
class Thumbnails : public QObject {
  Q_OBJECT
 public:
  explicit Thumbnails(QObject* parent = nullptr);
  ~Thumbnails() override;

  /// Forgets what was asked for and serves this source from now on.
  void setSource(SampleSourcePtr source);
  void want(int row);

 Q_SIGNALS:
  /// A null image where the sample cannot be read: the list then shows a sign for it.
  void ready(int row, const QImage& image);

 private:
  QThreadPool pool_;
  SampleSourcePtr source_;
  int generation_ = 0;
  int asked_ = 0;
};

}  // namespace fathom
