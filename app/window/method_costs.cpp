#include "app/window/method_costs.h"

#include <fmt/format.h>

#include <utility>

#include "core/error.h"

namespace fathom {
namespace {

/// A slider leaves a trail of answers: more than so many are not kept.
constexpr std::size_t kMostKept = 1000;

std::string keyOf(const UpsamplerInfo& info, const Values& values, Size size) {
  std::string key = fmt::format("{} {}×{}", info.id, size.width, size.height);
  for (const auto& [name, value] : values) key += ';' + name + '=' + printValue(value);
  return key;
}

}  // namespace

MethodCosts::MethodCosts(QObject* parent) : QObject(parent) {
  pool_.setMaxThreadCount(1);
}

MethodCosts::~MethodCosts() {
  waiting_.clear();
  pool_.waitForDone();
}

MethodCosts::Answer MethodCosts::of(const UpsamplerInfo& info, const Values& values, Size size) {
  if (!info.costs) return {Costs{info.parameters, 0}, {}};
  const std::string key = keyOf(info, values, size);
  if (const auto known = known_.find(key); known != known_.end()) return known->second;
  if (counting_ != key) {
    waiting_[info.id] = {key, [count = info.costs, values, size] { return count(size, values); }};
    next();
  }
  return {};
}

void MethodCosts::next() {
  if (counting_ || waiting_.empty()) return;
  const auto first = waiting_.extract(waiting_.begin());
  counting_ = first.mapped().key;
  pool_.start([this, id = first.key(), question = first.mapped()] {
    Answer answer;
    try {
      answer.costs = question.count();
    } catch (const std::exception& error) {
      answer.problem = QString::fromStdString(describe(error));
    }
    QMetaObject::invokeMethod(
        this, [this, id, key = question.key, answer] { take(id, key, answer); },
        Qt::QueuedConnection);
  });
}

void MethodCosts::take(const std::string& id, const std::string& key, Answer answer) {
  if (known_.size() >= kMostKept) known_.clear();
  known_[key] = std::move(answer);
  counting_.reset();
  next();
  Q_EMIT counted(id);
}

}  // namespace fathom
