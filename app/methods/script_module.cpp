// The only file that knows TorchScript: its headers take half a minute to compile.
#include "app/methods/script_module.h"

#include <ATen/core/grad_mode.h>
#include <c10/util/Exception.h>
#include <torch/csrc/jit/api/module.h>
#include <torch/csrc/jit/serialization/import.h>

#include <map>
#include <mutex>
#include <streambuf>

#include "core/error.h"

namespace fathom {
namespace {

/// A stream over bytes that are there already.
class ByteBuffer : public std::streambuf {
 public:
  explicit ByteBuffer(const std::string& bytes) {
    char* first = const_cast<char*>(bytes.data());
    setg(first, first, first + bytes.size());
  }

 protected:
  pos_type seekoff(off_type offset, std::ios_base::seekdir from, std::ios_base::openmode) override {
    const off_type base = from == std::ios_base::beg   ? 0
                          : from == std::ios_base::cur ? gptr() - eback()
                                                       : egptr() - eback();
    const off_type at = base + offset;
    if (at < 0 || at > egptr() - eback()) return pos_type(off_type(-1));
    setg(eback(), eback() + at, egptr());
    return at;
  }
  pos_type seekpos(pos_type at, std::ios_base::openmode which) override {
    return seekoff(off_type(at), std::ios_base::beg, which);
  }
};

/// The line that says what is wrong: LibTorch puts a trace of the script above and below.
std::string lastLine(const std::exception& error) {
  const std::string text = describe(error);
  std::string found;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string line = text.substr(at, end - at);
    if (line.find_first_not_of(" ~<-.") != std::string::npos &&
        line.find("HERE") == std::string::npos) {
      found = line;
    }
    at = end + 1;
  }
  return found.substr(0, 500);
}

void collect(const c10::IValue& value, std::vector<at::Tensor>& to) {
  if (value.isTensor()) {
    to.push_back(value.toTensor());
  } else if (value.isTuple()) {
    for (const c10::IValue& each : value.toTupleRef().elements()) collect(each, to);
  } else if (value.isTensorList()) {
    for (const at::Tensor& each : value.toTensorVector()) to.push_back(each);
  } else if (value.isList()) {
    for (const c10::IValue& each : value.toListRef()) collect(each, to);
  }
}

}  // namespace

/// One copy per device that it was asked for on.
struct ScriptModule::Held {
  torch::jit::Module loaded;
  std::mutex mutex;
  std::map<std::string, torch::jit::Module> byDevice;

  torch::jit::Module on(at::Device device) {
    const std::lock_guard lock(mutex);
    const auto found = byDevice.find(device.str());
    if (found != byDevice.end()) return found->second;
    torch::jit::Module copy = byDevice.empty() && device.is_cpu() ? loaded : loaded.clone();
    copy.to(device);
    byDevice.emplace(device.str(), copy);
    return copy;
  }
};

ScriptModule::ScriptModule(const std::string& bytes, const std::string& file)
    : held_(std::make_shared<Held>()), file_(file) {
  ByteBuffer buffer(bytes);
  std::istream stream(&buffer);
  try {
    held_->loaded = torch::jit::load(stream, at::Device(at::kCPU));
    held_->loaded.eval();
  } catch (const c10::OutOfMemoryError&) {
    throw;
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& error) {
    throw FileError("cannot be loaded as TorchScript: " + describe(error).substr(0, 300), file_,
                    "Save it again with torch.jit.save");
  }
}

std::vector<at::Tensor> ScriptModule::forward(const std::vector<at::Tensor>& inputs) const {
  const at::NoGradGuard noGradients;
  std::vector<at::Tensor> outputs;
  try {
    torch::jit::Module module = held_->on(inputs.front().device());
    std::vector<c10::IValue> values(inputs.begin(), inputs.end());
    collect(module.forward(std::move(values)), outputs);
  } catch (const c10::OutOfMemoryError&) {
    throw;
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& error) {
    throw BadInput("the module failed: " + lastLine(error), file_);
  }
  if (outputs.empty()) throw BadInput("the module gives no tensor", file_);
  return outputs;
}

}  // namespace fathom
