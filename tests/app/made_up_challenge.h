#pragma once

#include <ATen/ops/arange.h>
#include <ATen/ops/full.h>

#include <QString>
#include <filesystem>

#include "datasets/codecs/image.h"
#include "datasets/codecs/npy.h"

/// One sample of 48×64 pixels in a challenge folder: colours, truth from 20 m on, real map.
inline void addMadeUpSample(const std::filesystem::path& root, int number, bool truth = true,
                            bool low = true) {
  const std::string name = QString("%1").arg(number, 4, 10, QChar('0')).toStdString();
  const auto file = [&](const char* folder, const char* kind) {
    const std::filesystem::path path = root / folder / (name + kind);
    std::filesystem::create_directories(path.parent_path());
    return path;
  };
  fathom::writeRgbPng(
      file("RGB_train_HR", ".png"),
      at::arange(3 * 48 * 64, at::kInt).remainder(200 + number).to(at::kByte).view({3, 48, 64}));
  if (truth) {
    fathom::writeNpy(file("AI4S_train_gt", ".npy"),
                     at::arange(48 * 64, at::kFloat).mul(0.1).add(20.0 + number).view({48, 64}));
  }
  if (low) {
    fathom::writeNpy(file("AI4S_train_inp", ".npy"), at::full({6, 8}, 2.0, at::kFloat));
  }
}
