#include "app/window/weights_details.h"

#include <QCheckBox>
#include <QDesktopServices>
#include <QFileDialog>
#include <QGridLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QStyle>
#include <QUrl>
#include <QVBoxLayout>

#include "widgets/forms/note_box.h"
#include "widgets/theme/theme.h"

namespace fathom {
namespace {

QString fromStd(const std::string& text) {
  return QString::fromStdString(text);
}

/// A link that opens in the browser when it is pressed.
QString link(const std::string& address, const QString& text) {
  return QString("<a href=\"%1\" style=\"color:%2; text-decoration:none\">%3</a>")
      .arg(fromStd(address).toHtmlEscaped(), tokens().accent.name(), text.toHtmlEscaped());
}

void setLook(QWidget& widget, const char* look, bool on) {
  if (widget.property(look).toBool() == on) return;
  widget.setProperty(look, on);
  widget.style()->unpolish(&widget);
  widget.style()->polish(&widget);
}

/// Where a long path or word may be broken.
QString breakable(const QString& path) {
  return path.toHtmlEscaped().replace('/', "/&#8203;");
}

}  // namespace

WeightsDetails::WeightsDetails(WeightsStore& store, QWidget* parent)
    : QWidget(parent),
      store_(store),
      facts_(new QGridLayout),
      title_(new QLabel),
      doing_(new QLabel),
      note_(new NoteBox),
      outcome_(new NoteBox),
      accept_(new QCheckBox),
      bar_(new QProgressBar) {
  title_->setFont(themeFont(kTextBody + 2, QFont::DemiBold));
  title_->setWordWrap(true);
  facts_->setHorizontalSpacing(12);
  facts_->setVerticalSpacing(6);
  facts_->setColumnStretch(1, 1);
  state_ = addFact(tr("State"));
  wanted_ = addFact(tr("Wanted by"));
  file_ = addFact(tr("File"));
  size_ = addFact(tr("Size"));
  hash_ = addFact(tr("SHA-256"));
  licence_ = addFact(tr("Licence"));
  from_ = addFact(tr("From"));
  doing_->setProperty("mute", true);
  bar_->setTextVisible(false);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(16, 12, 16, 12);
  layout->setSpacing(12);
  layout->addWidget(title_);
  layout->addLayout(facts_);
  layout->addWidget(note_);
  layout->addWidget(accept_);
  layout->addWidget(bar_);
  layout->addWidget(doing_);
  makeActions();
  layout->addWidget(outcome_);
  layout->addStretch();
  refresh();
}

QLabel* WeightsDetails::addFact(const QString& head) {
  auto* name = new QLabel(head);
  name->setProperty("mute", true);
  auto* text = new QLabel;
  text->setWordWrap(true);
  text->setTextFormat(Qt::RichText);
  text->setOpenExternalLinks(false);
  text->setTextInteractionFlags(Qt::TextBrowserInteraction);
  text->setFont(themeFont(kTextSecondary));
  connect(text, &QLabel::linkActivated, this,
          [](const QString& address) { QDesktopServices::openUrl(QUrl(address)); });
  const int row = facts_->rowCount();
  facts_->addWidget(name, row, 0, Qt::AlignTop);
  facts_->addWidget(text, row, 1);
  heads_[text] = name;
  return text;
}

/// A fact that nobody knows takes no row.
void WeightsDetails::setFact(QLabel* text, const QString& html) {
  if (text->text() != html) text->setText(html);
  text->setVisible(!html.isEmpty());
  heads_[text]->setVisible(!html.isEmpty());
}

void WeightsDetails::makeActions() {
  get_ = new QPushButton;
  choose_ = new QPushButton(tr("Choose file…"));
  choose_->setToolTip(tr("Links a file that you have into the weights folder"));
  page_ = new QPushButton(tr("Open page"));
  verify_ = new QPushButton(tr("Verify"));
  verify_->setToolTip(tr("Reads the whole file and compares its hash and checksums"));
  remove_ = new QPushButton(tr("Remove"));
  auto* row = new QHBoxLayout;
  row->setSpacing(8);
  for (QPushButton* button : {get_, choose_, page_, verify_, remove_}) row->addWidget(button);
  row->addStretch();
  static_cast<QVBoxLayout*>(layout())->addLayout(row);
  connect(accept_, &QCheckBox::toggled, this, &WeightsDetails::refresh);
  connect(get_, &QPushButton::clicked, this, &WeightsDetails::getOrCancel);
  connect(choose_, &QPushButton::clicked, this, &WeightsDetails::choose);
  connect(verify_, &QPushButton::clicked, this, [this] { store_.verify(name_); });
  connect(remove_, &QPushButton::clicked, this, [this] { store_.remove(name_); });
  connect(page_, &QPushButton::clicked, this, [this] {
    const WeightsItem* item = store_.find(name_);
    if (item) QDesktopServices::openUrl(QUrl(fromStd(item->entry.page)));
  });
}

void WeightsDetails::setName(const std::string& name) {
  if (name == name_) return;
  name_ = name;
  accept_->setChecked(false);
  refresh();
}

void WeightsDetails::refresh() {
  const WeightsItem* item = store_.find(name_);
  setVisible(item);
  if (!item) return;
  showFacts(*item);
  showJob(*item);
  showActions(*item);
  showOutcome(*item);
}

void WeightsDetails::showFacts(const WeightsItem& item) {
  const WeightsEntry& entry = item.entry;
  title_->setText(fromStd(entry.title));
  QStringList wanted;
  for (const std::string& method : item.wantedBy) wanted << fromStd(method).toHtmlEscaped();
  setFact(wanted_, wanted.join(", "));
  setFact(file_, breakable(fromStd(entry.file)));
  setFact(size_, entry.size         ? fromStd(bytesText(*entry.size))
                 : item.inCatalogue ? tr("unknown")
                                    : QString());
  QString hash;
  if (!entry.sha256.empty()) {
    hash = fromStd(entry.sha256.substr(0, 16)) + "… " +
           (entry.hashFromThirdParty ? tr("(found by a third party)") : tr("(from the publisher)"));
  } else if (item.inCatalogue) {
    hash = tr("not published: recorded at the first download");
  }
  setFact(hash_, hash);
  hash_->setToolTip(fromStd(entry.sha256));
  setFact(from_, entry.page.empty() ? QString() : link(entry.page, fromStd(entry.page).mid(8)));
  showLicence(item);
  showState(item);
}

void WeightsDetails::showLicence(const WeightsItem& item) {
  const WeightsEntry& entry = item.entry;
  QString licence;
  if (item.inCatalogue) {
    licence = link(entry.licence.address, fromStd(entry.licence.id));
    if (entry.licence.nonCommercial) {
      licence += QString(" <span style=\"color:%1\">⚠ %2</span>")
                     .arg(tokens().warn.name(), tr("not for commercial use"));
    }
    if (!entry.licence.note.empty()) {
      licence += "<br>" + fromStd(entry.licence.note).toHtmlEscaped();
    }
  }
  setFact(licence_, licence);
}

void WeightsDetails::showState(const WeightsItem& item) {
  QString state;
  switch (item.state.place) {
    case WeightsPlace::kHere:
      state = QString("<span style=\"color:%1\">✓ %2</span>, %3<br>%4")
                  .arg(tokens().good.name(), tr("here"), fromStd(bytesText(item.state.bytes)),
                       breakable(fromStd(item.state.file.string())));
      break;
    case WeightsPlace::kPartly:
      state = tr("partly downloaded: %1").arg(partText(item));
      break;
    default:
      state = tr("missing");
  }
  setFact(state_, state);
}

void WeightsDetails::showJob(const WeightsItem&) {
  const auto job = store_.job(name_);
  bar_->setVisible(job.has_value());
  doing_->setVisible(job.has_value());
  if (!job) return;
  bar_->setRange(0, job->part < 0 ? 0 : 1000);
  if (job->part >= 0) bar_->setValue(static_cast<int>(1000 * job->part));
  QStringList parts;
  if (job->waiting) parts << tr("waiting for its turn");
  if (!job->doing.isEmpty()) parts << job->doing;
  if (job->part >= 0) parts << QString("%1 %").arg(int(100 * job->part));
  if (job->bytesPerSecond > 0) {
    parts << tr("%1/s").arg(fromStd(bytesText(static_cast<std::int64_t>(job->bytesPerSecond))));
  }
  doing_->setText(parts.join(" · "));
}

void WeightsDetails::showActions(const WeightsItem& item) {
  const auto job = store_.job(name_);
  const bool here = item.state.place == WeightsPlace::kHere, idle = !job;
  const bool partly = item.state.place == WeightsPlace::kPartly;
  const bool mayGet = item.canFetch() && !here;
  accept_->setVisible(mayGet && !item.licenceAccepted && idle);
  accept_->setText(tr("I have read and accept %1").arg(fromStd(item.entry.licence.id)));
  get_->setVisible(mayGet || job.has_value());
  get_->setText(job ? tr("Cancel") : partly ? tr("Resume") : tr("Get"));
  get_->setEnabled(job || item.licenceAccepted || accept_->isChecked());
  get_->setToolTip(get_->isEnabled() ? QString() : tr("Accept the licence first"));
  setLook(*get_, "accent", !job);
  choose_->setVisible(!here);
  choose_->setEnabled(idle);
  verify_->setVisible(here);
  verify_->setEnabled(idle);
  remove_->setVisible(here || partly);
  remove_->setEnabled(idle);
  page_->setVisible(!item.entry.page.empty() && item.entry.byHand() && !here);
  QString how;
  if (!here && item.inCatalogue && item.entry.byHand()) {
    how = tr("<b>By hand:</b> %1 Then choose the file here.")
              .arg(tr("this file is %1.").arg(fromStd(item.entry.how).toHtmlEscaped()));
  } else if (!here && !item.inCatalogue) {
    how = tr("<b>Not in the catalogue:</b> choose a file of your own, or put %1 into "
             "the weights folder.")
              .arg(fromStd(name_ + ".safetensors").toHtmlEscaped());
  }
  note_->setNote(how, NoteBox::Kind::kPlain);
}

void WeightsDetails::showOutcome(const WeightsItem&) {
  const WeightsOutcome outcome = store_.outcome(name_);
  outcome_->setNote(outcome.text.toHtmlEscaped(),
                    outcome.bad ? NoteBox::Kind::kBad : NoteBox::Kind::kPlain);
}

QString WeightsDetails::stateText() const {
  return state_->text();
}

QString WeightsDetails::outcomeText() const {
  return store_.outcome(name_).text;
}

void WeightsDetails::getOrCancel() {
  if (store_.job(name_)) return store_.cancel(name_);
  store_.fetch(name_, accept_->isChecked());
}

void WeightsDetails::choose() {
  auto* dialog = new QFileDialog(this, tr("A file for %1").arg(title_->text()), {},
                                 tr("Weights (*.safetensors *.pth *.pt *.ckpt)"));
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setFileMode(QFileDialog::ExistingFile);
  connect(dialog, &QFileDialog::fileSelected, this,
          [this, name = name_](const QString& path) { store_.adopt(name, path.toStdString()); });
  dialog->open();
}

}  // namespace fathom
