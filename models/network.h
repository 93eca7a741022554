#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/progress.h"
#include "core/setting.h"
#include "models/layers/module.h"

namespace fathom {

/// The inputs or outputs of a network by name.
using NamedTensors = std::map<std::string, at::Tensor, std::less<>>;

/// A bare network: what the reference's forward does, no resizing, clamping or unit conversion of
/// ours. It runs where its input is, if its weights are there too.
class Network : public Module {
 public:
  /// Throws BadInput on tensors of a wrong shape, Cancelled.
  virtual NamedTensors forward(const NamedTensors& inputs, const Progress& progress) const = 0;
};

struct ArchitectureInfo {
  std::string id;  ///< "depth_anything_v2"
  std::string title;
  std::string source;  ///< the paper and the code that it equals
  std::vector<Setting> settings;
  std::vector<std::string> inputs;   ///< "image": what forward takes
  std::vector<std::string> outputs;  ///< what it gives
};

/// The networks that a program knows.
class Architectures {
 public:
  using Factory = std::function<std::unique_ptr<Network>(const Values& values)>;
  /// Throws BadInput where the id is taken.
  void add(ArchitectureInfo info, Factory factory);

  std::vector<ArchitectureInfo> list() const;
  /// Throws BadInput that lists the known ids.
  const ArchitectureInfo& info(std::string_view id) const;
  /// Without weights. The values are checked against the settings.
  std::unique_ptr<Network> create(std::string_view id, const Values& values) const;

 private:
  struct Entry {
    ArchitectureInfo info;
    Factory factory;
  };
  const Entry& find(std::string_view id) const;
  std::vector<Entry> entries_;
};

/// All of them, built once.
const Architectures& architectures();

/// The input of this name. Throws BadInput where it is not there or not N×C×H×W with this number
/// of channels (0: any).
const at::Tensor& imageInput(const NamedTensors& inputs, std::string_view name,
                             std::int64_t channels);

}  // namespace fathom
