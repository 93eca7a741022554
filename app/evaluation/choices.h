#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/pipeline/choices.h"
#include "core/degradation.h"
#include "core/protocol.h"
#include "core/upsampler.h"

namespace fathom {

/// "bicubic kernel=pillow", for provenance.
std::string describe(const MethodChoice& method);

/// The methods a user names. What is named twice (aliases count) is taken once.
/// @param ids       at least one; aliases such as "default" are resolved
/// @param settings  "METHOD.KEY=VALUE", METHOD one of ids
/// Throws BadInput that says what is known.
std::vector<MethodChoice> chooseMethods(const UpsamplerRegistry& registry,
                                        const std::vector<std::string>& ids,
                                        const std::vector<std::string>& settings);

/// A preset with some of its parameters replaced.
/// @param changes  "KEY=VALUE", keys of degradationSettings() but the seed
/// Throws BadInput that says what is known.
Degradation chooseDegradation(const std::string& preset, const std::vector<std::string>& changes,
                              std::uint64_t seed);

/// Throws BadInput on an unknown one and where none is named.
std::vector<Protocol> chooseProtocols(const std::vector<std::string>& ids);

}  // namespace fathom
