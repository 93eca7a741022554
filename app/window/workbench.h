#pragma once

#include <QColor>
#include <QObject>
#include <QStringList>
#include <QTimer>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

#include "app/window/batch.h"
#include "app/window/document.h"
#include "app/window/engine.h"
#include "app/window/method_costs.h"
#include "app/window/thumbnails.h"
#include "app/window/weights_store.h"

namespace fathom {

/// What came of opening sources, in order.
struct OpenedSet {
  std::vector<SampleSourcePtr> sources;
  std::vector<std::string> names;  ///< of those that could be opened: absolute, or "scenes:0-4"
  QStringList problems;            ///< a text for each that could not
};

/// A run of samples that came from one path, or from the embedded scenes.
struct Section {
  QString title;
  int first = 0, count = 0;
};

/// The window without its widgets: what is open, which sample is looked at, the experiment, the
/// engine that computes it and the latest results. Widgets listen to it and ask it for changes.
class Workbench : public QObject {
  Q_OBJECT
 public:
  /// Starts on the embedded scenes.
  explicit Workbench(std::shared_ptr<Pipeline> pipeline, QObject* parent = nullptr);
  ~Workbench() override;

  Pipeline& pipeline() { return *pipeline_; }
  Document& document() { return document_; }
  Engine& engine() { return engine_; }
  Batch& batch() { return batch_; }
  Thumbnails& thumbnails() { return thumbnails_; }
  MethodCosts& costs() { return costs_; }
  WeightsStore& weights() { return weights_; }
  /// Other methods from now on: those that went are hidden, the others keep what of their settings
  /// they still have. @param changed  ids whose results are out of date
  void setMethods(UpsamplerRegistry methods, const std::vector<std::string>& changed);
  /// What a method costs with these values on the sample on show; nothing without one.
  MethodCosts::Answer costsOf(const std::string& methodId, const Values& values);

  /// Opens folders and "scenes:0-4" off the GUI thread; emits sourceChanged, openFailed or (some of
  /// each) both. What was being opened before is dropped; where nothing can be opened all stays as
  /// it was.
  void open(const QStringList& paths);
  /// The same for those who decide themselves what is to come of it: `then` is called on this
  /// thread, unless something else was opened meanwhile.
  void openSources(std::vector<std::string> names, std::function<void(OpenedSet)> then);
  /// Shows these, and the embedded scenes after them unless scenes are among them. Emits
  /// sourceChanged.
  void show(OpenedSet opened);
  const SampleSourcePtr& source() const { return source_; }
  /// What was opened: absolute paths and "scenes:0-4"; where nothing was, the scenes that are
  /// there for a newcomer.
  const std::vector<std::string>& sourceNames() const { return names_; }
  const std::vector<Section>& sections() const { return sections_; }
  int current() const { return current_; }
  void select(int index);

  const Display& display() const { return display_; }
  void setDisplay(const Display& display);
  /// The layers to choose from: those of every sample, what the latest results offer, and the one
  /// on show even where nobody offers it any more.
  std::vector<LayerInfo> layers() const;
  /// What the 3D pane shows; nothing while it is not visible.
  void setCloud(const std::optional<CloudWish>& wish);

  /// The latest results; null or empty until they are there.
  std::shared_ptr<const LoadedSample> sample() const { return sample_; }
  std::shared_ptr<const LowStage> low() const { return low_; }
  /// By the place of their methods in the document; `stage` is null until a result is there.
  const std::vector<MethodResult>& results() const { return results_; }
  bool isBusy() const { return busy_; }

  /// The colour that a method has everywhere: its own, or one of the palette that no other method
  /// on show has and that it keeps; see methodColour.
  QColor colourOf(const std::string& methodId) const;

  /// Stops what is under way: the pictures stay as they are.
  void cancel();
  /// Scores the shown methods on all samples of the section that is looked at: means over one's own
  /// data and the embedded scenes together would say nothing of either.
  void runAllSamples();
  /// Asks the engine again, for instance after a cancel.
  void refresh(bool dragging = false);

 Q_SIGNALS:
  void sourceChanged();
  /// The registry is another one.
  void methodsChanged();
  void openFailed(const QString& why);
  /// colourOf() answers otherwise for some method.
  void coloursChanged();
  void currentChanged(int index);
  void displayChanged();
  /// Everything on show is older than the experiment until its result arrives.
  void staled();
  /// Another sample is on show, or none: the selected one cannot be loaded.
  void sampleChanged();
  void lowChanged();
  /// A method's result arrived (its place in the document's list).
  void resultChanged(int place);
  void pictureChanged(const fathom::Picture& picture);
  void barChanged(const fathom::BarFacts& bar);
  void cloudChanged(const fathom::Cloud& cloud);
  /// @param pane  whose method is at work; empty before the methods
  void progressed(double part, const QString& doing, const QString& pane);
  void failed(const QString& why);
  /// The engine has nothing more to do.
  void settled(bool cancelled);

 private:
  void connectEngine();
  void alignResults();
  void chooseColours();
  bool isCurrent(quint64 generation) const { return generation >= firstGeneration_; }
  void forgetSample();
  void submit();
  void runAgain(const std::string& weights);

  std::shared_ptr<Pipeline> pipeline_;
  Document document_;
  Engine engine_;
  Batch batch_;
  Thumbnails thumbnails_;
  MethodCosts costs_;
  WeightsStore weights_;
  SampleSourcePtr scenes_, source_;
  std::vector<std::string> names_;
  std::vector<Section> sections_;
  int current_ = -1;
  Display display_;
  std::optional<CloudWish> cloud_;
  QTimer soon_;  ///< several changes of one event become one request
  bool dragging_ = false;
  bool busy_ = false;
  quint64 generation_ = 0;        ///< of the last request
  quint64 firstGeneration_ = 1;   ///< the first request for the sample that is selected
  quint64 sampleGeneration_ = 0;  ///< the last request whose sample could be loaded
  std::shared_ptr<const LoadedSample> sample_;
  std::shared_ptr<const LowStage> low_;
  std::vector<MethodResult> results_;
  std::map<std::string, int> colours_;  ///< places in the palette, of methods that were on show
  std::stop_source opening_;            ///< of the last open()
};

}  // namespace fathom
