#pragma once

#include <string>
#include <vector>

#include "models/checkpoints/checkpoint.h"

namespace fathom {

/// One way to understand the names in a file.
struct KeyReading {
  struct Key {
    std::string name;
    int part = -1;  ///< 0, 1, 2: query, key, value, to be joined in this order; −1: the whole
  };
  std::vector<Key> keys;           ///< one per tensor of the file
  std::vector<std::string> steps;  ///< what was done, for a report; empty: nothing
};

/// The names as they are, then without the prefixes of wrappers (DataParallel, compile, …), each
/// also in the words of the original repositories where they are Hugging Face's or older ones.
std::vector<KeyReading> keyReadings(const std::vector<TensorInfo>& tensors);

/// Readings with a prefix put before or taken off all names, so that some match wanted names: a
/// backbone's file holds bare names ("cls_token") that a network keeps under "backbone.".
std::vector<KeyReading> placedReadings(const KeyReading& reading,
                                       const std::vector<TensorInfo>& wanted);

/// Why a wanted tensor may be missing without harm, because a network makes it itself; empty
/// where it may not.
std::string harmlessWhenMissing(const std::string& wantedKey);

/// Why a file's tensor may stay unused without harm; empty where it may not.
/// @param swin  the file is one of the published Swin classifiers
std::string harmlessWhenUnused(const std::string& key, bool swin);

/// True where the names are those of the published Swin classifiers.
bool isSwinClassifier(const KeyReading& reading);

}  // namespace fathom
