#pragma once

#include <QTimer>
#include <QWidget>
#include <memory>
#include <mutex>
#include <vector>

#include "core/log.h"
#include "widgets/lists/log_model.h"

class QBoxLayout;
class QComboBox;
class QListView;
class QToolButton;

namespace fathom {

/// The last 5,000 lines of the log. Follows the newest line until the user scrolls up.
class LogPanel : public QWidget {
  Q_OBJECT

 public:
  explicit LogPanel(QWidget* parent = nullptr);
  ~LogPanel() override;

  /// Shows every line of the program's log from now on.
  void listen();
  /// From any thread. Lines show together, at most ten times a second.
  void append(LogLine line);

  void setLeastLevel(int level);
  bool isFollowing() const;
  void setFollowing(bool follow);
  /// Selected lines, or all that are shown.
  QString copyText() const;
  void copy();
  void clear();

  QListView* view() const { return view_; }
  LogModel* model() const { return model_; }
  QSize sizeHint() const override { return {890, 180}; }

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  QBoxLayout* makeBar();
  void takePending();
  void scrolled(int value);

  LogModel* model_;
  QListView* view_;
  QComboBox* level_;
  QToolButton* follow_;
  QTimer* batch_;
  std::mutex mutex_;
  std::vector<LogLine> pending_;  // guarded by mutex_
  bool filling_ = false;
  std::shared_ptr<void> listening_;
};

}  // namespace fathom
