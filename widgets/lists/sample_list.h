#pragma once

#include <QImage>
#include <QWidget>

#include "widgets/lists/sample_model.h"

class QLabel;
class QLineEdit;
class QListView;

namespace fathom {

/// The list of samples: filter field above (Ctrl+F), thumbnails, ids and facts under one head per
/// source. Samples are known by their number through all sections.
class SampleList : public QWidget {
  Q_OBJECT

 public:
  explicit SampleList(QWidget* parent = nullptr);

  /// Replaces all rows; none is current then. Nothing is emitted.
  void setSections(std::vector<SampleSection> sections);
  int sampleCount() const { return model_->sampleCount(); }
  void setFacts(int sample, const QString& facts);
  /// Any size; a null image says that there is none.
  void setThumbnail(int sample, const QImage& image);

  /// −1 where none is.
  int current() const { return current_; }
  /// Emits nothing. A sample that the filter hides becomes current nonetheless.
  void setCurrent(int sample);
  /// The next (1) or previous (−1) shown sample becomes current, and so on; stops at the ends.
  void step(int by);
  void focusFilter();
  /// What an empty list says.
  void setEmptyText(const QString& text);

  QListView* view() const { return view_; }
  QLineEdit* filterField() const { return filter_; }
  QSize sizeHint() const override { return {264, 480}; }

 Q_SIGNALS:
  /// The user made another sample current.
  void currentChanged(int sample);
  /// Return or a double click.
  void activated(int sample);
  /// A sample without a thumbnail came into view.
  void thumbnailWanted(int sample);

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;

 private:
  void applyFilter(const QString& text);
  void showCurrent();
  void updateEmptyText();

  SampleModel* model_;
  QListView* view_;
  QLineEdit* filter_;
  QLabel* empty_;
  QString emptyText_;
  int current_ = -1;
  bool quiet_ = false;
};

}  // namespace fathom
