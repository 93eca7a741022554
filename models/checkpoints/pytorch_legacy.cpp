#include <fmt/format.h>

#include "core/error.h"
#include "models/checkpoints/pickle_machine.h"
#include "models/checkpoints/pytorch_checkpoint.h"
#include "models/checkpoints/pytorch_reader.h"

namespace fathom {
namespace {

using Kind = PickleValue::Kind;

constexpr std::string_view kMagic = "\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19";
constexpr std::int64_t kProtocol = 1001;
constexpr std::size_t kCountBytes = 8;

/// Five pickles one after the other (magic number, protocol, machine, object, storage keys), then
/// for each key the number of elements and the elements.
class PyTorchLegacy final : public PyTorchCheckpoint {
 public:
  explicit PyTorchLegacy(MappedFilePtr mapped) : PyTorchCheckpoint(std::move(mapped)) {
    readingPickles(*file(), [&] {
      PickleHeap heap(file()->bytes());
      PickleMachine machine(file()->bytes(), heap, PickleDialect::Legacy);
      readPreamble(heap, machine);
      const PickleValue root = next(machine);
      const PickleValue keys = next(machine);
      takeTensors(heap, root, locate(heap, keys, machine.position()));
    });
  }

  std::string format() const override { return "PyTorch legacy"; }

 protected:
  void verifyStorage(std::uint32_t) const override {}  // the format has no checksums

 private:
  PickleValue next(PickleMachine& machine) const {
    return machine.read(machine.position(), file()->size());
  }
  void readPreamble(const PickleHeap& heap, PickleMachine& machine) const;
  std::vector<std::uint64_t> locate(const PickleHeap& heap, PickleValue keys,
                                    std::uint64_t at) const;
  std::uint64_t count(std::uint64_t at) const;
};

void PyTorchLegacy::readPreamble(const PickleHeap& heap, PickleMachine& machine) const {
  const PickleValue magic = next(machine);
  if (magic.kind != Kind::BigInt || heap.text(magic) != kMagic) {
    throw PickleError("is a pickle, but none that torch.save wrote",
                      "Name a .pth, .pt, .ckpt or .safetensors file");
  }
  const PickleValue protocol = next(machine);
  if (protocol.kind != Kind::Int || protocol.data != kProtocol) {
    throw PickleError("is of an unknown version of PyTorch's old format");
  }
  const PickleValue system = next(machine);
  if (system.kind != Kind::Dict) throw PickleError("does not say how its numbers are stored");
  const auto& items = heap.nodeOf(system).items;
  for (std::size_t i = 0; i < items.size(); i += 2) {
    if (items[i].kind == Kind::Text && heap.text(items[i]) == "little_endian" &&
        (items[i + 1].kind != Kind::Bool || items[i + 1].data != 1)) {
      throw PickleError("was written on a big-endian machine",
                        "Load and save it once with PyTorch on this kind of machine");
    }
  }
}

std::uint64_t PyTorchLegacy::count(std::uint64_t at) const {
  std::uint64_t value = 0;
  for (std::size_t i = kCountBytes; i-- > 0;) {
    value = value << 8 | static_cast<unsigned char>(file()->bytes()[at + i]);
  }
  return value;
}

/// Where each storage begins; views keep 0, since their parents are looked up instead.
std::vector<std::uint64_t> PyTorchLegacy::locate(const PickleHeap& heap, PickleValue keys,
                                                 std::uint64_t at) const {
  if (keys.kind != Kind::List) throw PickleError("does not list its data");
  std::vector<std::uint64_t> starts(heap.storages().size(), 0);
  const std::uint64_t end = file()->size();
  for (const PickleValue key : heap.nodeOf(keys).items) {
    const auto index = key.kind == Kind::Text ? heap.findStorage(heap.text(key)) : std::nullopt;
    if (!index || starts[*index] != 0 || heap.storages()[*index].parent >= 0) {
      throw PickleError("lists data that no tensor uses, or the same twice");
    }
    const PickledStorage& storage = heap.storages()[*index];
    const auto bytes = static_cast<std::uint64_t>(storage.bytes);
    if (end - at < kCountBytes || end - at - kCountBytes < bytes) {
      throw PickleError("ends before its data does; was it cut?");
    }
    if (count(at) != bytes / c10::elementSize(storage.type)) {
      throw PickleError(fmt::format("gives two lengths for the storage {:.40}", storage.key));
    }
    starts[*index] = at + kCountBytes;
    at += kCountBytes + bytes;
  }
  for (std::size_t i = 0; i < starts.size(); ++i) {
    if (starts[i] == 0 && heap.storages()[i].parent < 0) {
      throw PickleError("lacks the data of a tensor");
    }
  }
  if (at != end) throw PickleError(fmt::format("has {} bytes after its data", end - at));
  return starts;
}

}  // namespace

CheckpointPtr openPyTorchLegacy(MappedFilePtr file) {
  return std::make_shared<PyTorchLegacy>(std::move(file));
}

}  // namespace fathom
