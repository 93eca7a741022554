#pragma once

#include <QFileInfo>
#include <QTemporaryDir>
#include <QtTest>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "core/error.h"
#include "core/sha256.h"
#include "models/checkpoints/checkpoint.h"
#include "models/checkpoints/element_types.h"
#include "tests/support/maps.h"

/// What the tests of weights files share.
namespace fathom::test {

namespace fs = std::filesystem;

inline void writeBytes(const fs::path& path, std::string_view bytes) {
  std::ofstream(path, std::ios::binary).write(bytes.data(), std::streamsize(bytes.size()));
}

inline std::string bytesOf(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// `count` bytes of the number, lowest first.
inline std::string little(std::uint64_t number, int count) {
  std::string bytes;
  for (int i = 0; i < count; ++i) bytes += static_cast<char>(number >> 8 * i);
  return bytes;
}

/// The tensor of this name; a test failure (and nothing) where there is none.
inline at::Tensor tensorNamed(const Checkpoint& file, std::string_view key) {
  for (std::size_t i = 0; i < file.tensors().size(); ++i) {
    if (file.tensors()[i].key == key) return file.read(i);
  }
  return {};
}

/// What opening the file and reading all its tensors says; empty where nothing was wrong.
inline std::string problemOf(const fs::path& path) {
  return messageOf<FileError>([&] {
    const CheckpointPtr file = openCheckpoint(path);
    for (std::size_t i = 0; i < file->tensors().size(); ++i) (void)file->read(i);
  });
}

/// One line per tensor, as write_checkpoints.py writes them: key, type, shape, SHA-256.
inline std::string listing(const Checkpoint& file) {
  std::string text;
  for (std::size_t i = 0; i < file.tensors().size(); ++i) {
    const TensorInfo& info = file.tensors()[i];
    const at::Tensor tensor = file.read(i);
    std::string shape;
    for (const std::int64_t side : tensor.sizes()) {
      shape += (shape.empty() ? "" : ",") + std::to_string(side);
    }
    Sha256 sum;
    sum.add(tensor.const_data_ptr(), tensor.nbytes());
    text += info.key + "\t" + elementName(tensor.scalar_type()) + "\t" + shape + "\t" +
            sum.finish() + "\n";
  }
  return text;
}

/// The Python of LibTorch's environment; empty where there is none.
inline QString pythonWithTorch() {
  const QString python = QStringLiteral(FATHOM_TORCH_PYTHON);
  return QFileInfo::exists(python) ? python : QString();
}

inline QString writerScript() {
  return qEnvironmentVariable("FATHOM_SOURCE") + "/tests/models/write_checkpoints.py";
}

}  // namespace fathom::test
