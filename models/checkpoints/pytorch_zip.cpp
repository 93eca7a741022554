#include <fmt/format.h>

#include <algorithm>

#include "core/error.h"
#include "models/checkpoints/pickle_machine.h"
#include "models/checkpoints/pytorch_checkpoint.h"
#include "models/checkpoints/pytorch_reader.h"
#include "models/checkpoints/utf8.h"
#include "models/checkpoints/zip_archive.h"

namespace fathom {
namespace {

constexpr std::string_view kPickle = "data.pkl";

class PyTorchZip final : public PyTorchCheckpoint {
 public:
  explicit PyTorchZip(MappedFilePtr mapped)
      : PyTorchCheckpoint(std::move(mapped)), archive_(file()) {
    const std::size_t pickle = findPickle();
    const std::string_view name = archive_.entries()[pickle].name;
    root_ = name.substr(0, name.size() - kPickle.size());
    refuseTorchScript();
    checkRecords();
    readPickle(pickle);
    if (!archive_.hasChecksums()) {
      notes_.push_back("written without checksums: damage cannot be noticed");
    }
  }

  std::string format() const override { return "PyTorch zip"; }

  void verifyChecksums(const Progress& progress) const override {
    const auto count = archive_.entries().size();
    for (std::size_t i = 0; i < count; ++i) {
      progress.at(static_cast<double>(i) / static_cast<double>(count), archive_.entries()[i].name);
      (void)archive_.content(i);
    }
  }

 protected:
  void verifyStorage(std::uint32_t storage) const override {
    (void)archive_.content(storageEntries_[storage]);
  }

 private:
  std::size_t findPickle() const;
  void refuseTorchScript() const;
  void checkRecords() const;
  void readPickle(std::size_t pickle);
  std::optional<std::string_view> record(std::string_view name) const {
    const auto entry = archive_.find(fmt::format("{}{}", root_, name));
    if (!entry) return {};
    return archive_.content(*entry);
  }

  ZipArchive archive_;
  std::string_view root_;  ///< folder that all entries share, with its slash
  std::vector<std::size_t> storageEntries_;
};

std::size_t PyTorchZip::findPickle() const {
  std::optional<std::size_t> found;
  for (std::size_t i = 0; i < archive_.entries().size(); ++i) {
    const std::string_view name = archive_.entries()[i].name;
    if (!name.ends_with(kPickle) || name.size() == kPickle.size() ||
        name[name.size() - kPickle.size() - 1] != '/') {
      continue;
    }
    if (found) throwDamaged(path_, "the zip file holds several networks");
    found = i;
  }
  if (!found) {
    throw FileError("is a zip file, but none that torch.save wrote", path_.string(),
                    "Name a .pth, .pt, .ckpt or .safetensors file");
  }
  return *found;
}

void PyTorchZip::refuseTorchScript() const {
  const std::string code = fmt::format("{}code/", root_);
  const bool script =
      archive_.find(fmt::format("{}constants.pkl", root_)).has_value() ||
      std::any_of(archive_.entries().begin(), archive_.entries().end(),
                  [&](const ZipArchive::Entry& entry) { return entry.name.starts_with(code); });
  if (!script) return;
  throw FileError("is a TorchScript program, not a state dict", path_.string(),
                  "Programs in files are never run here. In Python: "
                  "torch.save(torch.jit.load(\"…\").state_dict(), \"weights.pth\")");
}

/// The small records beside the pickle, all read once so that their checksums are compared.
void PyTorchZip::checkRecords() const {
  const std::string data = fmt::format("{}data/", root_);
  for (std::size_t i = 0; i < archive_.entries().size(); ++i) {
    const std::string_view name = archive_.entries()[i].name;
    if (!name.starts_with(root_)) throwDamaged(path_, "the zip file holds several folders");
    if (!name.starts_with(data)) (void)archive_.content(i);
  }
  const auto isNumber = [](std::string_view text) {
    if (text.ends_with('\n')) text.remove_suffix(1);
    return !text.empty() && text.size() < 4 &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  };
  const auto version = record("version");
  if (!version || !isNumber(*version)) throwDamaged(path_, "the zip file lacks its version");
  if (const int number = std::stoi(std::string(*version)); number < 1 || number > 10) {
    throw FileError(fmt::format("is of PyTorch's file version {}; 1 to 10 are known", number),
                    path_.string(), "Save it again with a PyTorch of the 2.x series");
  }
  const auto alignment = record(".storage_alignment");
  if (alignment && !isNumber(*alignment)) throwDamaged(path_, "its alignment is no number");
  if (!isUtf8(record(".data/serialization_id").value_or(""))) {
    throwDamaged(path_, "its serial number is damaged");
  }
  const std::string_view order = record("byteorder").value_or("little");
  if (order == "big") {
    throw FileError("was written on a big-endian machine", path_.string(),
                    "Load and save it once with PyTorch on this kind of machine");
  }
  if (order != "little") throwDamaged(path_, "its byte order is unknown");
}

void PyTorchZip::readPickle(std::size_t pickle) {
  (void)archive_.content(pickle);
  const auto& entry = archive_.entries()[pickle];
  readingPickles(*file(), [&] {
    PickleHeap heap(file()->bytes());
    PickleMachine machine(file()->bytes(), heap, PickleDialect::Zip);
    const PickleValue root = machine.read(entry.offset, entry.offset + entry.size);
    std::vector<std::uint64_t> starts;
    for (const PickledStorage& storage : heap.storages()) {
      const auto found = archive_.find(fmt::format("{}data/{}", root_, storage.key));
      if (!found || archive_.entries()[*found].size != static_cast<std::uint64_t>(storage.bytes)) {
        throw PickleError(fmt::format(
            "the bytes of the storage {:.40} are missing or of another length", storage.key));
      }
      storageEntries_.push_back(*found);
      starts.push_back(archive_.entries()[*found].offset);
    }
    takeTensors(heap, root, starts);
  });
}

}  // namespace

CheckpointPtr openPyTorchZip(MappedFilePtr file) {
  return std::make_shared<PyTorchZip>(std::move(file));
}

}  // namespace fathom
