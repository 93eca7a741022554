#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace fathom {

/// One tensor of a network's state dict. It has a shape before it has values: a network that only
/// counts its costs, or lists its keys, takes no memory.
struct Weight {
  std::vector<std::int64_t> shape;
  at::ScalarType type = at::kFloat;
  bool constant = false;  ///< known by construction (an index table), not learned
  at::Tensor value;       ///< undefined until the network is given its weights
};

/// A part of a network: named tensors and named parts, in the order of the reference's state dict.
/// PyTorch's own C++ modules would allocate and initialise every tensor at construction, have no
/// way to count without running, and take half a minute to compile; this is the tree alone.
/// A part is used through a const call operator; a built network is immutable and thread-safe.
class Module {
 public:
  Module() = default;
  Module(const Module&) = delete;
  Module& operator=(const Module&) = delete;
  virtual ~Module() = default;

  /// Every tensor with its full key, in state-dict order: own tensors, then those of the parts.
  /// A part under two names is visited under both.
  using Visit = std::function<void(const std::string& key, Weight& weight)>;
  using ConstVisit = std::function<void(const std::string& key, const Weight& weight)>;
  void visit(const Visit& visit, const std::string& prefix = {});
  void visit(const ConstVisit& visit, const std::string& prefix = {}) const;

  /// The learned tensors only.
  void parameters(const std::function<void(const Weight& weight)>& visit) const;

  /// Its weights, and those of all below it, stay float32 whatever the network's precision.
  void stayFloat() { staysFloat_ = true; }
  /// Whether prepare() may pack the weights of this part and those below that do not say otherwise.
  /// Packed layers round differently from PyTorch's, which matters only before what is not
  /// continuous.
  void mayPack(bool allowed) { mayPack_ = allowed; }
  /// Calls prepare() on this part and all below, where packing is allowed.
  void prepareAll(bool allowed = true);
  /// Moves the weights and changes the type of floating ones; for prepare() below.
  void convert(at::Device device, at::ScalarType type);

  /// Called once all weights have their final values, type and device: the place to pack them.
  virtual void prepare() {}

 protected:
  /// Registers a learned tensor. References stay valid.
  Weight& parameter(std::string name, std::vector<std::int64_t> shape);
  /// Registers a tensor that is not learned: statistics.
  Weight& buffer(std::string name, std::vector<std::int64_t> shape,
                 at::ScalarType type = at::kFloat);
  /// Registers a tensor that construction determines: index tables, counters. A file's must agree.
  Weight& constant(std::string name, at::Tensor value);

  /// Builds a part and registers it; a name may hold dots ("body.0") or be empty, so that the
  /// part's keys are this module's. References stay valid.
  template <class Part, class... Arguments>
  Part& part(std::string name, Arguments&&... arguments) {
    auto built = std::make_shared<Part>(std::forward<Arguments>(arguments)...);
    Part& made = *built;
    parts_.emplace_back(std::move(name), std::move(built));
    return made;
  }
  /// The same part `count` times: "name.0", "name.1" …
  template <class Part, class... Arguments>
  std::vector<const Part*> parts(const std::string& name, std::int64_t count,
                                 const Arguments&... arguments) {
    std::vector<const Part*> made;
    for (std::int64_t i = 0; i < count; ++i) {
      made.push_back(&part<Part>(name + '.' + std::to_string(i), arguments...));
    }
    return made;
  }
  /// Registers a part of this module under a second name.
  void alias(std::string name, const Module& part);

 private:
  std::vector<std::pair<std::string, std::unique_ptr<Weight>>> parameters_, buffers_;
  std::vector<std::pair<std::string, std::shared_ptr<Module>>> parts_;
  bool staysFloat_ = false;
  std::optional<bool> mayPack_;
};

/// What a network wants from a file.
struct TensorInfo;
std::vector<TensorInfo> stateDict(const Module& module);

/// Number of learned values, tensors under two names counted once.
std::int64_t parameterCount(const Module& module);

/// Gives every weight without a value one that takes no memory (all zeros, expanded): enough to
/// count, never to predict.
void fillWithShapes(Module& module);

/// Moves all weights; floating ones also change type. Then calls prepare() on every part, parents
/// first, after which the network is for inference only: parts may have packed their weights and
/// dropped the plain ones. Once per network.
void prepare(Module& module, at::Device device, at::ScalarType type);

}  // namespace fathom
