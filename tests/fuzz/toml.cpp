// Any text as TOML and as definitions of methods: what is read is written and read again the same.
#include "app/methods/toml.h"
#include "app/methods/definition.h"
#include "core/error.h"
#include "tests/fuzz/as_file.h"

using namespace fathom;

namespace {

void readMethods(const TomlTable& table) {
  for (const TomlEntry& entry : table) {
    const auto* list = std::get_if<TomlValue::Array>(&entry.value.data);
    if (!list) continue;
    for (const TomlValue& each : *list) {
      const auto* method = std::get_if<TomlTable>(&each.data);
      if (!method) continue;
      const MethodDefinition read = readDefinition(*method, "fuzz.toml", each.line);
      const TomlTable written = writeDefinition(read, "");
      const TomlTable again = writeDefinition(readDefinition(written, "fuzz.toml", 0), "");
      test::require(printToml(again) == printToml(written));
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  TomlTable table;
  try {
    table = parseToml({reinterpret_cast<const char*>(data), size}, "fuzz.toml");
  } catch (const BadInput&) {
    return 0;
  }
  // What was read is no bad input to itself.
  const std::string text = printToml(table);
  test::require(printToml(parseToml(text, "printed.toml")) == text);
  try {
    readMethods(table);
  } catch (const BadInput&) {
    // It says what is wrong with the definition.
  }
  return 0;
}
