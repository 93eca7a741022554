#pragma once

#include <QAbstractListModel>
#include <QColor>
#include <string>
#include <vector>

namespace fathom {

/// One method in the list.
struct MethodEntry {
  std::string id;
  QString title;
  QColor colour;         ///< of its dot: methodColour(place in the registry)
  QString help;          ///< tooltip: what it does, its paper
  QString state;         ///< "weights missing — get…"; empty where all is well
  bool warning = false;  ///< the state is a caution, not just a note
  bool shown = false;    ///< has a pane
};

/// The methods and whether each is shown.
class MethodModel : public QAbstractListModel {
  Q_OBJECT

 public:
  enum Role { kColour = Qt::UserRole, kState, kWarning };

  using QAbstractListModel::QAbstractListModel;

  void setMethods(std::vector<MethodEntry> methods);
  const std::vector<MethodEntry>& methods() const { return methods_; }
  /// −1 where there is none.
  int rowOf(std::string_view id) const;
  /// Both emit dataChanged only, not shownChanged; an unknown id is ignored.
  void setState(std::string_view id, const QString& state, bool warning);
  void setShown(std::string_view id, bool shown);

  int rowCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  /// The check state, as the user sets it.
  bool setData(const QModelIndex& index, const QVariant& value, int role) override;
  Qt::ItemFlags flags(const QModelIndex& index) const override;

 Q_SIGNALS:
  void shownChanged(const std::string& id, bool shown);

 private:
  std::vector<MethodEntry> methods_;
};

}  // namespace fathom
