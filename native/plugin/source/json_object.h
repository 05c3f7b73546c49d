#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "plugin/json.h"

namespace docktape {

// A small JSON object that the host sent, asked for members by name.
class JsonObject {
 public:
  // Throws PluginError when `text` is not a JSON object. `frame` names where it came in.
  JsonObject(std::string_view text, const char* frame);

  // Empty when there is no such string.
  std::string text(const char* key) const;
  // None when there is no such whole number.
  std::optional<std::uint64_t> number(const char* key) const;

 private:
  rapidjson::Document document_;
};

}  // namespace docktape
