#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace docktape {

// A failure that the user can do something about. Falco shows the text and cuts it at 255 bytes, so the cause and the fix
// come first and long values, such as paths, last.
class PluginError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// `text` in one line: what a log or a last error can show.
std::string one_line(std::string text);

// At most `bytes` bytes of `text`, cut between characters and marked where it was cut.
std::string clip(std::string_view text, std::size_t bytes);

}  // namespace docktape
