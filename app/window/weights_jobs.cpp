#include "app/window/weights_jobs.h"

#include <fmt/format.h>

#include <QCryptographicHash>
#include <QFile>
#include <array>
#include <set>

#include "app/weights/state.h"
#include "core/atomic_file.h"
#include "core/error.h"
#include "models/checkpoints/checkpoint.h"
#include "models/checkpoints/weights_folder.h"

namespace fathom {
namespace {

namespace fs = std::filesystem;

constexpr qint64 kChunk = 1 << 20;

std::string sha256(const fs::path& path, const Progress& progress) {
  QFile file(QString::fromStdString(path.string()));
  if (!file.open(QIODevice::ReadOnly)) {
    throw FileError("cannot be read: " + file.errorString().toStdString(), path.string(),
                    "Make it readable, or remove it and get it again");
  }
  QCryptographicHash hash(QCryptographicHash::Sha256);
  const double size = std::max<double>(1, double(file.size()));
  for (qint64 done = 0; !file.atEnd();) {
    const QByteArray bytes = file.read(kChunk);
    if (bytes.isEmpty()) {
      throw FileError("cannot be read to its end: " + file.errorString().toStdString(),
                      path.string(), "Check the disk, or remove it and get it again");
    }
    hash.addData(bytes);
    done += bytes.size();
    progress.at(double(done) / size, "reading");
  }
  return hash.result().toHex().toStdString();
}

/// Throws FileError where the bytes are not those that somebody has named.
std::string compared(const WeightsEntry& entry, const fs::path& file, const fs::path& folder,
                     const std::string& found) {
  // A converted file, or one under another name, is none of the catalogue's business.
  const bool published = file.filename() == entry.storedFile();
  const std::string recorded = recordedHash(entry, folder);
  const std::string& expected = entry.sha256.empty() ? recorded : entry.sha256;
  if (!published || expected.empty()) {
    return fmt::format("SHA-256 {}: there is nothing to compare it with", found);
  }
  const char* whose = entry.sha256.empty()       ? "an earlier download"
                      : entry.hashFromThirdParty ? "a third party"
                                                 : "the publisher's page";
  if (found == expected) return fmt::format("SHA-256 equal to the one from {}", whose);
  throw FileError(fmt::format("is not the published file: SHA-256 expected {} (from {}), found {}",
                              expected, whose, found),
                  file.string(), "Remove it and get it again");
}

}  // namespace

std::string verifyWeights(const WeightsEntry& entry, const fs::path& file, const fs::path& folder,
                          const Progress& progress) {
  const std::string hash = compared(entry, file, folder, sha256(file, progress.part(0, 0.6)));
  const CheckpointPtr checkpoint = openCheckpoint(file, progress.part(0.6, 0.7));
  checkpoint->verifyChecksums(progress.part(0.7, 1));
  const std::size_t count = checkpoint->tensors().size();
  return fmt::format("{}; {} tensor{} ({}).", hash, count, count == 1 ? "" : "s",
                     checkpoint->format());
}

std::string adoptWeights(const WeightsEntry& entry, const fs::path& file, const fs::path& folder,
                         const Progress& progress) {
  const std::string suffix = file.extension().string();
  if (!std::set<std::string>{".safetensors", ".pth", ".pt", ".ckpt"}.contains(suffix)) {
    throw BadInput("its name does not end in .safetensors, .pth, .pt or .ckpt", file.string(),
                   "Choose a weights file");
  }
  if (const auto stored = storedWeights(folder, entry.name)) {
    throw BadInput("there is one already: " + stored->string(), entry.name, "Remove it first");
  }
  openCheckpoint(file, progress);  // throws where it is none
  checkWritableFolder(folder);
  const fs::path link = folder / (entry.name + suffix);
  std::error_code problem;
  fs::remove(link, problem);  // of a file that is gone
  fs::create_symlink(fs::absolute(file), link, problem);
  if (problem) throwFileError("cannot be linked", link, problem.value());
  return fmt::format("Linked to {}; the file stays where it is.", file.string());
}

}  // namespace fathom
