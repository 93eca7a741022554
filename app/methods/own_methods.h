#pragma once

#include <memory>
#include <vector>

#include "app/methods/consent.h"
#include "app/methods/definition.h"
#include "core/upsampler.h"

namespace fathom {

/// Makes the methods that a user brings known beside the others: one UpsamplerInfo and factory per
/// definition, in their order, under the groups "Your own" and "Combined". A definition's
/// parameters (but files and folders) become the method's settings with the given initial values.
/// Nothing is opened, started or loaded before a method is created or run. What the methods share
/// (the listing of a folder, a process that serves all samples) lives as long as the registry or a
/// copy of it.
/// Throws BadInput that names the method: an id that is taken, unknown members, members that make
/// a circle, a chain whose second or later member cannot start from another's result, two
/// definitions of one id.
/// @param consent  which TorchScript files may run
void addOwnMethods(UpsamplerRegistry& registry, const std::vector<MethodDefinition>& definitions,
                   std::shared_ptr<Consent> consent);

/// A method as a user chose it: aliases resolved, whole numbers taken for numbers where those are
/// meant, names and ranges checked. Throws BadInput that names the method and what is known.
MethodChoice resolvedChoice(const UpsamplerRegistry& registry, const MethodChoice& choice);

}  // namespace fathom
