#pragma once

#include <QObject>
#include <QThreadPool>
#include <QTimer>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "app/weights/fetch.h"
#include "app/weights/state.h"
#include "core/upsampler.h"

namespace fathom {

/// A weights file that the catalogue knows or a method wants, and what of it is on this machine.
struct WeightsItem {
  WeightsEntry entry;  ///< only name and title where the catalogue does not know it
  bool inCatalogue = false;
  std::vector<std::string> wantedBy;  ///< methods, by id
  WeightsState state;
  bool licenceAccepted = false;
  bool canFetch() const { return inCatalogue && !entry.byHand(); }
};

/// What is being done with a weights file.
struct WeightsJob {
  enum class Kind { kFetch, kVerify, kAdopt, kRemove } kind = Kind::kFetch;
  bool waiting = true;        ///< for its turn
  double part = -1;           ///< 0 to 1; below 0 where nobody knows
  double bytesPerSecond = 0;  ///< of a fetch; 0 until it is known
  QString doing;              ///< "12.3 MB of 99.2 MB"
};

/// How the last job on a file ended.
struct WeightsOutcome {
  QString text;
  bool bad = false;
};

/// The weights of this machine: what is there, what is missing, what is on its way. Reads disks and
/// networks on threads of its own; its numbers are those of the last look, and `changed` says when
/// there are newer ones. No request is made but by fetch(). Lives in one thread.
class WeightsStore : public QObject {
  Q_OBJECT
 public:
  /// Begins with a look at the folder. @param methods  what wants weights
  /// @param options  folder and patience; its acceptLicence is not used
  WeightsStore(const std::vector<UpsamplerInfo>& methods, FetchOptions options,
               QObject* parent = nullptr);
  /// Calls off all jobs and waits for them: what has arrived is kept.
  ~WeightsStore() override;

  const std::filesystem::path& folder() const { return options_.folder; }
  /// What methods want, in their order, then the rest of the catalogue. Empty before the first
  /// look has ended.
  const std::vector<WeightsItem>& items() const { return items_; }
  /// Null where there is none.
  const WeightsItem* find(std::string_view name) const;
  /// What is wrong with the user's own catalogue; empty where nothing is.
  const QString& problem() const { return problem_; }
  std::optional<WeightsJob> job(std::string_view name) const;
  const std::map<std::string, WeightsJob, std::less<>>& jobs() const { return jobs_; }
  WeightsOutcome outcome(std::string_view name) const;

  /// Looks again at catalogue and folder.
  void rescan();
  /// One job a file; those that come while one is under way are ignored, and so are unknown names.
  /// @param acceptLicence  the user accepts it now
  void fetch(std::string_view name, bool acceptLicence);
  /// Compares the file with its hash and reads its description.
  void verify(std::string_view name);
  /// Links a file of the user's into the folder, under this name.
  void adopt(std::string_view name, const std::filesystem::path& file);
  void remove(std::string_view name);
  void cancel(std::string_view name);

 Q_SIGNALS:
  /// Items, a job's beginning or end.
  void changed();
  void progressed(const std::string& name);
  /// A file came, went or became another: what was made with it is out of date.
  void fileChanged(const std::string& name);

 private:
  struct Look;  // what a look found
  struct Live;
  using LivePtr = std::shared_ptr<Live>;
  struct Wish {
    std::string name, title, method;
  };
  using Work = std::function<QString(const WeightsEntry& entry, const Progress& progress)>;

  static Look look(const std::vector<Wish>& wishes, const std::filesystem::path& folder);
  void take(Look look);
  void start(std::string_view name, WeightsJob::Kind kind, Work work);
  std::function<void(double, std::string_view)> reporter(const WeightsEntry& entry,
                                                         const LivePtr& live);
  void poll();
  void end(const std::string& name, const WeightsOutcome& outcome, bool fileIsNew, Look look);

  std::vector<Wish> wishes_;
  FetchOptions options_;
  std::vector<WeightsItem> items_;
  QString problem_;
  std::map<std::string, WeightsJob, std::less<>> jobs_;
  std::map<std::string, WeightsOutcome, std::less<>> outcomes_;
  std::map<std::string, std::stop_source, std::less<>> stops_;
  std::map<std::string, LivePtr, std::less<>> live_;
  QTimer poll_;  ///< while jobs are under way: their progress in steps that an eye can follow
  std::uint64_t lastLook_ = 0;  ///< looks may end in another order than they began
  QThreadPool pool_;
};

/// Where a method's weights stand.
struct MethodWeights {
  QString state;  ///< for its row: "get weights…", "getting 43 %"; empty where all is well
  bool warning = false;
  std::string missing;  ///< the first file that is not there; empty where none is
};
MethodWeights methodWeights(const WeightsStore& store, const UpsamplerInfo& info,
                            const Values& values);
/// The file that a setting chooses; empty where none is chosen.
std::string chosenWeights(const Values& values, const WeightsWanted& wanted);
/// Whether these values ask for random weights.
bool wantsRandomWeights(const Values& values);
/// "43 %", of a file that is partly here; "12.3 MB" where it is hardly begun or nobody knows the
/// whole.
QString partText(const WeightsItem& item);

}  // namespace fathom
