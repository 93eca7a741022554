#pragma once

#include <string_view>

namespace fathom {

/// True where the bytes are UTF-8 without surrogates and overlong forms.
bool isUtf8(std::string_view bytes);

}  // namespace fathom
