#pragma once

#include <QMainWindow>
#include <map>

#include "app/window/panes_view.h"
#include "app/window/top_bar.h"
#include "app/window/workbench.h"
#include "widgets/theme/tokens.h"

class QDockWidget;
class QLabel;
class QTabWidget;
class QToolButton;

namespace fathom {

class BarView;
class CloudPane;
class MethodShelf;
class MethodsPanel;
class RunFiles;
class ScoresPanel;
class WeightsDialog;

/// The window: zones around the panes, menus, keys, drag and drop, settings.
class MainWindow : public QMainWindow {
  Q_OBJECT
 public:
  explicit MainWindow(Workbench& workbench);
  ~MainWindow() override;

  /// Size, docks and theme of the last time. @param theme  "dark", "light" or empty: as last time
  void restoreSettings(const QString& theme);
  void setTheme(Theme theme);
  PanesView& panes() { return *panes_; }
  CloudPane& cloud() { return *cloud_; }
  TopBar& topBar() { return *topBar_; }
  /// Brings the tab with this title to the front; unknown titles change nothing.
  void showTab(const QString& title);
  /// The weights manager, with this file selected; empty: the first one that is wanted.
  void showWeights(const std::string& name = {});
  /// Lets the user bring methods: menu entries, buttons and dialog work on this shelf from now on.
  void setShelf(MethodShelf* shelf);
  /// Lets the user open and save run files from now on.
  void setRunFiles(RunFiles* files);
  RunFiles* runFiles() const { return files_; }
  /// Folders, "scenes:0-4", or one run file; asks first where changes to a run file would be lost.
  void openPaths(const QStringList& paths);
  /// Opens it again; one that is gone is taken off the list, which the user is told.
  void openRecent(const QString& path);
  /// In the status bar, for a while.
  void say(const QString& text);
  /// To the file that is open, else to one that is asked for. False where nothing was written.
  bool saveRunFile();
  /// The dialog for a new method (empty) or one of the user's. Without a shelf nothing happens.
  void editMethod(const std::string& id);
  void removeMethod(const std::string& id);
  /// Asks about the code whose refusal made a method fail, and computes again once it is allowed.
  void allowCode(const std::string& method, const std::string& failure);
  /// Null until it was shown.
  WeightsDialog* weightsDialog() const { return weights_; }
  /// The methods, with the focus in their search field.
  void findMethod();
  MethodsPanel& methods() { return *methods_; }
  /// The whole window, 3D included.
  QImage grabWindow();
  /// Where what is on show comes from.
  Provenance provenance() const;
  /// Nothing on show is older than what was asked for.
  bool isFresh() const;

 protected:
  void closeEvent(QCloseEvent* event) override;
  void dragEnterEvent(QDragEnterEvent* event) override;
  void dropEvent(QDropEvent* event) override;
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  QDockWidget* addZone(const QString& name, const QString& title, QWidget* content,
                       Qt::DockWidgetArea area);
  void makeCentre();
  void makeZones();
  void makeStatusBar();
  void makeMenus();
  void makeFileMenu();
  void makeEditMenu();
  void makeViewMenu();
  void fillMapsMenu(QMenu& menu);
  void makeMethodsMenu();
  void makeWindowMenu();
  void makeHelpMenu();
  QAction* action(const QString& icon, const QString& text, const QKeySequence& key);
  void openFolder();
  void chooseRunFile();
  bool saveRunFileAs();
  bool writeRunFile(const QString& file);
  bool mayLeaveRunFile();
  void fillRecentMenu(QMenu& menu);
  void rememberOpened();
  void complain(const QString& what, const QString& why);
  void exportTable();
  void exportView();
  void save(const QString& title, const QString& suggestion, const QString& filter,
            const std::function<void(const QString&)>& write);
  void showKeys();
  void showSpace(Space space);
  void showPaneMenu(const QString& pane, const QPoint& position);
  void toggleZones();
  bool paneKey(int key);
  void focusZone(int by);
  void showInCloud(const QString& pane);
  void updateTitle();
  void updateStatus();
  void connectJobs();
  void showJob(const QString& text);
  void showDownloads();
  void updateStamp();

  Workbench& workbench_;
  TopBar* topBar_ = nullptr;
  PanesView* panes_ = nullptr;
  CloudPane* cloud_ = nullptr;
  BarView* bar_ = nullptr;
  ScoresPanel* scores_ = nullptr;
  QTabWidget* right_ = nullptr;
  std::vector<QDockWidget*> zones_;
  std::vector<bool> hiddenBefore_;
  bool halved_ = false;  ///< panes and 3D view have got their first share of the middle
  MethodsPanel* methods_ = nullptr;
  MethodShelf* shelf_ = nullptr;
  RunFiles* files_ = nullptr;
  QList<QAction*> forRunFiles_;  ///< of the File menu
  QStringList opening_;          ///< what the user asked for last
  WeightsDialog* weights_ = nullptr;
  QLabel *pixel_ = nullptr, *job_ = nullptr, *device_ = nullptr;
  QToolButton* cancel_ = nullptr;     ///< beside the job that it stops
  QToolButton* downloads_ = nullptr;  ///< weights on their way; opens their manager
};

}  // namespace fathom
