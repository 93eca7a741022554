#include "app/window/cloud_pane.h"

#include <QHBoxLayout>
#include <QLocale>
#include <QPainter>
#include <QVBoxLayout>

#include "app/window/workbench.h"
#include "widgets/forms/elided_label.h"
#include "widgets/image/pane.h"
#include "widgets/image/pane_paint.h"
#include "widgets/space/cloud_view.h"
#include "widgets/theme/segments.h"

namespace fathom {

CloudPane::CloudPane(Workbench& workbench, QWidget* parent)
    : QWidget(parent),
      workbench_(workbench),
      view_(new CloudView),
      colour_(new Segments({{tr("Image"), {}, tr("colours of the RGB image")},
                            {tr("Depth"), {}, tr("colours of the depth layer")},
                            {tr("Error"), {}, tr("colours of the error layer")}})),
      title_(new ElidedLabel),
      stamp_(new ElidedLabel) {
  stamp_->setProperty("warn", true);
  auto* row = new QHBoxLayout;
  row->setContentsMargins(8, 6, 8, 6);
  row->setSpacing(8);
  row->addWidget(title_);
  row->addWidget(stamp_);
  row->addStretch();
  row->addWidget(colour_);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(0);
  layout->addLayout(row);
  layout->addWidget(view_, 1);
  wish_.pane = kTruthPane;
  connect(colour_, &Segments::chosen, this, [this](int index) {
    wish_.colour = static_cast<CloudWish::Colour>(index);
    wish();
  });
  connect(&workbench_, &Workbench::cloudChanged, this, &CloudPane::show);
}

void CloudPane::setPane(const QString& pane, const QString& title) {
  wish_.pane = pane;
  title_->setText(title);
  wish();
}

void CloudPane::setStamp(const QString& stamp) {
  stamp_->setText(stamp.isEmpty() ? QString() : QStringLiteral("⚠ ") + stamp);
}

void CloudPane::setActive(bool active) {
  active_ = active;
  wish();
}

void CloudPane::wish() {
  workbench_.setCloud(active_ ? std::optional<CloudWish>(wish_) : std::nullopt);
}

void CloudPane::show(const Cloud& cloud) {
  if (!(cloud.wish == wish_)) return;
  if (!cloud.note.isEmpty()) return view_->clear(cloud.note);
  view_->setCloud(cloud.points, cloud.colours);
  view_->setToolTip(tr("%1 points").arg(QLocale().toString(view_->pointCount())));
}

QImage CloudPane::grabImage() {
  QImage image = view_->grabImage();
  if (image.isNull()) return image;
  image = image.convertToFormat(QImage::Format_RGB32);
  QPainter painter(&image);
  const double ratio = devicePixelRatioF();
  painter.scale(ratio, ratio);
  const QRect area(QPoint(), (QSizeF(image.size()) / ratio).toSize());
  paintChips(painter, area, {title_->text(), {}, {}}, 1);
  paintStamp(painter, area, stamp_->text().mid(2));
  return image;
}

}  // namespace fathom
