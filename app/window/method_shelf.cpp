#include "app/window/method_shelf.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "app/experiment/run_file.h"
#include "app/methods/folder_watch.h"
#include "app/methods/own_methods.h"
#include "app/methods/toml.h"
#include "app/window/workbench.h"
#include "core/atomic_file.h"
#include "core/error.h"
#include "core/log.h"

namespace fathom {
namespace {

namespace fs = std::filesystem;

/// These and whatever is made of them, directly or not.
std::vector<std::string> withDependents(const std::vector<MethodDefinition>& definitions,
                                        std::set<std::string> ids) {
  for (bool grown = true; grown;) {
    grown = false;
    for (const MethodDefinition& each : definitions) {
      const bool uses = std::ranges::any_of(
          each.members, [&](const MethodChoice& member) { return ids.contains(member.id); });
      if (uses) grown = ids.insert(each.id).second || grown;
    }
  }
  return {ids.begin(), ids.end()};
}

bool has(const std::vector<MethodDefinition>& definitions, const std::string& id) {
  return std::ranges::find(definitions, id, &MethodDefinition::id) != definitions.end();
}

}  // namespace

MethodShelf::MethodShelf(Workbench& workbench, fs::path file, std::shared_ptr<Consent> consent,
                         QObject* parent)
    : QObject(parent),
      workbench_(workbench),
      file_(std::move(file)),
      consent_(std::move(consent)),
      built_(*workbench.pipeline().registry()) {
  load();
}

MethodShelf::~MethodShelf() = default;

fs::path MethodShelf::usualFile() {
  return Consent::usualStore().parent_path() / "methods.toml";
}

/// One that cannot be used does not take the others with it, and its file is kept for its owner.
void MethodShelf::load() {
  std::error_code none;
  if (!fs::exists(file_, none)) return;
  std::vector<MethodDefinition> usable;
  const auto complain = [this](const std::exception& error) {
    log().error("{}", describe(error));
    problems_ << QString::fromStdString(describe(error));
  };
  try {
    for (const MethodDefinition& each : readMethodFile(file_)) {
      usable.push_back(each);
      try {
        registryOf(usable);
      } catch (const Error& error) {
        usable.pop_back();
        complain(error);
      }
    }
  } catch (const std::exception& error) {
    complain(error);
  }
  if (!problems_.isEmpty()) {
    fs::copy_file(file_, file_.string() + ".before", fs::copy_options::overwrite_existing, none);
  }
  if (usable.empty()) return;
  UpsamplerRegistry registry = registryOf(usable);
  take({std::move(usable), {}}, std::move(registry), {});
}

std::vector<MethodDefinition> MethodShelf::Lists::inEffect() const {
  std::vector<MethodDefinition> all = kept;
  std::erase_if(all, [this](const MethodDefinition& each) { return has(borrowed, each.id); });
  all.insert(all.end(), borrowed.begin(), borrowed.end());
  return all;
}

std::vector<MethodDefinition> MethodShelf::own() const {
  return lists_.inEffect();
}

const MethodDefinition* MethodShelf::find(const std::string& id) const {
  for (const auto* list : {&lists_.borrowed, &lists_.kept}) {
    const auto found = std::ranges::find(*list, id, &MethodDefinition::id);
    if (found != list->end()) return &*found;
  }
  return nullptr;
}

fs::path MethodShelf::refusedFile(const std::string& id, const std::string& failure) const {
  const MethodDefinition* definition = isRefusal(failure) ? find(id) : nullptr;
  if (!definition) return {};
  if (definition->kind == MethodKind::kTorchScript) {
    const fs::path file = definition->path("file");
    return failure.find(file.string()) == std::string::npos ? fs::path() : file;
  }
  for (const MethodChoice& member : definition->members) {
    fs::path file = refusedFile(member.id, failure);
    if (!file.empty()) return file;
  }
  return {};
}

std::string MethodShelf::freeId(const std::string& wish) const {
  const UpsamplerRegistry& known = workbench_.pipeline().methods();
  std::string id = wish;
  for (int number = 2; known.has(id); ++number) id = fmt::format("{}-{}", wish, number);
  return id;
}

UpsamplerRegistry MethodShelf::registryOf(const std::vector<MethodDefinition>& definitions) const {
  UpsamplerRegistry registry = built_;
  addOwnMethods(registry, definitions, consent_);
  return registry;
}

MethodShelf::Lists MethodShelf::replacing(const MethodDefinition& definition,
                                          const std::string& replaced) const {
  check(definition);
  if (definition.id != replaced && has(lists_.borrowed, definition.id)) {
    throw BadInput("there is a method of this id already", definition.id, "Give it another id");
  }
  Lists next = lists_;
  const bool isBorrowed = has(next.borrowed, replaced);
  std::vector<MethodDefinition>& list = isBorrowed ? next.borrowed : next.kept;
  const auto place = std::ranges::find(list, replaced, &MethodDefinition::id);
  if (replaced.empty() || place == list.end()) {
    list.push_back(definition);
    return next;
  }
  *place = definition;
  const auto rename = [&](std::vector<MethodDefinition>& definitions) {
    for (MethodDefinition& each : definitions) {
      for (MethodChoice& member : each.members) {
        if (member.id == replaced) member.id = definition.id;
      }
    }
  };
  rename(next.borrowed);
  if (!isBorrowed) rename(next.kept);  // those know their own method of that name
  return next;
}

UpsamplerRegistry MethodShelf::with(const MethodDefinition& definition,
                                    const std::string& replaced) const {
  return registryOf(replacing(definition, replaced).inEffect());
}

void MethodShelf::put(const MethodDefinition& definition, const std::string& replaced) {
  Lists next = replacing(definition, replaced);
  UpsamplerRegistry registry = registryOf(next.inEffect());
  if (!has(lists_.borrowed, replaced)) save(next.kept);
  take(std::move(next), std::move(registry), {definition.id, replaced});
}

void MethodShelf::remove(const std::string& id) {
  Lists next = lists_;
  const bool isBorrowed = has(next.borrowed, id);
  std::erase_if(isBorrowed ? next.borrowed : next.kept,
                [&](const MethodDefinition& each) { return each.id == id; });
  const std::vector<MethodDefinition> left = next.inEffect();
  for (const MethodDefinition& each : left) {
    if (has(left, id) ||
        std::ranges::find(each.members, id, &MethodChoice::id) == each.members.end())
      continue;
    throw BadInput(fmt::format("{} is made of it", each.id), id,
                   "Take it out of there, or remove that first");
  }
  UpsamplerRegistry registry = registryOf(left);
  if (!isBorrowed) save(next.kept);
  take(std::move(next), std::move(registry), {id});
}

UpsamplerRegistry MethodShelf::withBorrowed(
    const std::vector<MethodDefinition>& definitions) const {
  for (const MethodDefinition& each : definitions) check(each);
  return registryOf(Lists{lists_.kept, definitions}.inEffect());
}

void MethodShelf::borrow(std::vector<MethodDefinition> definitions) {
  UpsamplerRegistry registry = withBorrowed(definitions);
  std::vector<std::string> changed;
  for (const MethodDefinition& each : lists_.borrowed) changed.push_back(each.id);
  for (const MethodDefinition& each : definitions) changed.push_back(each.id);
  take({lists_.kept, std::move(definitions)}, std::move(registry), changed);
}

void MethodShelf::save(const std::vector<MethodDefinition>& definitions) const {
  TomlValue::Array tables;
  for (const MethodDefinition& each : definitions) {
    tables.push_back({writeDefinition(each, file_.parent_path()), 0});
  }
  const TomlTable whole{{"method", {std::move(tables), 0}}};
  writeFile(file_, definitions.empty() ? std::string("# No methods.\n") : printToml(whole));
}

void MethodShelf::take(Lists next, UpsamplerRegistry registry,
                       const std::vector<std::string>& changedIds) {
  const auto ids = withDependents(next.inEffect(), {changedIds.begin(), changedIds.end()});
  lists_ = std::move(next);
  workbench_.setMethods(std::move(registry), ids);
  watchFolders();
  Q_EMIT changed();
}

/// A rerun of a script refreshes the panes: a result's key has the state of its file in it, so only
/// what changed is read again.
void MethodShelf::watchFolders() {
  std::map<fs::path, std::unique_ptr<FolderWatch>> watches;
  for (const MethodDefinition& each : own()) {
    if (each.kind != MethodKind::kPredictions) continue;
    const fs::path folder = each.path("folder");
    if (watches.contains(folder)) continue;
    auto kept = watches_.extract(folder);
    if (!kept.empty()) {
      watches.insert(std::move(kept));
      continue;
    }
    auto watch = std::make_unique<FolderWatch>(folder);
    connect(watch.get(), &FolderWatch::changed, &workbench_, [this] { workbench_.refresh(); });
    watches[folder] = std::move(watch);
  }
  watches_ = std::move(watches);
}

}  // namespace fathom
