#pragma once

#include <QAbstractListModel>
#include <QCache>
#include <QImage>
#include <QPixmap>
#include <QSet>
#include <QTimer>
#include <vector>

namespace fathom {

/// One row of the sample list.
struct SampleEntry {
  QString id;
  QString facts;  ///< "truth · real LR · MAE 5.62"
};

/// The samples of one source under its head.
struct SampleSection {
  QString title;
  QString note;  ///< under the title: "20 scenes · 4 kinds"; may be empty
  std::vector<SampleEntry> samples;
};

/// The rows of the sample list: heads and samples that match the filter. Samples are known by
/// their number through all sections, which no filter changes.
class SampleModel : public QAbstractListModel {
  Q_OBJECT

 public:
  enum Role { kIsHead = Qt::UserRole, kFacts, kSample };

  explicit SampleModel(QObject* parent = nullptr);

  void setSections(std::vector<SampleSection> sections);
  /// Rows whose id or facts hold every word of the text, in any case.
  void setFilter(const QString& text);
  const QString& filter() const { return filter_; }
  int sampleCount() const { return static_cast<int>(samples_.size()); }
  int shownSamples() const;
  const SampleEntry& sample(int sample) const { return samples_[static_cast<std::size_t>(sample)]; }
  void setFacts(int sample, const QString& facts);

  /// −1 for a head.
  int sampleAt(const QModelIndex& index) const;
  /// Invalid where the filter hides it.
  QModelIndex indexOf(int sample) const;

  /// The picture, if it is there; else asks for it once (see thumbnailWanted).
  QPixmap thumbnail(int sample) const;
  /// A null image says that there is none: it is not asked for again.
  void setThumbnail(int sample, const QPixmap& picture);

  int rowCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  Qt::ItemFlags flags(const QModelIndex& index) const override;

 Q_SIGNALS:
  /// A row without a picture came into view. The newest wishes come first.
  void thumbnailWanted(int sample);

 private:
  struct Row {
    int sample;  // or −1 − section for a head
  };
  void refilter();
  void tellWanted();

  std::vector<SampleSection> sections_;  // titles and notes; their samples are moved out
  std::vector<SampleEntry> samples_;
  std::vector<int> firstOf_;  // first sample of each section
  std::vector<Row> rows_;
  std::vector<int> rowOf_;  // of each sample, −1 where hidden
  QString filter_;
  mutable QCache<int, QPixmap> pictures_;
  mutable QSet<int> asked_;
  mutable std::vector<int> wanted_;
  mutable QTimer tell_;
};

}  // namespace fathom
