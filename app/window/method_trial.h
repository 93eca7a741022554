#pragma once

#include <QObject>
#include <filesystem>
#include <functional>
#include <memory>
#include <stop_token>

#include "app/methods/consent.h"
#include "app/pipeline/pipeline.h"

class QWidget;

namespace fathom {

/// Runs a method once on a sample, on a thread of its own, to see whether it works.
class MethodTrial : public QObject {
  Q_OBJECT
 public:
  using QObject::QObject;
  /// Cancels; what runs ends by itself.
  ~MethodTrial() override;

  /// Drops the one before.
  void start(UpsamplerRegistry methods, const std::string& id,
             std::shared_ptr<const LoadedSample> sample, std::shared_ptr<const LowStage> low);
  void cancel();
  bool isRunning() const { return running_; }

 Q_SIGNALS:
  /// @param text  what came out, or what went wrong (a program's last words among it)
  void finished(bool worked, const QString& text);

 private:
  std::stop_source stop_;
  bool running_ = false;
};

/// Finds out on a thread of its own whether the code in a file may run, and asks the user where it
/// is not known: what file, its SHA-256, and that it runs code.
/// @param parent  of the question; what is left of it goes with its parent
/// @param then    called on this thread where the code may run
void withConsent(std::shared_ptr<Consent> consent, const std::filesystem::path& file,
                 QWidget* parent, std::function<void()> then,
                 std::function<void(const QString&)> otherwise);

}  // namespace fathom
