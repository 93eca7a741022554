#include "models/checkpoints/state_dict.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <optional>
#include <unordered_set>

#include "models/checkpoints/element_types.h"

namespace fathom {
namespace {

using Value = PickleValue;
using Kind = PickleValue::Kind;

constexpr std::array kWrappers = {"state_dict",       "model", "params_ema", "params",
                                  "model_state_dict", "net",   "network"};
constexpr int kMaxWrappers = 6;
constexpr std::size_t kNamesShown = 8;
constexpr const char* kSaveStateDict =
    "Save its state dict instead, in Python: torch.save(model.state_dict(), \"weights.pth\")";

/// Looks for data inside things that we do not know; no part is looked at twice.
class DataSearch {
 public:
  explicit DataSearch(const PickleHeap& heap)
      : heap_(heap), nodes_(heap.nodeCount()), tuples_(heap.tupleItems() + 1) {}

  bool holdsData(Value value) {
    pending_ = {value};
    while (!pending_.empty()) {
      const Value next = pending_.back();
      pending_.pop_back();
      if (next.kind == Kind::Tensor || next.kind == Kind::Storage) return true;
      if (next.kind == Kind::Tuple) enterTuple(next);
      if (next.kind == Kind::List || next.kind == Kind::Dict || next.kind == Kind::Opaque) {
        if (heap_.nodeOf(next).holdsData) return true;
        enterNode(next);
      }
    }
    return false;
  }

 private:
  void enterTuple(Value tuple) {
    const auto start = static_cast<std::size_t>(tuple.data);
    if (tuple.size == 0 || tuples_[start]) return;
    tuples_[start] = true;
    for (std::size_t i = 0; i < tuple.size; ++i) pending_.push_back(heap_.item(tuple, i));
  }
  void enterNode(Value value) {
    const auto index = static_cast<std::size_t>(value.data);
    if (nodes_[index]) return;
    nodes_[index] = true;
    const auto& node = heap_.nodeOf(value);
    pending_.insert(pending_.end(), node.items.begin(), node.items.end());
    pending_.insert(pending_.end(), node.state.begin(), node.state.end());
  }

  const PickleHeap& heap_;
  std::vector<bool> nodes_, tuples_;
  std::vector<Value> pending_;
};

/// The Python name of an opaque object, for messages.
std::string nameOf(const PickleHeap& heap, Value opaque) {
  const Value name = heap.nodeOf(opaque).name;
  if (name.kind != Kind::Text) return "an unknown Python object";
  std::string text(heap.text(name));
  std::replace(text.begin(), text.end(), '\n', '.');
  return text.substr(0, 200);
}

bool hasTensors(const PickleHeap& heap, Value dict) {
  const auto& items = heap.nodeOf(dict).items;
  for (std::size_t i = 0; i < items.size(); i += 2) {
    if (items[i].kind == Kind::Text && items[i + 1].kind == Kind::Tensor) return true;
  }
  return false;
}

/// Names for a message: the first few and how many more there are.
class NameList {
 public:
  void add(std::string_view name) {
    if (count_++ < kNamesShown) names_.emplace_back(name.substr(0, 100));
  }
  bool empty() const { return count_ == 0; }
  std::string text() const {
    const std::size_t more = count_ - names_.size();
    return fmt::format("{}{}", fmt::join(names_, ", "),
                       more ? fmt::format(" and {} more", more) : "");
  }

