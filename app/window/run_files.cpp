#include "app/window/run_files.h"

#include <QCoreApplication>
#include <QPointer>
#include <QThreadPool>
#include <algorithm>
#include <optional>

#include "app/window/method_shelf.h"
#include "app/window/workbench.h"
#include "core/error.h"
#include "core/log.h"
#include "core/sha256.h"

namespace fathom {
namespace {

namespace fs = std::filesystem;

/// Errors about what a file says name the file, with the line where they know it.
std::string aboutFile(const std::exception& error, const fs::path& file) {
  const std::string what = describe(error);
  return what.find(file.string()) == std::string::npos ? file.string() + ": " + what : what;
}

}  // namespace

RunFiles::RunFiles(Workbench& workbench, MethodShelf& shelf, QObject* parent)
    : QObject(parent), workbench_(workbench), shelf_(shelf), before_(noFile()) {
  connect(&workbench_.document(), &Document::changed, this, [this](bool dragging) {
    if (!dragging) compare();
  });
  connect(&workbench_, &Workbench::sourceChanged, this, &RunFiles::compare);
  connect(&shelf_, &MethodShelf::changed, this, &RunFiles::compare);
}

bool RunFiles::isRunFile(const QString& path) {
  return path.endsWith(QLatin1String(".toml"), Qt::CaseInsensitive);
}

void RunFiles::open(const QString& path) {
  const int asked = ++asked_;
  const auto back = [self = QPointer<RunFiles>(this), asked](auto work) {
    QMetaObject::invokeMethod(
        QCoreApplication::instance(),
        [self, asked, work] {
          if (self && asked == self->asked_) work(*self);
        },
        Qt::QueuedConnection);
  };
  QThreadPool::globalInstance()->start([path, back] {
    const fs::path file = fs::absolute(path.toStdString()).lexically_normal();
    try {
      const Experiment experiment = readExperiment(file);
      if (experiment.sources.empty()) {
        throw BadInput("names no sources", file.string(), "Add sources = [\"scenes:0-4\"]");
      }
      back([file, experiment](RunFiles& self) { self.take(file, experiment); });
    } catch (const std::exception& error) {
      const QString why = QString::fromStdString(aboutFile(error, file));
      back([path, why](RunFiles& self) { Q_EMIT self.failed(path, why); });
    }
  });
}

/// What can go wrong does so before anything is changed.
void RunFiles::take(const fs::path& file, const Experiment& experiment) {
  const QString name = QString::fromStdString(file.string());
  const auto state = [this, experiment] {
    return stateOf(experiment, shelf_.withBorrowed(experiment.definitions()),
                   workbench_.document().state());
  };
  try {
    (void)state();
  } catch (const std::exception& error) {
    Q_EMIT failed(name, QString::fromStdString(aboutFile(error, file)));
    return;
  }
  const int asked = asked_;
  workbench_.openSources(experiment.resolvedSources(), [this, file, experiment, name, state,
                                                        asked](OpenedSet opened) {
    if (asked != asked_) return;
    if (!opened.problems.isEmpty()) {
      Q_EMIT failed(name, name + ": " + opened.problems.join(QLatin1String("  ")));
      return;
    }
    QString remark;
    try {
      const ExperimentState next = state();  // methods may have changed meanwhile
      std::vector<MethodDefinition> borrowed = experiment.definitions();
      std::erase_if(borrowed, [this](const MethodDefinition& each) {
        const auto kept = std::ranges::find(shelf_.definitions(), each.id, &MethodDefinition::id);
        return kept != shelf_.definitions().end() && sameDefinition(*kept, each);
      });
      remark = remarkOn(borrowed);
      taking_ = true;
      shelf_.borrow(std::move(borrowed));
      workbench_.document().change(
          tr("Open %1").arg(QString::fromStdString(file.filename().string())), next);
      workbench_.show(std::move(opened));
      taking_ = false;
    } catch (const std::exception& error) {
      taking_ = false;
      Q_EMIT failed(name, QString::fromStdString(aboutFile(error, file)));
      return;
    }
    settle(file, experiment);
    Q_EMIT this->opened(name, remark);
  });
}

/// The user's own of the same ids stay where they are, and are back with the next file or session.
QString RunFiles::remarkOn(const std::vector<MethodDefinition>& definitions) const {
  QStringList ids;
  for (const MethodDefinition& each : definitions) {
    const bool hides = std::ranges::find(shelf_.definitions(), each.id, &MethodDefinition::id) !=
                       shelf_.definitions().end();
    if (hides) ids << QString::fromStdString(each.id);
  }
  if (ids.isEmpty()) return {};
  return tr("%1: as the run file defines it, for this session. Your own of that name is kept.")
      .arg(ids.join(QLatin1String(", ")));
}

Experiment RunFiles::experiment(const fs::path& base) const {
  const OnShow shown{workbench_.sourceNames(), workbench_.document().state(), shelf_.own()};
  Experiment before = before_;
  // Methods that the file brought stay in it while they are there, shown or not.
  for (const MethodDefinition& each : shelf_.borrowed()) {
    const auto known = std::ranges::find_if(before.methods, [&](const ExperimentMethod& method) {
      return method.choice.id == each.id;
    });
    if (known == before.methods.end()) before.methods.push_back({{each.id, {}}, each, false});
  }
  return experimentOf(shown, workbench_.pipeline().methods(), before, base);
}

void RunFiles::save(const QString& path) {
  const fs::path file = fs::absolute(path.toStdString()).lexically_normal();
  Experiment written = experiment(file.parent_path());
  writeExperiment(written, file);
  settle(file, std::move(written));
}

void RunFiles::settle(const fs::path& file, Experiment before) {
  file_ = file;
  before_ = std::move(before);
  stamp_ = stampOf(file_);
  modified_ = false;
  Q_EMIT changed();
}

std::string RunFiles::stampOf(const fs::path& file) const {
  const fs::path base = file.parent_path();
  return sha256(printExperiment(experiment(base), base));
}

void RunFiles::resume(const fs::path& file, const std::string& stamp) {
  try {
    before_ = readExperiment(file);
  } catch (const Error& error) {
    log().warn("{}", describe(error));
    return;
  }
  file_ = file;
  stamp_ = stamp;
  modified_ = stamp_ != stampOf(file_);
  Q_EMIT changed();
}

void RunFiles::compare() {
  if (taking_ || file_.empty()) return;
  const bool modified = stampOf(file_) != stamp_;
  if (modified == modified_) return;
  modified_ = modified;
  Q_EMIT changed();
}

}  // namespace fathom
