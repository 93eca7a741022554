#pragma once

#include <QWidget>

namespace fathom {

class SampleList;
class Workbench;

/// The left zone: all samples with thumbnails, one section per source, and how to bring more.
class SamplesPanel : public QWidget {
  Q_OBJECT
 public:
  explicit SamplesPanel(Workbench& workbench, QWidget* parent = nullptr);

 Q_SIGNALS:
  void openWanted();

 private:
  void showSource();
  void showScore();
  QString factsOf(int sample) const;

  Workbench& workbench_;
  SampleList* list_;
};

}  // namespace fathom