 private:
  std::vector<std::string> names_;
  std::size_t count_ = 0;
};

/// The names of a dict's entries but one.
NameList namesOf(const PickleHeap& heap, Value dict, std::string_view without) {
  NameList names;
  const auto& items = heap.nodeOf(dict).items;
  for (std::size_t i = 0; i < items.size(); i += 2) {
    if (items[i].kind == Kind::Text && heap.text(items[i]) != without) {
      names.add(heap.text(items[i]));
    }
  }
  return names;
}

struct Wrapped {
  std::string name;
  Value dict;
};

[[noreturn]] void throwNoTensors(const PickleHeap& heap, Value dict) {
  const auto& items = heap.nodeOf(dict).items;
  DataSearch search(heap);
  for (std::size_t i = 1; i < items.size(); i += 2) {
    if (items[i].kind == Kind::Opaque && search.holdsData(items[i])) {
      const bool named = items[i - 1].kind == Kind::Text;
      throw PickleError(fmt::format("\"{:.200}\" is a Python object that cannot be read here ({})",
                                    named ? heap.text(items[i - 1]) : "?", nameOf(heap, items[i])),
                        kSaveStateDict);
    }
  }
  const NameList names = namesOf(heap, dict, {});
  throw PickleError(
      names.empty() ? "holds no named tensors" : "holds no named tensors, only " + names.text(),
      kSaveStateDict);
}

/// The dictionary that a training program puts the network into. A state dict itself never holds
/// dictionaries, but what is wrapped around it may hold tensors (the best score so far).
std::optional<Wrapped> knownWrapper(const PickleHeap& heap, Value dict) {
  const auto& items = heap.nodeOf(dict).items;
  for (const char* wrapper : kWrappers) {
    for (std::size_t i = 0; i < items.size(); i += 2) {
      if (items[i].kind == Kind::Text && heap.text(items[i]) == wrapper &&
          items[i + 1].kind == Kind::Dict) {
        return Wrapped{wrapper, items[i + 1]};
      }
    }
  }
  return {};
}

/// The only dictionary of tensors inside this one.
Wrapped onlyNetwork(const PickleHeap& heap, Value dict) {
  const auto& items = heap.nodeOf(dict).items;
  std::vector<Wrapped> found;
  for (std::size_t i = 0; i < items.size(); i += 2) {
    if (items[i].kind == Kind::Text && items[i + 1].kind == Kind::Dict &&
        hasTensors(heap, items[i + 1])) {
      found.push_back({std::string(heap.text(items[i]).substr(0, 200)), items[i + 1]});
    }
  }
  if (found.empty()) throwNoTensors(heap, dict);
  if (found.size() > 1) {
    NameList names;
    for (const Wrapped& wrapped : found) names.add(wrapped.name);
    throw PickleError("holds several networks: " + names.text(),
                      "Save the state dict of the one that is wanted as a file of its own");
  }
  return found[0];
}

/// Copies the tensors out of the dictionary that was found.
void collect(const PickleHeap& heap, Value dict, StateDict& result) {
  DataSearch search(heap);
  std::unordered_set<std::string_view> seen;
  NameList skipped;
  const auto& items = heap.nodeOf(dict).items;
  for (std::size_t i = 0; i < items.size(); i += 2) {
    const Value name = items[i], value = items[i + 1];
    if (name.kind != Kind::Text) {
      if (search.holdsData(value)) throw PickleError("holds a tensor without a name");
      continue;
    }
    const std::string_view key = heap.text(name);
    if (!seen.insert(key).second) {
      throw PickleError(fmt::format("holds \"{:.200}\" twice", key));
    }
    if (value.kind == Kind::Tensor) {
      const auto index = static_cast<std::uint32_t>(value.data);
      if (heap.tensors()[index].problem != nullptr) {
        throw PickleError(fmt::format("\"{:.200}\" {}", key, heap.tensors()[index].problem),
                          "Make it an ordinary tensor in Python and save it again");
      }
      result.items.push_back({std::string(key), index});
      continue;
    }
    if (value.kind == Kind::Opaque && search.holdsData(value)) {
      throw PickleError(fmt::format("\"{:.200}\" is of a kind that cannot be read here: {}", key,
                                    nameOf(heap, value)),
                        "Make it an ordinary tensor in Python and save it again");
    }
    skipped.add(key);
  }
  if (!skipped.empty()) result.notes.push_back("not read, no tensors: " + skipped.text());
}

}  // namespace

StateDict findStateDict(const PickleHeap& heap, PickleValue root) {
  StateDict result;
  Value dict = root;
  for (int depth = 0;; ++depth) {
    if (dict.kind == Kind::Opaque) {
      throw PickleError(
          fmt::format("holds a whole Python object ({}), not a state dict", nameOf(heap, dict)),
          kSaveStateDict);
    }
    if (dict.kind != Kind::Dict) throw PickleError("holds no named tensors", kSaveStateDict);
    const std::optional<Wrapped> known = knownWrapper(heap, dict);
    // A network without any weights is one, too.
    if (!known && (hasTensors(heap, dict) || heap.nodeOf(dict).items.empty())) break;
    if (depth == kMaxWrappers) throwNoTensors(heap, dict);
    const Wrapped wrapped = known ? *known : onlyNetwork(heap, dict);
    result.notes.push_back(fmt::format("taken from \"{}\"", wrapped.name));
    const NameList others = namesOf(heap, dict, wrapped.name);
    if (!others.empty()) result.notes.push_back("not read: " + others.text());
    dict = wrapped.dict;
  }
  collect(heap, dict, result);
  if (result.items.size() > kMaxTensors) throw PickleError("holds more than 100,000 tensors");
  return result;
}

}  // namespace fathom
