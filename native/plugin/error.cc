#include "plugin/error.h"

namespace docktape {

std::string one_line(std::string text) {
  for (char& byte : text) {
    if (static_cast<unsigned char>(byte) < ' ') byte = ' ';
  }
  const std::size_t end = text.find_last_not_of(' ');
  text.erase(end == std::string::npos ? 0 : end + 1);
  return text;
}

std::string clip(std::string_view text, std::size_t bytes) {
  if (text.size() <= bytes) return std::string(text);
  const auto continues = [&](std::size_t at) { return (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80; };
  while (bytes > 0 && continues(bytes)) --bytes;
  return std::string(text.substr(0, bytes)) + "…";
}

}  // namespace docktape
