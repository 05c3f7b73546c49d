#pragma once

#include <string>
#include <string_view>

namespace docktape {

// Whether `text` is UTF-8 as RFC 3629 defines it. `text` must be followed by a NUL.
bool is_utf8(std::string_view text);

// Falco reads C strings, so what follows a NUL would be hidden from rules: U+FFFD stands in for it.
inline constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

// A copy of `text` without NULs.
std::string without_nul(std::string_view text);

}  // namespace docktape
