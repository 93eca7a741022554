// Where the weights of one method stand, from what the store knows.
#include "app/window/weights_store.h"

namespace fathom {
namespace {

/// The way to get a missing file; short, for it stands in a row.
QString remedy(const WeightsItem& item) {
  if (item.state.place == WeightsPlace::kPartly) {
    return WeightsStore::tr("%1: resume…").arg(partText(item));
  }
  if (!item.inCatalogue) return WeightsStore::tr("choose weights…");
  return item.entry.byHand() ? WeightsStore::tr("weights: how…") : WeightsStore::tr("get weights…");
}

}  // namespace

QString partText(const WeightsItem& item) {
  if (!item.entry.size) return QString::fromStdString(bytesText(item.state.bytes));
  const double part = double(item.state.bytes) / double(*item.entry.size);
  if (part < 0.01) return QString::fromStdString(bytesText(item.state.bytes));
  return QString("%1 %").arg(int(100 * std::min(part, 1.0)));
}

std::string chosenWeights(const Values& values, const WeightsWanted& wanted) {
  const auto value = values.find(wanted.setting);
  if (value == values.end() || !std::holds_alternative<std::string>(value->second)) return {};
  return std::get<std::string>(value->second);
}

bool wantsRandomWeights(const Values& values) {
  const auto value = values.find("random_weights");
  const bool* on = value == values.end() ? nullptr : std::get_if<bool>(&value->second);
  return on && *on;
}

MethodWeights methodWeights(const WeightsStore& store, const UpsamplerInfo& info,
                            const Values& values) {
  if (info.weights.empty()) return {};
  if (wantsRandomWeights(values)) return {WeightsStore::tr("random weights"), true, {}};
  for (const WeightsWanted& wanted : info.weights) {
    if (!chosenWeights(values, wanted).empty()) continue;
    const WeightsItem* item = store.find(wanted.name);
    if (!item || item->state.place == WeightsPlace::kHere) continue;
    const auto job = store.job(wanted.name);
    if (!job || job->kind != WeightsJob::Kind::kFetch) {
      return {remedy(*item), true, wanted.name};
    }
    const QString part = job->part < 0 ? QString() : QString(" %1 %").arg(int(100 * job->part));
    return {WeightsStore::tr("getting") + part, false, wanted.name};
  }
  return {};
}

}  // namespace fathom
