#include "models/checkpoints/pickle_machine.h"

#include <fmt/format.h>

#include <algorithm>

#include "models/checkpoints/pickle_callables.h"
#include "models/checkpoints/pickle_opcodes.h"
#include "models/checkpoints/utf8.h"

namespace fathom {
namespace {

using namespace opcode;

constexpr int kNewestProtocol = 5;
constexpr std::size_t kMaxMemoGap = 16;  // old picklers count from 1

}  // namespace

PickleValue PickleMachine::read(std::size_t start, std::size_t end) {
  input_ = PickleInput(bytes_, start, end);
  protocol_ = 0;
  stack_.clear();
  marks_.clear();
  memo_.clear();
  while (true) {
    const std::size_t place = input_.position();
    const auto op = static_cast<unsigned char>(input_.take(1)[0]);
    if (op == kStop) break;
    if (op == kProtocol) {
      protocol_ = static_cast<int>(input_.number(1));
      if (place != start || protocol_ < 2 || protocol_ > kNewestProtocol) {
        throw PickleError("its pickle is of an unknown protocol");
      }
    } else if (!constant(op) && !text(op) && !container(op) && !memo(op) && !object(op)) {
      throw PickleError(fmt::format("byte {} is no instruction of a weights file", place));
    }
  }
  if (stack_.size() != 1 || !marks_.empty()) throw PickleError("its pickle ends too early");
  return stack_[0];
}

bool PickleMachine::constant(unsigned char op) {
  switch (op) {
    case kNone:
      push({Kind::None});
      return true;
    case kTrue:
    case kFalse:
      push({Kind::Bool, 0, op == kTrue});
      return true;
    case kBinInt:
      push({Kind::Int, 0, static_cast<std::int32_t>(input_.number(4))});
      return true;
    case kBinInt1:
      push({Kind::Int, 0, static_cast<std::int64_t>(input_.number(1))});
      return true;
    case kBinInt2:
      push({Kind::Int, 0, static_cast<std::int64_t>(input_.number(2))});
      return true;
    case kLong1:
      pushLong(input_.take(input_.number(1)));
      return true;
    case kBinFloat:
      input_.take(8);
      push({Kind::Real});
      return true;
    default:
      return false;
  }
}

bool PickleMachine::text(unsigned char op) {
  switch (op) {
    case kBinString:
    case kBinUnicode:
      pushText(input_.take(input_.number(4)));
      return true;
    case kShortBinString:
      pushText(input_.take(input_.number(1)));
      return true;
    case kShortBinUnicode:
      expectProtocol(4);
      pushText(input_.take(input_.number(1)));
      return true;
    case kBinUnicode8:
      expectProtocol(4);
      pushText(input_.take(input_.number(8)));
      return true;
    case kBinBytes:
    case kShortBinBytes:
      expectProtocol(3);
      input_.take(input_.number(op == kBinBytes ? 4 : 1));
      push({Kind::Plain});
      return true;
    default:
      return false;
  }
}

bool PickleMachine::container(unsigned char op) {
  switch (op) {
    case kMark:
      mark();
      return true;
    case kEmptyTuple:
      push(heap_.tuple({}));
      return true;
    case kEmptyList:
      push(heap_.node(Kind::List));
      return true;
    case kEmptyDict:
      push(heap_.node(Kind::Dict));
      return true;
    case kEmptySet:
      expectProtocol(4);
      push(heap_.node(Kind::Opaque));
      return true;
    case kTuple: {
      const Value items = heap_.tuple(aboveMark());
      dropMark();
      push(items);
      return true;
    }
    case kTuple1:
    case kTuple2:
    case kTuple3:
      collapse(op - kTuple1 + 1u);
      return true;
    case kAppend: {
      const Value item = pop();
      appendItems({&item, 1}, top());
      return true;
    }
    case kAppends:
    case kAddItems:
    case kSetItems:
      fill(op == kSetItems);
      return true;
    case kSetItem: {
      const Value value = pop();
      const Value pair[] = {pop(), value};
      setItems(pair, top());
      return true;
    }
    default:
      return false;
  }
}

bool PickleMachine::memo(unsigned char op) {
  switch (op) {
    case kBinPut:
      store(input_.number(1));
      return true;
    case kLongBinPut:
      store(input_.number(4));
      return true;
    case kMemoize:
      expectProtocol(4);
      store(memo_.size());
      return true;
    case kBinGet:
      recall(input_.number(1));
      return true;
    case kLongBinGet:
      recall(input_.number(4));
      return true;
    default:
      return false;
  }
}

bool PickleMachine::object(unsigned char op) {
  switch (op) {
    case kGlobal: {
      const std::string_view module = input_.line();
      pushGlobal(module, input_.line());
      return true;
    }
    case kStackGlobal: {
      expectProtocol(4);
      const Value name = pop(), module = pop();
      if (name.kind != Kind::Text || module.kind != Kind::Text) {
        throw PickleError("its pickle names something by no name");
      }
      pushGlobal(heap_.text(module), heap_.text(name));
      return true;
    }
    case kReduce:
    case kNewObject: {
      const Value arguments = pop();
      const Value function = pop();
      push(pickledCall(heap_, function, arguments));
      return true;
    }
    case kBinPersistentId:
      push(pickledPersistent(heap_, pop(), dialect_));
      return true;
    case kBuild:
      build();
      return true;
    case kFrame:
      expectProtocol(4);
      if (input_.number(8) > input_.left()) throw PickleError("its pickle ends too early");
      return true;
    default:
      return false;
  }
}

void PickleMachine::push(Value value) {
  if (stack_.size() == stackCharged_) {
    heap_.charge(2 * sizeof(Value));
    ++stackCharged_;
  }
  stack_.push_back(value);
}

PickleValue& PickleMachine::top() {
  if (stack_.size() <= fence()) throw PickleError("its pickle takes more than it was given");
  return stack_.back();
}

PickleValue PickleMachine::pop() {
  const Value value = top();
  stack_.pop_back();
  return value;
}

void PickleMachine::mark() {
  if (marks_.size() == marksCharged_) {
    heap_.charge(2 * sizeof(std::size_t));
    ++marksCharged_;
  }
  marks_.push_back(stack_.size());
}

std::span<const PickleValue> PickleMachine::aboveMark() {
  if (marks_.empty()) throw PickleError("its pickle ends a list that was not begun");
  return std::span(stack_).subspan(marks_.back());
}

void PickleMachine::dropMark() {
  stack_.resize(marks_.back());
  marks_.pop_back();
}

void PickleMachine::collapse(std::size_t count) {
  if (stack_.size() - fence() < count) {
    throw PickleError("its pickle takes more than it was given");
  }
  const Value items = heap_.tuple(std::span(stack_).last(count));
  stack_.resize(stack_.size() - count);
  push(items);
}

void PickleMachine::pushLong(std::string_view digits) {
  if (digits.size() > sizeof(std::int64_t)) {
    push({Kind::BigInt, static_cast<std::uint32_t>(digits.size()), offsetOf(digits)});
    return;
  }
  std::uint64_t value = !digits.empty() && digits.back() < 0 ? ~0ull : 0;
  for (std::size_t i = digits.size(); i-- > 0;) {
    value = value << 8 | static_cast<unsigned char>(digits[i]);
  }
  push({Kind::Int, 0, static_cast<std::int64_t>(value)});
}

void PickleMachine::pushText(std::string_view bytes) {
  if (bytes.size() > UINT32_MAX || !isUtf8(bytes)) throw PickleError("it holds a damaged text");
  push({Kind::Text, static_cast<std::uint32_t>(bytes.size()), offsetOf(bytes)});
}

void PickleMachine::pushGlobal(std::string_view module, std::string_view name) {
  // In the older instruction the two stand one after the other: kept as one text for reports.
  const bool adjacent = module.data() + module.size() + 1 == name.data();
  const std::string_view whole(adjacent ? module.data() : name.data(),
                               name.size() + (adjacent ? module.size() + 1 : 0));
  const Value text{Kind::Text, static_cast<std::uint32_t>(whole.size()), offsetOf(whole)};
  push(pickledGlobal(heap_, module, name, text));
}

void PickleMachine::fill(bool pairs) {
  const std::span<const Value> items = aboveMark();
  // What is filled lies below the mark, but not below the mark before.
  const std::size_t outer = marks_.size() > 1 ? marks_[marks_.size() - 2] : 0;
  if (marks_.back() <= outer) throw PickleError("its pickle fills a list that is not there");
  const Value target = stack_[marks_.back() - 1];
  pairs ? setItems(items, target) : appendItems(items, target);
  dropMark();
}

void PickleMachine::setItems(std::span<const Value> pairs, Value target) {
  if (target.kind != Kind::Dict && target.kind != Kind::Opaque) {
    throw PickleError("its pickle fills a dictionary that is none");
  }
  if (pairs.size() % 2 != 0) throw PickleError("its pickle holds a name without a value");
  auto& items = heap_.nodeOf(target).items;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    if (i % 2 == 0) checkHashable(pairs[i]);
    heap_.append(items, pairs[i]);
  }
}

