#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "models/checkpoints/pickle_heap.h"
#include "models/checkpoints/pickle_input.h"

namespace fathom {

/// Old files have persistent ids of six members, and no untyped storages.
enum class PickleDialect { Zip, Legacy };

/// Reads a pickle without executing anything: builds values for the few things that state dicts
/// consist of, keeps everything else as opaque objects. Follows PyTorch's own restricted reader
/// (weights_only) where both read a thing, and is stricter where a file is odd. Time and memory
/// are linear in the pickle's length, at any nesting.
class PickleMachine {
 public:
  /// @param bytes  of the whole file; texts in `heap` refer to them
  PickleMachine(std::string_view bytes, PickleHeap& heap, PickleDialect dialect)
      : bytes_(bytes), heap_(heap), dialect_(dialect) {}

  /// Reads the pickle that begins at `start` and must end before `end`. Throws PickleError.
  PickleValue read(std::size_t start, std::size_t end);
  /// Where the last pickle ended.
  std::size_t position() const { return input_.position(); }

 private:
  using Value = PickleValue;
  using Kind = PickleValue::Kind;

  bool constant(unsigned char op);
  bool text(unsigned char op);
  bool container(unsigned char op);
  bool memo(unsigned char op);
  bool object(unsigned char op);

  void push(Value value);
  Value pop();
  Value& top();
  std::size_t fence() const { return marks_.empty() ? 0 : marks_.back(); }
  void mark();
  std::span<const Value> aboveMark();
  void dropMark();
  void collapse(std::size_t count);

  void pushLong(std::string_view digits);
  void pushText(std::string_view bytes);
  void pushGlobal(std::string_view module, std::string_view name);
  void fill(bool pairs);
  void setItems(std::span<const Value> pairs, Value target);
  void checkHashable(Value name);
  void appendItems(std::span<const Value> items, Value target);
  void store(std::uint64_t place);
  void recall(std::uint64_t place);
  void build();
  void expectProtocol(int least) const;
  std::int64_t offsetOf(std::string_view part) const { return part.data() - bytes_.data(); }

  std::string_view bytes_;
  PickleHeap& heap_;
  PickleDialect dialect_;
  PickleInput input_;
  int protocol_ = 0;
  std::vector<Value> stack_;
  std::vector<std::size_t> marks_;
  std::vector<Value> memo_;
  std::size_t stackCharged_ = 0, marksCharged_ = 0;
};

}  // namespace fathom
