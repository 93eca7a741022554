#include "app/built_in_methods.h"

#include "models/guided/register.h"
#include "models/registry.h"

namespace fathom {

UpsamplerRegistry builtInMethods() {
  UpsamplerRegistry methods;
  registerModels(methods);
  registerGuided(methods);
  return methods;
}

}  // namespace fathom
