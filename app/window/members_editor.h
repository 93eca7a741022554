#pragma once

#include <QWidget>
#include <vector>

#include "app/pipeline/choices.h"
#include "core/upsampler.h"

class QComboBox;
class QListWidget;
class QToolButton;

namespace fathom {

/// The members of an ensemble or a chain, in order: picked from the known methods, moved, removed.
class MembersEditor : public QWidget {
  Q_OBJECT
 public:
  explicit MembersEditor(QWidget* parent = nullptr);

  /// What there is to pick from.
  void setMethods(std::vector<UpsamplerInfo> methods);
  /// In a chain all members but the first must be able to start from another result.
  void setChain(bool chain);
  void setMembers(std::vector<MethodChoice> members);
  const std::vector<MethodChoice>& members() const { return members_; }

 Q_SIGNALS:
  void changed();

 private:
  void showMembers(int current);
  void showChoices();
  void add();
  void move(int by);
  void remove();
  QString titleOf(const std::string& id) const;

  std::vector<UpsamplerInfo> methods_;
  std::vector<MethodChoice> members_;
  bool chain_ = false;
  QListWidget* list_;
  QComboBox* choices_;
  QToolButton *up_, *down_, *remove_;
};

}  // namespace fathom
