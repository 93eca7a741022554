#include "app/window/method_trial.h"

#include <QCoreApplication>
#include <QMessageBox>
#include <QPointer>
#include <QPushButton>
#include <QThreadPool>
#include <QWidget>

#include "app/weights/state.h"
#include "core/error.h"
#include "core/sha256.h"
#include "widgets/colour/number_text.h"

namespace fathom {
namespace {

/// "640 × 480, 1.2 … 65504 m, 12 ms".
QString summaryOf(const Prediction& made) {
  const Range metres = range(made.depth);
  const Size size = made.depth.size();
  QString text = QObject::tr("It works: %1 × %2, %3 … %4 m, %5 ms")
                     .arg(size.width)
                     .arg(size.height)
                     .arg(tickText(metres.least), tickText(metres.greatest, 4))
                     .arg(made.milliseconds, 0, 'f', 0);
  if (!made.stamp.empty()) text += " · ⚠ " + QString::fromStdString(made.stamp);
  return text;
}

QString fileText(const std::filesystem::path& file, const std::string& sha256,
                 std::uintmax_t bytes) {
  return QObject::tr(
             "%1\n%2, SHA-256 %3\n\nThis file is a program: a TorchScript file holds code, and to "
             "open it is to run it, with all that you may do on this machine. Allow it only if you "
             "know where it comes from.\n\n"
             "The answer is remembered for these very bytes; another file of this name is asked "
             "about again.")
      .arg(QString::fromStdString(file.string()),
           QString::fromStdString(bytesText(static_cast<std::int64_t>(bytes))),
           QString::fromStdString(sha256));
}

void ask(const std::shared_ptr<Consent>& consent, const std::filesystem::path& file,
         const std::string& sha256, std::uintmax_t bytes, QWidget* parent,
         const std::function<void()>& then, const std::function<void(const QString&)>& otherwise) {
  auto* box = new QMessageBox(
      QMessageBox::Warning, QObject::tr("Run the code in this file?"),
      QObject::tr("Run the code in %1?").arg(QString::fromStdString(file.filename().string())),
      QMessageBox::NoButton, parent);
  box->setInformativeText(fileText(file, sha256, bytes));
  box->setTextInteractionFlags(Qt::TextSelectableByMouse);
  QPushButton* allow = box->addButton(QObject::tr("Allow"), QMessageBox::AcceptRole);
  box->setDefaultButton(box->addButton(QObject::tr("Do not run it"), QMessageBox::RejectRole));
  box->setAttribute(Qt::WA_DeleteOnClose);
  QObject::connect(box, &QMessageBox::finished, parent, [=] {
    if (box->clickedButton() != allow) return otherwise(QObject::tr("The code was not allowed."));
    try {
      consent->allow(sha256, file.filename().string());
      then();
    } catch (const std::exception& error) {
      otherwise(QString::fromStdString(describe(error)));
    }
  });
  box->open();
}

}  // namespace

MethodTrial::~MethodTrial() {
  cancel();
}

void MethodTrial::cancel() {
  stop_.request_stop();
  running_ = false;
}

void MethodTrial::start(UpsamplerRegistry methods, const std::string& id,
                        std::shared_ptr<const LoadedSample> sample,
                        std::shared_ptr<const LowStage> low) {
  cancel();
  stop_ = std::stop_source();
  running_ = true;
  QThreadPool::globalInstance()->start([self = QPointer<MethodTrial>(this), id, sample, low,
                                        stop = stop_.get_token(),
                                        methods = std::move(methods)]() mutable {
    bool worked = false;
    QString text;
    try {
      const Prediction made =
          (*methods.create(id, {}))(inputOf(sample->sample, low->low), Progress{stop, {}});
      worked = true;
      text = summaryOf(made);
    } catch (const Cancelled&) {
      return;
    } catch (const std::exception& error) {
      text = QString::fromStdString(describe(error));
    }
    methods = {};  // ends a program that served this trial alone
    QMetaObject::invokeMethod(
        QCoreApplication::instance(),
        [self, stop, worked, text] {
          if (!self || stop.stop_requested()) return;
          self->running_ = false;
          Q_EMIT self->finished(worked, text);
        },
        Qt::QueuedConnection);
  });
}

void withConsent(std::shared_ptr<Consent> consent, const std::filesystem::path& file,
                 QWidget* parent, std::function<void()> then,
                 std::function<void(const QString&)> otherwise) {
  QThreadPool::globalInstance()->start([consent = std::move(consent), file,
                                        owner = QPointer<QWidget>(parent), then = std::move(then),
                                        otherwise = std::move(otherwise)] {
    std::string sha256, problem;
    std::uintmax_t bytes = 0;
    try {
      sha256 = sha256OfFile(file);
      std::error_code none;
      bytes = std::filesystem::file_size(file, none);
    } catch (const std::exception& error) {
      problem = describe(error);
    }
    QMetaObject::invokeMethod(
        QCoreApplication::instance(),
        [=] {
          if (!owner) return;
          if (!problem.empty()) return otherwise(QString::fromStdString(problem));
          if (consent->allows(sha256)) return then();
          ask(consent, file, sha256, bytes, owner, then, otherwise);
        },
        Qt::QueuedConnection);
  });
}

}  // namespace fathom
