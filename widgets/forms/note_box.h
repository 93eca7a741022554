#pragma once

#include <QFrame>
#include <QString>

class QLabel;

namespace fathom {

/// A framed note beside the controls that it is about. What is bold in its text takes the colour
/// of its kind, and a sign stands before it.
class NoteBox : public QFrame {
  Q_OBJECT

 public:
  enum class Kind { kPlain, kWarning, kGood, kBad };

  explicit NoteBox(QWidget* parent = nullptr);

  /// @param html  rich text: <b> for what matters, <a href> for links; file names and the like
  ///              must have been escaped (QString::toHtmlEscaped). Empty hides the note.
  void setNote(const QString& html, Kind kind = Kind::kPlain);
  const QString& note() const { return html_; }
  Kind kind() const { return kind_; }

 Q_SIGNALS:
  void linkActivated(const QString& href);

 protected:
  void changeEvent(QEvent* event) override;

 private:
  void render();

  QLabel* label_ = nullptr;
  QString html_;
  Kind kind_ = Kind::kPlain;
};

}  // namespace fathom
