#include "plugin/extract/utf8.h"

#include <cstdint>
#include <cstring>

#include "plugin/json.h"

namespace docktape {
namespace {

struct NowhereStream {
  void Put(char) {}
};

// The length of the leading part that is certainly ASCII, in whole blocks.
std::size_t ascii_prefix(std::string_view text) {
  constexpr std::size_t kBlock = 32;
  std::size_t at = 0;
  for (; at + kBlock <= text.size(); at += kBlock) {
    std::uint64_t words[kBlock / 8];
    std::memcpy(words, text.data() + at, kBlock);
    if ((words[0] | words[1] | words[2] | words[3]) & 0x8080808080808080u) break;
  }
  return at;
}

}  // namespace

bool is_utf8(std::string_view text) {
  const std::size_t start = ascii_prefix(text);
  rapidjson::StringStream rest(text.data() + start);
  NowhereStream nowhere;
  while (rest.Tell() < text.size() - start) {
    if (!rapidjson::UTF8<>::Validate(rest, nowhere)) return false;
  }
  return true;
}

std::string without_nul(std::string_view text) {
  std::string clean;
  clean.reserve(text.size());
  for (const char byte : text) {
    if (byte == '\0') {
      clean += kReplacement;
    } else {
      clean += byte;
    }
  }
  return clean;
}

}  // namespace docktape
