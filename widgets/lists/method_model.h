#pragma once

#include <QAbstractListModel>
#include <QColor>
#include <QSet>
#include <string>
#include <vector>

namespace fathom {

/// One method in the list.
struct MethodEntry {
  std::string id;
  QString title;
  QColor colour;         ///< of its dot: methodColour(place in the registry)
  QString help = {};     ///< tooltip: what it does
  QString state = {};    ///< "weights missing: get…"; empty where all is well
  bool warning = false;  ///< the state is a caution, not just a note
  bool shown = false;    ///< has a pane
  QString group = {};    ///< under which head it stands; empty: under none
  QString note = {};     ///< quiet facts, the first ones matter most: "12.3 M · 171 G"
  QString words = {};    ///< what a search finds it by besides id, title and help: its paper
};

/// The rows of the method list: heads of groups, in the order in which groups first appear, and
/// under each its methods that match the search and whose group is not folded.
class MethodModel : public QAbstractListModel {
  Q_OBJECT

 public:
  enum Role { kColour = Qt::UserRole, kState, kWarning, kNote, kIsHead, kFolded, kCount };

  using QAbstractListModel::QAbstractListModel;

  void setMethods(std::vector<MethodEntry> methods);
  /// In the order given, whatever is shown of them.
  const std::vector<MethodEntry>& methods() const { return methods_; }
  /// Methods whose id, title, help or words hold every word of the text, in any case. While there
  /// is a text no group is folded.
  void setFilter(const QString& text);
  const QString& filter() const { return filter_; }
  /// Hides a group's methods, or shows them again. An unknown group is ignored.
  void setFolded(const QString& group, bool folded);
  bool isFolded(const QString& group) const { return folded_.contains(group); }
  int shownMethods() const;

  /// The row of a method: −1 where there is none, or none now.
  int rowOf(std::string_view id) const;
  /// Null for a head.
  const MethodEntry* methodAt(const QModelIndex& index) const;
  /// These emit dataChanged only, not shownChanged; an unknown id is ignored.
  void setState(std::string_view id, const QString& state, bool warning);
  void setNote(std::string_view id, const QString& note);
  void setColour(std::string_view id, const QColor& colour);
  void setShown(std::string_view id, bool shown);

  int rowCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  /// The check state, as the user sets it.
  bool setData(const QModelIndex& index, const QVariant& value, int role) override;
  Qt::ItemFlags flags(const QModelIndex& index) const override;

 Q_SIGNALS:
  void shownChanged(const std::string& id, bool shown);

 private:
  struct Row {
    int method;  ///< or −1 for a head
    QString group;
  };
  MethodEntry* find(std::string_view id);
  bool matches(const MethodEntry& method) const;
  void rebuild();
  void tell(std::string_view id, const QList<int>& roles);
  QVariant headData(const QString& group, int role) const;

  std::vector<MethodEntry> methods_;
  std::vector<Row> rows_;
  QString filter_;
  QSet<QString> folded_;
};

}  // namespace fathom
