#include "widgets/lists/sample_model.h"

#include <algorithm>

namespace fathom {
namespace {

/// About 10 kB each: some 20 MB at most, whatever the number of samples.
constexpr int kKeptThumbnails = 2000;

bool matches(const SampleEntry& entry, const QStringList& words) {
  return std::ranges::all_of(words, [&](const QString& word) {
    return entry.id.contains(word, Qt::CaseInsensitive) ||
           entry.facts.contains(word, Qt::CaseInsensitive);
  });
}

}  // namespace

SampleModel::SampleModel(QObject* parent) : QAbstractListModel(parent), pictures_(kKeptThumbnails) {
  tell_.setSingleShot(true);
  tell_.setInterval(0);
  connect(&tell_, &QTimer::timeout, this, &SampleModel::tellWanted);
}

void SampleModel::setSections(std::vector<SampleSection> sections) {
  beginResetModel();
  samples_.clear();
  firstOf_.clear();
  for (SampleSection& section : sections) {
    firstOf_.push_back(static_cast<int>(samples_.size()));
    std::ranges::move(section.samples, std::back_inserter(samples_));
    section.samples.clear();
  }
  sections_ = std::move(sections);
  pictures_.clear();
  asked_.clear();
  wanted_.clear();
  refilter();
  endResetModel();
}

void SampleModel::setFilter(const QString& text) {
  if (text == filter_) return;
  beginResetModel();
  filter_ = text;
  refilter();
  endResetModel();
}

/// A head stays as long as one of its samples does; without a filter it always stays.
void SampleModel::refilter() {
  const QStringList words = filter_.split(' ', Qt::SkipEmptyParts);
  rows_.clear();
  rowOf_.assign(samples_.size(), -1);
  for (std::size_t section = 0; section < sections_.size(); ++section) {
    const int from = firstOf_[section];
    const int to = section + 1 < sections_.size() ? firstOf_[section + 1] : sampleCount();
    const std::size_t head = rows_.size();
    rows_.push_back({-1 - static_cast<int>(section)});
    for (int sample = from; sample < to; ++sample) {
      if (!matches(this->sample(sample), words)) continue;
      rowOf_[static_cast<std::size_t>(sample)] = static_cast<int>(rows_.size());
      rows_.push_back({sample});
    }
    if (!words.isEmpty() && rows_.size() == head + 1) rows_.pop_back();
  }
}

int SampleModel::shownSamples() const {
  return static_cast<int>(std::ranges::count_if(rowOf_, [](int row) { return row >= 0; }));
}

void SampleModel::setFacts(int sample, const QString& facts) {
  if (sample < 0 || sample >= sampleCount()) return;
  samples_[static_cast<std::size_t>(sample)].facts = facts;
  const QModelIndex index = indexOf(sample);
  if (index.isValid()) Q_EMIT dataChanged(index, index, {kFacts, Qt::ToolTipRole});
}

int SampleModel::sampleAt(const QModelIndex& index) const {
  if (!index.isValid()) return -1;
  return std::max(-1, rows_[static_cast<std::size_t>(index.row())].sample);
}

QModelIndex SampleModel::indexOf(int sample) const {
  if (sample < 0 || sample >= sampleCount()) return {};
  const int row = rowOf_[static_cast<std::size_t>(sample)];
  return row < 0 ? QModelIndex() : index(row);
}

QPixmap SampleModel::thumbnail(int sample) const {
  if (const QPixmap* picture = pictures_.object(sample)) return *picture;
  if (!asked_.contains(sample)) {
    asked_ << sample;
    wanted_.push_back(sample);
    tell_.start();  // not from within a paint event
  }
  return {};
}

void SampleModel::tellWanted() {
  std::vector<int> wanted;
  wanted.swap(wanted_);
  std::ranges::reverse(wanted);
  for (const int sample : wanted) Q_EMIT thumbnailWanted(sample);
}

void SampleModel::setThumbnail(int sample, const QPixmap& picture) {
  if (sample < 0 || sample >= sampleCount()) return;
  asked_ << sample;
  if (!picture.isNull()) {
    // What the cache drops may be asked for again when it comes back into view.
    if (pictures_.totalCost() >= kKeptThumbnails) {
      for (const int other : QSet<int>(asked_)) {
        if (!pictures_.contains(other)) asked_.remove(other);
      }
    }
    pictures_.insert(sample, new QPixmap(picture));
  }
  const QModelIndex index = indexOf(sample);
  if (index.isValid()) Q_EMIT dataChanged(index, index, {Qt::DecorationRole});
}

int SampleModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(rows_.size());
}

QVariant SampleModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
  const int number = rows_[static_cast<std::size_t>(index.row())].sample;
  if (role == kIsHead) return number < 0;
  if (number < 0) {
    const SampleSection& section = sections_[static_cast<std::size_t>(-1 - number)];
    if (role == Qt::DisplayRole) return section.title;
    if (role == kFacts) return section.note;
    return {};
  }
  const SampleEntry& entry = sample(number);
  switch (role) {
    case Qt::DisplayRole:
      return entry.id;
    case kFacts:
      return entry.facts;
    case kSample:
      return number;
    case Qt::ToolTipRole:
      return entry.facts.isEmpty() ? entry.id : entry.id + '\n' + entry.facts;
    case Qt::AccessibleTextRole:
      return entry.id + ", " + entry.facts;
    default:
      return {};
  }
}

Qt::ItemFlags SampleModel::flags(const QModelIndex& index) const {
  if (!index.isValid() || sampleAt(index) < 0) return Qt::NoItemFlags;
  return Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemNeverHasChildren;
}

}  // namespace fathom
