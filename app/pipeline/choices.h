#pragma once

#include <string>

#include "core/setting.h"

namespace fathom {

/// A method and the settings that differ from their initial values.
struct MethodChoice {
  std::string id;  ///< never an alias
  Values values;
  bool operator==(const MethodChoice&) const = default;
};

/// Which transmitted map the methods get.
enum class LowChoice {
  kReal,       ///< the data's own
  kSimulated,  ///< made from the truth by a degradation
};

}  // namespace fathom
