#pragma once

#include <QObject>
#include <QThreadPool>
#include <map>
#include <optional>
#include <string>

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
  /// Waits for the count under way.
  ~MethodCosts() override;

  /// Never waits: what is not known yet is counted, and `counted` says when. A newer question about
  /// the same method replaces one that was not begun. A method without anything to count costs its
  /// parameters and no multiply-adds.
  Answer of(const UpsamplerInfo& info, const Values& values, Size size);

 Q_SIGNALS:
  void counted(const std::string& id);

 private:
  struct Question {
    std::string key;
    std::function<Costs()> count;
  };
  void next();
  void take(const std::string& id, const std::string& key, Answer answer);

  std::map<std::string, Answer> known_;      ///< by method, size and settings
  std::map<std::string, Question> waiting_;  ///< by method: the newest one
  std::optional<std::string> counting_;      ///< the key of the one under way
  QThreadPool pool_;
};

}  // namespace fathom
