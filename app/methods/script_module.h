#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <string>
#include <vector>

namespace fathom {

/// A TorchScript module in memory. To make one runs the code in the file: ask Consent first.
class ScriptModule {
 public:
  /// @param bytes  a whole file as torch.jit.save writes it
  /// @param file   for errors
  /// Throws FileError where it is no module or damaged.
  ScriptModule(const std::string& bytes, const std::string& file);

  /// What forward gives: its tensors in order, out of a tensor, a tuple or a list. May be called
  /// from several threads. Throws BadInput that names the file where the module fails or gives
  /// something else; what LibTorch throws for want of memory goes on.
  std::vector<at::Tensor> forward(const std::vector<at::Tensor>& inputs) const;

 private:
  struct Held;
  std::shared_ptr<Held> held_;
  std::string file_;
};

}  // namespace fathom
