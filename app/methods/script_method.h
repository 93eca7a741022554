#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "app/methods/consent.h"
#include "app/methods/definition.h"
#include "app/methods/script_manifest.h"
#include "app/methods/script_module.h"
#include "core/upsampler.h"

namespace fathom {

/// The module of one definition, loaded once and again when its file has changed. Thread-safe.
class ScriptStore {
 public:
  struct Loaded {
    ScriptModule module;
    ScriptManifest manifest;
  };
  ScriptStore(MethodDefinition definition, std::shared_ptr<Consent> consent)
      : definition_(std::move(definition)), consent_(std::move(consent)) {}

  /// Throws MissingResource where the file was not allowed to run; FileError, BadInput.
  std::shared_ptr<const Loaded> get();
  /// Changes when the module or its manifest does.
  std::string state() const;

 private:
  const MethodDefinition definition_;
  const std::shared_ptr<Consent> consent_;
  std::mutex mutex_;
  std::string loadedState_;
  std::shared_ptr<const Loaded> loaded_;
};

/// The manifest that goes with a definition's module.
std::filesystem::path manifestPath(const MethodDefinition& definition);

/// A TorchScript module as a method. A call of the module cannot be interrupted.
class ScriptMethod : public Upsampler {
 public:
  explicit ScriptMethod(std::shared_ptr<const ScriptStore::Loaded> loaded)
      : loaded_(std::move(loaded)) {}
  /// Throws BadInput where the module fails or gives another shape.
  Prediction operator()(const UpsamplerInput& input, const Progress& progress) const override;

 private:
  std::shared_ptr<const ScriptStore::Loaded> loaded_;
};

}  // namespace fathom
