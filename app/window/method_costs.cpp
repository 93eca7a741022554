#include "app/window/method_costs.h"

#include <fmt/format.h>

#include <algorithm>
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
  stop_.request_stop();
  pool_.waitForDone();
}

MethodCosts::Answer MethodCosts::of(const UpsamplerInfo& info, const Values& values, Size size) {
  if (!info.costs) return {Costs{info.parameters, 0}, {}};
  const std::string key = keyOf(info, values, size);
  if (const auto known = known_.find(key); known != known_.end()) return known->second;
  if (!counting_ || outdated_ || counting_->key != key) {
    std::erase_if(waiting_, [&](const Question& question) { return question.id == info.id; });
    waiting_.push_back({info.id, key, [count = info.costs, values, size](const Progress& progress) {
                          return count(size, values, progress);
                        }});
    next();
  }
  return {};
}

void MethodCosts::setPaused(bool paused) {
  paused_ = paused;
  if (paused) stop_.request_stop();
  next();
}

void MethodCosts::forget(const std::vector<std::string>& ids) {
  for (const std::string& id : ids) {
    std::erase_if(known_, [&](const auto& each) { return each.first.starts_with(id + ' '); });
    std::erase_if(waiting_, [&](const Question& question) { return question.id == id; });
    if (!counting_ || counting_->id != id) continue;
    outdated_ = true;
    stop_.request_stop();
  }
}

void MethodCosts::next() {
  if (paused_ || counting_ || waiting_.empty()) return;
  const Question next = std::move(waiting_.back());
  waiting_.pop_back();
  counting_ = next;
  outdated_ = false;
  stop_ = {};
  pool_.start([this, question = next, stop = stop_.get_token()] {
    std::optional<Answer> answer = Answer{};
    try {
      answer->costs = question.count(Progress{stop, {}});
    } catch (const Cancelled&) {
      answer.reset();
    } catch (const std::exception& error) {
      answer->problem = QString::fromStdString(describe(error));
    }
    QMetaObject::invokeMethod(
        this, [this, question, answer] { take(question, answer); }, Qt::QueuedConnection);
  });
}

void MethodCosts::take(const Question& question, std::optional<Answer> answer) {
  counting_.reset();
  if (std::exchange(outdated_, false)) return next();  // whoever asks again gets the new one
  if (answer) {
    if (known_.size() >= kMostKept) known_.clear();
    known_[question.key] = std::move(*answer);
  } else if (std::ranges::none_of(waiting_,
                                  [&](const Question& other) { return other.id == question.id; })) {
    waiting_.push_back(question);
  }
  next();
  if (answer) Q_EMIT counted(question.id);
}

}  // namespace fathom
