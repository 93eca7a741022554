#include "app/window/session.h"

#include <algorithm>

#include "app/methods/own_methods.h"
#include "app/methods/toml_reader.h"
#include "app/window/method_shelf.h"
#include "app/window/on_show.h"
#include "app/window/run_files.h"
#include "app/window/workbench.h"
#include "core/atomic_file.h"
#include "core/error.h"
#include "core/log.h"

namespace fathom {
namespace {

namespace fs = std::filesystem;

/// Every kind of layer by its id; that of an inner map need not be there yet.
LayerId layerOf(const QString& id) {
  for (const LayerInfo& info : layerInfos()) {
    if (info.id == id) return info.layer;
  }
  for (const LayerInfo& info : predictedLayerInfos()) {
    if (info.id == id) return info.layer;
  }
  const QString inner = QStringLiteral("inner:");
  return id.startsWith(inner) ? LayerId{Layer::kInner, id.mid(inner.size())} : LayerId{};
}

MethodChoice fittedChoice(const UpsamplerRegistry& registry, const MethodChoice& choice) {
  const UpsamplerInfo& info = registry.info(choice.id);
  Values values = choice.values;
  try {
    values = resolvedChoice(registry, choice).values;
  } catch (const BadInput&) {
    // Other settings than before: those that still fit are taken.
  }
  return {info.id, fittedValues(info, values)};
}

}  // namespace

struct Session::Kept {
  Experiment experiment;
  std::string sample, layer, runFile, stamp;
};

Session::Session(Workbench& workbench, MethodShelf& shelf, RunFiles& files, fs::path file,
                 int delay, QObject* parent)
    : QObject(parent), workbench_(workbench), shelf_(shelf), files_(files), file_(std::move(file)) {
  pool_.setMaxThreadCount(1);
  soon_.setSingleShot(true);
  soon_.setInterval(delay);
  connect(&soon_, &QTimer::timeout, this, &Session::write);
  connect(&workbench_, &Workbench::sourceChanged, this, [this] { opening_ = false; });
  connect(&workbench_, &Workbench::sourceChanged, this, &Session::touch);
  connect(&workbench_, &Workbench::currentChanged, this, &Session::touch);
  connect(&workbench_, &Workbench::displayChanged, this, &Session::touch);
  connect(&workbench_.document(), &Document::changed, this, &Session::touch);
  connect(&shelf_, &MethodShelf::changed, this, &Session::touch);
  connect(&files_, &RunFiles::changed, this, &Session::touch);
}

Session::~Session() {
  if (soon_.isActive()) write();
  pool_.waitForDone();
}

fs::path Session::usualFile() {
  return fs::path(stateFolder()) / "session.toml";
}

void Session::touch() {
  if (!soon_.isActive()) soon_.start();  // not again and again: a long drag is written too
}

/// Small: the text is made here, and only the disk is waited for elsewhere.
void Session::write() {
  if (opening_) return;
  soon_.stop();
  std::string now = text();
  if (now == written_) return;
  written_ = now;
  pool_.start([file = file_, now = std::move(now)] {
    try {
      writeFile(file, now);
    } catch (const std::exception& error) {
      log().warn("the session is not kept: {}", describe(error));
    }
  });
}

std::string Session::text() const {
  const fs::path base = file_.parent_path();
  Experiment before = noFile();
  for (const MethodDefinition& each : shelf_.borrowed()) {
    before.methods.push_back({{each.id, {}}, each, false});
  }
  // Absolute paths, whatever lies below this folder; methods that are kept elsewhere by id alone.
  const OnShow shown{workbench_.sourceNames(), workbench_.document().state(), shelf_.borrowed()};
  Experiment experiment = experimentOf(shown, workbench_.pipeline().methods(), before, base);
  experiment.sources = workbench_.sourceNames();
  TomlTable window;
  const auto add = [&](const char* key, const std::string& value) {
    if (!value.empty()) window.push_back({key, {value, 0}});
  };
  if (workbench_.current() >= 0) {
    add("sample", workbench_.source()->id(static_cast<std::size_t>(workbench_.current())));
  }
  add("layer", describeLayer(workbench_.display().layer, {}).id.toStdString());
  add("run_file", files_.file().string());
  add("stamp", files_.stamp());
  return printExperiment(experiment, base) + printToml({{"window", {std::move(window), 0}}});
}

Session::Kept Session::read() const {
  TomlTable table = parseToml(readTextFile(file_.string()), file_.string());
  Kept kept;
  const auto window = std::ranges::find(table, "window", &TomlEntry::key);
  if (window != table.end()) {
    if (const auto* own = std::get_if<TomlTable>(&window->value.data)) {
      TomlReader reader(*own, file_.string(), "[window]", window->value.line);
      kept.sample = reader.text("sample").value_or("");
      kept.layer = reader.text("layer").value_or("");
      kept.runFile = reader.text("run_file").value_or("");
      kept.stamp = reader.text("stamp").value_or("");
    }
    table.erase(window);
  }
  kept.experiment = parseExperiment(printToml(table), file_.string());
  return kept;
}

void Session::restore() {
  std::error_code none;
  if (!fs::exists(file_, none)) return;
  try {
    take(read());
  } catch (const FileError& error) {
    warn(QString::fromStdString(describe(error)));
  } catch (const std::exception& error) {
    const fs::path aside = file_.string() + ".bad";
    fs::rename(file_, aside, none);
    warn(tr("The last session cannot be brought back, it is set aside as %1: %2")
             .arg(QString::fromStdString(aside.string()), QString::fromStdString(describe(error))));
  }
}

void Session::take(const Kept& kept) {
  shelf_.borrow(usable(kept.experiment.definitions()));
  const UpsamplerRegistry& registry = workbench_.pipeline().methods();
  ExperimentState state = workbench_.document().state();
  state.low = kept.experiment.low.value_or(LowChoice::kReal);
  state.degradation = kept.experiment.resolvedDegradation();
  if (!kept.experiment.protocols.empty()) state.protocol = kept.experiment.protocols.front();
  state.methods.clear();
  QStringList gone;
  for (const ExperimentMethod& method : kept.experiment.methods) {
    if (!method.run) continue;
    if (registry.has(method.choice.id)) {
      state.methods.push_back(fittedChoice(registry, method.choice));
    } else {
      gone << QString::fromStdString(method.choice.id);
    }
  }
  if (!gone.isEmpty()) {
    warn(tr("Methods of the last session that are not there any more: %1").arg(gone.join(", ")));
  }
  workbench_.document().reset(std::move(state));
  Display display = workbench_.display();
  display.layer = layerOf(QString::fromStdString(kept.layer));
  workbench_.setDisplay(display);
  open(kept);
}

/// One that cannot be used any more does not take the others with it.
std::vector<MethodDefinition> Session::usable(const std::vector<MethodDefinition>& definitions) {
  std::vector<MethodDefinition> all = definitions;
  // Ensembles come before their members: without the one that fails the rest is tried again.
  for (;;) {
    try {
      (void)shelf_.withBorrowed(all);
      return all;
    } catch (const BadInput& error) {
      warn(QString::fromStdString(describe(error)));
      const auto bad = std::ranges::find(all, error.subject(), &MethodDefinition::id);
      if (bad == all.end()) return {};
      all.erase(bad);
    }
  }
}

void Session::open(const Kept& kept) {
  const auto resume = [this, kept] {
    select(kept.sample);
    if (!kept.runFile.empty()) files_.resume(kept.runFile, kept.stamp);
  };
  if (kept.experiment.sources.empty() || kept.experiment.sources == workbench_.sourceNames()) {
    return resume();
  }
  opening_ = true;
  workbench_.openSources(kept.experiment.sources, [this, resume](OpenedSet opened) {
    opening_ = false;
    if (!opened.problems.isEmpty()) warn(opened.problems.join(QLatin1String("  ")));
    if (!opened.sources.empty()) workbench_.show(std::move(opened));
    resume();
  });
}

void Session::select(const std::string& sample) {
  const SampleSource& source = *workbench_.source();
  for (std::size_t index = 0; index < source.size(); ++index) {
    if (source.id(index) == sample) return workbench_.select(static_cast<int>(index));
  }
}

void Session::warn(const QString& why) {
  log().warn("{}", why.toStdString());
  Q_EMIT warned(why);
}

}  // namespace fathom
