#pragma once

#include <QAbstractListModel>
#include <vector>

#include "app/window/weights_store.h"

namespace fathom {

/// The rows of the weights manager: what methods want, then the rest of the catalogue, each under
/// its head.
class WeightsModel : public QAbstractListModel {
  Q_OBJECT
 public:
  enum Role { kIsHead = Qt::UserRole, kName, kFacts, kState, kWarning, kPart };

  /// @param store  must outlive the model
  explicit WeightsModel(const WeightsStore& store, QObject* parent = nullptr);

  /// Items whose name, title, file or licence hold every word of the text, in any case.
  void setFilter(const QString& text);
  /// −1 where it is not shown.
  int rowOf(std::string_view name) const;
  /// Takes over what the store knows now.
  void refresh();
  /// The progress of this one changed.
  void refresh(std::string_view name);

  int rowCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  Qt::ItemFlags flags(const QModelIndex& index) const override;

 private:
  struct Row {
    QString head;      ///< or empty
    std::string name;  ///< of an item
    bool operator==(const Row&) const = default;
  };
  std::vector<Row> wantedRows() const;
  QVariant itemData(const WeightsItem& item, int role) const;

  const WeightsStore& store_;
  QString filter_;
  std::vector<Row> rows_;
};

/// "✓ here", "43 % arrived", "getting 43 %": for lists.
QString stateText(const WeightsItem& item, const std::optional<WeightsJob>& job);

}  // namespace fathom
