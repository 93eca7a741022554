// The File menu: folders, run files, what was opened lately.
#include <QCloseEvent>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QMenu>
#include <QMenuBar>
#include <QMessageBox>
#include <QMimeData>
#include <QSettings>

#include "app/window/main_window.h"
#include "app/window/recent.h"
#include "app/window/run_files.h"
#include "core/error.h"
#include "core/log.h"
#include "widgets/theme/icons.h"

namespace fathom {
namespace {

QString runFileFilter() {
  return MainWindow::tr("Run files (*.toml)");
}

}  // namespace

void MainWindow::makeFileMenu() {
  QMenu* menu = menuBar()->addMenu(tr("&File"));
  const auto add = [&](QAction* made, auto slot) {
    menu->addAction(made);
    connect(made, &QAction::triggered, this, slot);
    return made;
  };
  add(action("open", tr("&Open folder…"), QKeySequence::Open), &MainWindow::openFolder);
  forRunFiles_ << add(action({}, tr("Open run &file…"), QKeySequence("Ctrl+Shift+O")),
                      &MainWindow::chooseRunFile);
  QMenu* recent = menu->addMenu(tr("Open &recent"));
  connect(recent, &QMenu::aboutToShow, this, [this, recent] { fillRecentMenu(*recent); });
  menu->addSeparator();
  forRunFiles_ << add(action("save", tr("&Save run file"), QKeySequence::Save),
                      [this] { saveRunFile(); });
  forRunFiles_ << add(action({}, tr("Save run file &as…"), QKeySequence("Ctrl+Shift+S")),
                      [this] { saveRunFileAs(); });
  for (QAction* each : forRunFiles_) each->setEnabled(false);  // until setRunFiles
  menu->addSeparator();
  add(action("table", tr("Export &table as CSV…"), QKeySequence("Ctrl+E")),
      &MainWindow::exportTable);
  add(action("camera", tr("Export &view as PNG…"), QKeySequence("Ctrl+Alt+S")),
      &MainWindow::exportView);
  menu->addSeparator();
  add(action("close", tr("&Quit"), QKeySequence::Quit), &MainWindow::close);
}

void MainWindow::setRunFiles(RunFiles* files) {
  files_ = files;
  for (QAction* each : forRunFiles_) each->setEnabled(true);
  connect(files_, &RunFiles::changed, this, &MainWindow::updateTitle);
  connect(files_, &RunFiles::opened, this, [this](const QString& file, const QString& remark) {
    addRecent(file);
    say(remark.isEmpty() ? tr("Opened %1").arg(file) : remark);
    if (!remark.isEmpty()) log().info("{}", remark.toStdString());
  });
  connect(files_, &RunFiles::failed, this, [this](const QString& file, const QString& why) {
    log().error("{}", why.toStdString());
    complain(tr("%1 was not opened").arg(QFileInfo(file).fileName()), why);
  });
  updateTitle();
}

/// What cannot be overlooked, in full and to be copied.
void MainWindow::complain(const QString& what, const QString& why) {
  auto* box = new QMessageBox(QMessageBox::Warning, tr("Fathom"), what, QMessageBox::Close, this);
  box->setAttribute(Qt::WA_DeleteOnClose);
  box->setInformativeText(why);
  box->setTextInteractionFlags(Qt::TextSelectableByMouse);
  box->open();
}

void MainWindow::openFolder() {
  QSettings settings;
  const QString folder = QFileDialog::getExistingDirectory(
      this, tr("Open a folder of samples"), settings.value("folder", QDir::homePath()).toString());
  if (folder.isEmpty()) return;
  settings.setValue("folder", folder);
  openPaths({folder});
}

void MainWindow::chooseRunFile() {
  QSettings settings;
  const QString file = QFileDialog::getOpenFileName(
      this, tr("Open a run file"), settings.value("runFiles", QDir::homePath()).toString(),
      runFileFilter());
  if (file.isEmpty()) return;
  settings.setValue("runFiles", QFileInfo(file).absolutePath());
  openPaths({file});
}

void MainWindow::openPaths(const QStringList& paths) {
  const auto runFiles = std::ranges::count_if(paths, &RunFiles::isRunFile);
  if (runFiles == 0 || !files_) {
    opening_ = paths;
    return workbench_.open(paths);
  }
  if (paths.size() > 1) {
    return complain(tr("A run file is opened alone"),
                    tr("It names its sources itself. Open folders and run files one after the "
                       "other."));
  }
  if (mayLeaveRunFile()) files_->open(paths.front());
}

/// Of what was asked for, what could be opened.
void MainWindow::rememberOpened() {
  for (const std::string& name : workbench_.sourceNames()) {
    const QString path = QString::fromStdString(name);
    for (const QString& asked : std::as_const(opening_)) {
      if (QDir::cleanPath(QDir(asked).absolutePath()) == QDir::cleanPath(path)) {
        addRecent(QDir::cleanPath(path));
      }
    }
  }
  opening_.clear();
}

void MainWindow::fillRecentMenu(QMenu& menu) {
  menu.clear();
  for (const QString& path : recentPaths()) {
    const bool isFile = RunFiles::isRunFile(path);
    QString text = menu.fontMetrics().elidedText(path, Qt::ElideMiddle, 480);
    QAction* entry = menu.addAction(text.replace('&', "&&"));
    if (!isFile) entry->setIcon(themedIcon("open"));
    entry->setEnabled(!isFile || files_);
    connect(entry, &QAction::triggered, this, [this, path] { openRecent(path); });
  }
  if (menu.isEmpty()) menu.addAction(tr("Nothing yet"))->setEnabled(false);
}

void MainWindow::openRecent(const QString& path) {
  if (QFileInfo::exists(path)) return openPaths({path});
  dropRecent(path);
  complain(tr("%1 is gone").arg(QFileInfo(path).fileName()),
           tr("%1 is not there any more. It was taken off the list.").arg(path));
}

bool MainWindow::saveRunFile() {
  if (!files_) return false;
  if (files_->file().empty()) return saveRunFileAs();
  return writeRunFile(QString::fromStdString(files_->file().string()));
}

bool MainWindow::saveRunFileAs() {
  if (!files_) return false;
  QSettings settings;
  const QString before = QString::fromStdString(files_->file().string());
  const QString folder = settings.value("runFiles", QDir::homePath()).toString();
  QString file = QFileDialog::getSaveFileName(
      this, tr("Save the experiment as a run file"),
      before.isEmpty() ? folder + "/experiment.toml" : before, runFileFilter());
  if (file.isEmpty()) return false;
  if (!RunFiles::isRunFile(file)) {
    file += QLatin1String(".toml");
    // Nobody was asked about this one.
    if (QFileInfo::exists(file) &&
        QMessageBox::question(this, tr("Save the experiment as a run file"),
                              tr("%1 is there already. Replace it?").arg(file)) !=
            QMessageBox::Yes) {
      return false;
    }
  }
  settings.setValue("runFiles", QFileInfo(file).absolutePath());
  return writeRunFile(file);
}

bool MainWindow::writeRunFile(const QString& file) {
  try {
    files_->save(file);
  } catch (const std::exception& error) {
    log().error("{}", describe(error));
    complain(tr("The run file was not saved"), QString::fromStdString(describe(error)));
    return false;
  }
  addRecent(QDir::cleanPath(QDir(file).absolutePath()));
  say(tr("Wrote %1").arg(file));
  return true;
}

/// Asks where changes to the open run file would be lost.
bool MainWindow::mayLeaveRunFile() {
  if (!files_ || !files_->isModified()) return true;
  QMessageBox box(
      QMessageBox::Question, tr("Fathom"),
      tr("Save the changes to %1?").arg(QString::fromStdString(files_->file().filename().string())),
      QMessageBox::Save | QMessageBox::Discard | QMessageBox::Cancel, this);
  box.setInformativeText(tr("The experiment on show differs from the run file."));
  box.setDefaultButton(QMessageBox::Save);
  const int answer = box.exec();
  if (answer == QMessageBox::Save) return saveRunFile();
  return answer == QMessageBox::Discard;
}

void MainWindow::updateTitle() {
  setWindowModified(files_ && files_->isModified());
  if (files_ && !files_->file().empty()) {
    const QString name = QString::fromStdString(files_->file().filename().string());
    return setWindowTitle(tr("%1[*] — Fathom").arg(name));
  }
  const auto& sections = workbench_.sections();
  setWindowTitle(sections.empty() ? tr("Fathom") : tr("%1 — Fathom").arg(sections.front().title));
}

void MainWindow::closeEvent(QCloseEvent* event) {
  if (!mayLeaveRunFile()) return event->ignore();
  workbench_.cancel();
  if (!hiddenBefore_.empty()) toggleZones();  // Tab is for now, not for the next start
  QSettings settings;
  settings.setValue("geometry", saveGeometry());
  settings.setValue("docks", saveState());
  event->accept();
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
  if (event->mimeData()->hasUrls()) event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event) {
  QStringList paths;
  for (const QUrl& url : event->mimeData()->urls()) {
    if (url.isLocalFile()) paths << url.toLocalFile();
  }
  if (paths.isEmpty()) return say(tr("Only local folders and run files can be opened."));
  // The one who drops waits for the answer: questions come afterwards.
  QTimer::singleShot(0, this, [this, paths] { openPaths(paths); });
}

}  // namespace fathom
