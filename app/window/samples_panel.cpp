#include "app/window/samples_panel.h"

#include <QAction>
#include <QLabel>
#include <QToolButton>
#include <QVBoxLayout>

#include "app/window/workbench.h"
#include "widgets/lists/sample_list.h"
#include "widgets/theme/icons.h"

namespace fathom {

SamplesPanel::SamplesPanel(Workbench& workbench, QWidget* parent)
    : QWidget(parent), workbench_(workbench), list_(new SampleList) {
  auto* open = new QToolButton;
  open->setIcon(themedIcon("open"));
  open->setText(tr("Open a folder, or drop it here"));
  open->setToolTip(tr("TartanAir V1 trees and challenge folders (Ctrl+O)"));
  open->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
  open->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 4);
  layout->setSpacing(4);
  layout->addWidget(list_, 1);
  layout->addWidget(open);
  auto* find = new QAction(this);
  find->setShortcut(QKeySequence::Find);
  find->setShortcutContext(Qt::WindowShortcut);
  addAction(find);
  connect(find, &QAction::triggered, list_, &SampleList::focusFilter);
  connect(open, &QToolButton::clicked, this, &SamplesPanel::openWanted);
  connect(list_, &SampleList::currentChanged, &workbench_, &Workbench::select);
  connect(list_, &SampleList::thumbnailWanted, &workbench_.thumbnails(), &Thumbnails::want);
  connect(&workbench_.thumbnails(), &Thumbnails::ready, list_, &SampleList::setThumbnail);
  connect(&workbench_, &Workbench::sourceChanged, this, &SamplesPanel::showSource);
  connect(&workbench_, &Workbench::currentChanged, list_, &SampleList::setCurrent);
  connect(&workbench_, &Workbench::resultChanged, this, &SamplesPanel::showScore);
  showSource();
}

QString SamplesPanel::factsOf(int sample) const {
  const SampleFacts facts = workbench_.source()->facts(static_cast<std::size_t>(sample));
  QStringList parts;
  if (facts.hasTruth) parts << tr("truth");
  if (facts.hasLow) parts << tr("real LR");
  if (!facts.hasTruth) parts << tr("no truth");
  return parts.join(" · ");
}

void SamplesPanel::showSource() {
  const SampleSource& source = *workbench_.source();
  std::vector<SampleSection> sections;
  for (const Section& section : workbench_.sections()) {
    SampleSection shown{section.title, {}, {}};
    for (int sample = section.first; sample < section.first + section.count; ++sample) {
      shown.samples.push_back(
          {QString::fromStdString(source.id(static_cast<std::size_t>(sample))), factsOf(sample)});
    }
    sections.push_back(std::move(shown));
  }
  list_->setSections(std::move(sections));
  list_->setCurrent(workbench_.current());
}

/// The first method's score of the sample on show joins its facts, and stays there.
void SamplesPanel::showScore() {
  const auto& results = workbench_.results();
  if (results.empty() || !results.front().scores) return;
  const double error = (*results.front().scores)[Metric::kMae];
  list_->setFacts(workbench_.current(),
                  tr("%1 · MAE %2").arg(factsOf(workbench_.current())).arg(error, 0, 'f', 2));
}

}  // namespace fathom
