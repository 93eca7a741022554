#pragma once

#include <QObject>
#include <thread>

#include "app/pipeline/pipeline.h"
#include "app/window/experiment_state.h"
#include "core/score_table.h"

namespace fathom {

/// Scores the shown methods on samples of a source, on a thread of its own. One run at a time.
class Batch : public QObject {
  Q_OBJECT
 public:
  explicit Batch(std::shared_ptr<Pipeline> pipeline, QObject* parent = nullptr);
  /// Cancels and waits.
  ~Batch() override;

  bool isRunning() const { return running_; }
  /// The samples from `first` on, `count` of them.
  void start(SampleSourcePtr source, int first, int count, ExperimentState state);
  void cancel();

 Q_SIGNALS:
  /// Done samples of all; at most ten times a second.
  void progressed(int done, int all);
  /// What is done for the sample of this number (from 1): "SGNet · block 3 of 8", part 0 to 1. At
  /// most ten times a second, but each slow method once.
  void working(int sample, int all, double part, const QString& doing);
  /// All rows so far; `notes` says which samples were left out or failed, and why.
  void finished(const std::vector<fathom::ScoreRow>& rows, const QStringList& notes,
                bool cancelled);

 private:
  void run(const SampleSourcePtr& source, int first, int count, const ExperimentState& state,
           std::stop_token stop);

  std::shared_ptr<Pipeline> pipeline_;
  bool running_ = false;
  std::jthread thread_;
};

}  // namespace fathom