/// Python takes no lists and dictionaries as names, nor tuples that hold some.
void PickleMachine::checkHashable(Value name) {
  std::vector<Value> pending = {name};
  while (!pending.empty()) {
    const Value next = pending.back();
    pending.pop_back();
    if (next.kind == Kind::List || next.kind == Kind::Dict) {
      throw PickleError("its pickle uses a list as a name");
    }
    if (next.kind != Kind::Tuple) continue;
    heap_.charge(next.size);  // for the time: the same tuple may be used many times
    for (std::size_t i = 0; i < next.size; ++i) pending.push_back(heap_.item(next, i));
  }
}

void PickleMachine::appendItems(std::span<const Value> items, Value target) {
  if (target.kind != Kind::List && target.kind != Kind::Opaque) {
    throw PickleError("its pickle fills a list that is none");
  }
  for (const Value item : items) heap_.append(heap_.nodeOf(target).items, item);
}

void PickleMachine::store(std::uint64_t place) {
  const Value value = top();
  if (place > memo_.size() + kMaxMemoGap) throw PickleError("its pickle is numbered wrongly");
  if (place >= memo_.size()) {
    heap_.charge(2 * sizeof(Value) * (place + 1 - memo_.size()));
    memo_.resize(place + 1);
  }
  memo_[place] = value;
}

void PickleMachine::recall(std::uint64_t place) {
  if (place >= memo_.size() || memo_[place].kind == Kind::Unset) {
    throw PickleError("its pickle refers to something that is not there");
  }
  push(memo_[place]);
}

void PickleMachine::build() {
  const Value state = pop();
  const Value target = top();
  const bool ordered = target.kind == Kind::Dict && target.size == 1;
  if (target.kind != Kind::Opaque && !(ordered && state.kind == Kind::Dict)) {
    throw PickleError("its pickle gives attributes to something that has none");
  }
  heap_.append(heap_.nodeOf(target).state, state);
}

void PickleMachine::expectProtocol(int least) const {
  if (protocol_ < least) throw PickleError("its pickle holds an instruction of a later protocol");
}

}  // namespace fathom
