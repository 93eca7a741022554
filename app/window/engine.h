#pragma once

#include <QImage>
#include <QObject>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "app/pipeline/pipeline.h"
#include "app/window/experiment_state.h"
#include "app/window/painter.h"

namespace fathom {

/// Everything that the panes are to show, as one value.
struct Request {
  quint64 generation = 0;  ///< given by Engine::submit
  SampleSourcePtr source;
  std::size_t index = 0;
  ExperimentState state;
  Display display;
  bool dragging = false;  ///< only fast work; heavy methods keep their old picture
  std::optional<CloudWish> cloud;
};

/// Computes what a Request asks for on a thread of its own, in the order in which it becomes
/// visible, and hands back immutable values through queued signals. A newer request replaces the
/// waiting one; fast work under way is let finish (or a dragged slider would starve the panes),
/// anything longer is cancelled.
class Engine : public QObject {
  Q_OBJECT
 public:
  explicit Engine(std::shared_ptr<Pipeline> pipeline, QObject* parent = nullptr);
  /// Cancels and waits for the thread.
  ~Engine() override;

  /// Returns the request's generation; every signal carries the generation it belongs to.
  quint64 submit(Request request);
  /// Stops what is under way and forgets what waits; each request so ended still says finished.
  void cancel();

 Q_SIGNALS:
  void sampleReady(quint64 generation, std::shared_ptr<const fathom::LoadedSample> sample);
  /// Null where the sample cannot give the map that was asked for.
  void lowReady(quint64 generation, std::shared_ptr<const fathom::LowStage> low);
  void methodReady(quint64 generation, const fathom::MethodResult& result);
  void barReady(quint64 generation, const fathom::BarFacts& bar);
  void pictureReady(quint64 generation, const fathom::Picture& picture);
  void cloudReady(quint64 generation, const fathom::Cloud& cloud);
  /// @param doing  "SGNet · block 3 of 8"
  /// @param pane   whose method is at work; empty before the methods
  void progressed(quint64 generation, double part, const QString& doing, const QString& pane);
  void failed(quint64 generation, const QString& why);
  void finished(quint64 generation, bool cancelled);

 private:
  void loop(std::stop_token stop);
  struct AtWork {  ///< the method that runs
    QString title, pane;
  };
  void perform(const Request& request, const Progress& progress, AtWork& atWork);
  friend class EngineRun;
  void letNewerStop(bool may);

  std::shared_ptr<Pipeline> pipeline_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::optional<Request> waiting_;
  std::stop_source current_;
  bool cancellable_ = true;  ///< by a newer request; guarded by mutex_
  quint64 lastGeneration_ = 0;
  std::jthread thread_;  ///< last: it must end before the members it uses go
};

}  // namespace fathom
