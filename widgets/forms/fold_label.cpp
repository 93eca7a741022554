#include "widgets/forms/fold_label.h"

#include <QEvent>
#include <QTextLayout>
#include <QTextOption>
#include <vector>

#include "widgets/theme/tokens.h"

namespace fathom {
namespace {

struct Line {
  int start, length;
};

std::vector<Line> linesOf(const QString& text, const QFont& font, int width) {
  QTextLayout layout(text, font);
  layout.setTextOption(QTextOption(Qt::AlignLeft));
  layout.beginLayout();
  std::vector<Line> lines;
  for (QTextLine line = layout.createLine(); line.isValid(); line = layout.createLine()) {
    line.setLineWidth(width);
    lines.push_back({line.textStart(), line.textLength()});
  }
  layout.endLayout();
  return lines;
}

QString link(const QString& text) {
  return QString("<a href=\"fold\" style=\"color:%1; text-decoration:none\">%2</a>")
      .arg(tokens().accent.name(), text);
}

}  // namespace

FoldLabel::FoldLabel(int lines, QWidget* parent) : QLabel(parent), lines_(std::max(1, lines)) {
  setWordWrap(true);
  setTextFormat(Qt::RichText);
  setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::LinksAccessibleByMouse |
                          Qt::LinksAccessibleByKeyboard);
  QSizePolicy policy(QSizePolicy::Ignored, QSizePolicy::Minimum);
  policy.setHeightForWidth(true);
  setSizePolicy(policy);
  connect(this, &QLabel::linkActivated, this, [this] { setFolded(!folded_); });
}

void FoldLabel::setPlainText(const QString& text) {
  if (text == whole_) return;
  whole_ = text.simplified();
  folded_ = true;
  setAccessibleName(whole_);
  render();
}

void FoldLabel::setFolded(bool folded) {
  folded_ = folded;
  render();
}

bool FoldLabel::isLong() const {
  return linesOf(whole_, font(), width()).size() > static_cast<std::size_t>(lines_);
}

/// What is seen at this width, as rich text.
QString FoldLabel::shownText(int width) const {
  const std::vector<Line> lines = linesOf(whole_, font(), width);
  if (lines.size() <= static_cast<std::size_t>(lines_)) return whole_.toHtmlEscaped();
  if (!folded_) return whole_.toHtmlEscaped() + " " + link(tr("less"));
  const Line& last = lines[static_cast<std::size_t>(lines_ - 1)];
  const QFontMetrics metrics(font());
  const int room = width - metrics.horizontalAdvance(tr(" more")) - 4;
  const QString end =
      metrics.elidedText(whole_.mid(last.start, last.length).trimmed() + QStringLiteral("……"),
                         Qt::ElideRight, std::max(room, 0));
  // Whole words only.
  QString cut = end.chopped(end.endsWith(QChar(0x2026)) ? 1 : 0).trimmed();
  if (const auto space = cut.lastIndexOf(' '); space > 0) cut.truncate(space);
  return (whole_.left(last.start) + cut).toHtmlEscaped() + QStringLiteral("… ") +
         link(tr("more").replace(' ', QChar(0xa0)));
}

void FoldLabel::render() {
  if (rendering_) return;
  rendering_ = true;
  const QString text = shownText(width());
  if (text != this->text()) {
    setText(text);
    updateGeometry();
  }
  rendering_ = false;
}

int FoldLabel::heightForWidth(int width) const {
  if (whole_.isEmpty()) return 0;
  const auto lines = static_cast<int>(linesOf(whole_, font(), width).size());
  const bool fold = folded_ && lines > lines_;
  // "less" may take a line of its own.
  const int shown = fold ? lines_ : lines > lines_ ? lines + 1 : lines;
  return shown * QFontMetrics(font()).lineSpacing() + 1;
}

QSize FoldLabel::sizeHint() const {
  constexpr int kUsualWidth = 240;
  return {kUsualWidth, heightForWidth(width() > 40 ? width() : kUsualWidth)};
}

void FoldLabel::resizeEvent(QResizeEvent* event) {
  QLabel::resizeEvent(event);
  render();
}

void FoldLabel::changeEvent(QEvent* event) {
  QLabel::changeEvent(event);
  if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange) render();
}

}  // namespace fathom
