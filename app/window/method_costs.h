#pragma once

#include <QObject>
#include <QThreadPool>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/upsampler.h"

namespace fathom {

/// What methods cost at the sizes and with the settings that were asked for: counted on a thread of
/// its own, kept. Lives in one thread.
class MethodCosts : public QObject {
  Q_OBJECT
 public:
  struct Answer {
    std::optional<Costs> costs;  ///< nothing: not counted yet, or see problem
    QString problem;             ///< why it cannot be counted
  };

  explicit MethodCosts(QObject* parent = nullptr);
  /// Stops the count under way.
  ~MethodCosts() override;

  /// Never waits: what is not known yet is counted, and `counted` says when; the last question
  /// comes first. A newer one about the same method replaces one that was not begun. A method
  /// without anything to count costs its parameters and no multiply-adds.
  Answer of(const UpsamplerInfo& info, const Values& values, Size size);
  /// These are other methods than before: what is known of them is forgotten, and what is being
  /// counted of them is not taken.
  void forget(const std::vector<std::string>& ids);
  /// While it is on none counts: it would take time and memory from what the user waits for. A
  /// count under way is dropped and begun again later.
  void setPaused(bool paused);

 Q_SIGNALS:
  void counted(const std::string& id);

 private:
  struct Question {
    std::string id, key;
    std::function<Costs(const Progress&)> count;
  };
  void next();
  void take(const Question& question, std::optional<Answer> answer);

  std::map<std::string, Answer> known_;  ///< by method, size and settings
  std::vector<Question> waiting_;        ///< one for each method; the last one comes next
  bool paused_ = false;
  std::optional<Question> counting_;  ///< the one under way
  bool outdated_ = false;             ///< the one under way is of a method that is another now
  std::stop_source stop_;             ///< of the one under way
  QThreadPool pool_;
};

}  // namespace fathom
