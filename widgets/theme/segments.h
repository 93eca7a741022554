#pragma once

#include <QList>
#include <QString>
#include <QWidget>

class QAbstractButton;
class QButtonGroup;

namespace fathom {

/// A row of choices of which one is taken, each with the key that takes it ("Grid G"). Left and
/// right move the choice when it has the focus. The keys are shown only: actions own them.
class Segments : public QWidget {
  Q_OBJECT

 public:
  struct Choice {
    QString text;
    QString key;   ///< shown faint behind the text; may be empty
    QString help;  ///< tooltip; may be empty
  };

  explicit Segments(const QList<Choice>& choices, QWidget* parent = nullptr);

  int current() const;
  int count() const;
  /// Does not emit `chosen`. Throws nothing; an index out of range is ignored.
  void setCurrent(int index);
  void setChoiceEnabled(int index, bool enabled);
  QAbstractButton* button(int index) const;

 Q_SIGNALS:
  /// The user took another choice.
  void chosen(int index);

 protected:
  void keyPressEvent(QKeyEvent* event) override;

 private:
  QButtonGroup* group_;
};

}  // namespace fathom
