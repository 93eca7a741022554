#pragma once

#include <c10/core/ScalarType.h>

#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace fathom {

/// What makes a pickle unreadable; the reader of the file turns it into a FileError.
class PickleError : public std::runtime_error {
 public:
  /// @param remedy  empty: the file is damaged
  explicit PickleError(const std::string& what, std::string remedy = {})
      : std::runtime_error(what), remedy_(std::move(remedy)) {}
  const std::string& remedy() const { return remedy_; }

 private:
  std::string remedy_;
};

/// What we know how to call. Everything else that a pickle names stays unknown, and calling it
/// makes an opaque object: nothing is ever executed.
enum class Callable {
  OrderedDict,
  Tensor,
  Parameter,
  RebuildTensor,
  RebuildTensorV2,
  RebuildTensorV3,
  RebuildParameter,
  RebuildParameterWithState,
  RebuildFromType,
  Size,
  Device,
  Encode,
};

/// A value of the pickle machine, 16 bytes; containers, storages and tensors live in its heap.
struct PickleValue {
  enum class Kind : std::uint8_t {
    Unset,         ///< a memo place that was never filled
    None,          ///
    Bool,          ///< data: 0 or 1
    Int,           ///< data
    BigInt,        ///< of more than 64 bits; data, size: its bytes in the file
    Real,          ///< its value is of no use to us
    Text,          ///< data, size: its bytes in the file
    Plain,         ///< bytes, devices: something without tensors
    Tuple,         ///< data, size: its items
    List,          ///< data: node
    Dict,          ///< data: node; size 1: an OrderedDict
    Callable,      ///< data: which
    StorageClass,  ///< data: element type, −1 for an untyped storage
    ElementType,   ///< data: which
    Storage,       ///< data: index
    Tensor,        ///< data: index
    Opaque,        ///< data: node; something that we do not know
  };
  Kind kind = Kind::Unset;
  std::uint32_t size = 0;
  std::int64_t data = 0;
};

/// Bytes that a pickle refers to.
struct PickledStorage {
  std::string_view key;
  at::ScalarType type = at::kByte;
  bool untyped = false;
  std::int64_t bytes = 0;
  std::int32_t parent = -1;       ///< a view of this storage …
  std::int64_t parentOffset = 0;  ///< … from this byte on (old files)
};

/// A look into a storage, checked to lie inside.
struct PickledTensor {
  std::uint32_t storage = 0;
  at::ScalarType type = at::kFloat;
  std::int64_t offset = 0;  ///< elements
  std::vector<std::int64_t> shape, strides;
  const char* problem = nullptr;  ///< why we cannot read it although PyTorch can
};

/// Everything that pickles of one file describe. Its memory is bounded: what needs more than
/// 32 MiB (about 25,000 tensors) is refused.
class PickleHeap {
 public:
  struct Node {
    std::vector<PickleValue> items;  ///< of a dict: key, value, key, value, …
    std::vector<PickleValue> state;  ///< attributes
    PickleValue name;                ///< of an opaque object: Text or Unset
    bool holdsData = false;          ///< an opaque object that stands for data itself
  };

  /// @param bytes  what offsets of texts refer to
  explicit PickleHeap(std::string_view bytes) : bytes_(bytes) {}

  PickleValue tuple(std::span<const PickleValue> items);
  PickleValue node(PickleValue::Kind kind, PickleValue name = {});
  Node& nodeOf(PickleValue value) { return nodes_[static_cast<std::size_t>(value.data)]; }
  const Node& nodeOf(PickleValue value) const {
    return nodes_[static_cast<std::size_t>(value.data)];
  }
  /// Item of a tuple.
  PickleValue item(PickleValue tuple, std::size_t i) const {
    return tuples_[static_cast<std::size_t>(tuple.data) + i];
  }
  std::string_view text(PickleValue value) const {
    return bytes_.substr(static_cast<std::size_t>(value.data), value.size);
  }
  void append(std::vector<PickleValue>& items, PickleValue value) {
    charge(2 * sizeof(PickleValue));  // a growing vector keeps up to twice its content
    items.push_back(value);
  }

  /// The storage of this key, new or the one that was described before in the same words.
  PickleValue storage(const PickledStorage& described);
  PickleValue tensor(PickledTensor tensor);
  const std::vector<PickledStorage>& storages() const { return storages_; }
  const std::vector<PickledTensor>& tensors() const { return tensors_; }
  std::optional<std::uint32_t> findStorage(std::string_view key) const;

  /// Throws PickleError where the description grows beyond all measure.
  void charge(std::size_t bytes);
  std::size_t nodeCount() const { return nodes_.size(); }
  std::size_t tupleItems() const { return tuples_.size(); }

 private:
  std::string_view bytes_;
  std::size_t charged_ = 0;
  std::deque<PickleValue> tuples_;
  std::deque<Node> nodes_;
  std::vector<PickledStorage> storages_;
  std::unordered_map<std::string_view, std::uint32_t> storageByKey_;
  std::vector<PickledTensor> tensors_;
};

}  // namespace fathom
