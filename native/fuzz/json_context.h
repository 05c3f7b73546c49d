// An event's payload taken apart, and its context read a second way: slowly, and with nothing of the library's own code.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace docktape::fuzz {

// The daemon's bytes, and those of the context; none where the payload does not end with one.
struct PayloadParts {
  std::string daemon;
  std::optional<std::string> context;
};

PayloadParts parts_of(std::string_view payload);

// The parts of a context that fields are compared with; empty ones count as absent.
struct JsonContext {
  std::string host_name, user, exec_user, command;
  std::vector<std::string> cap_add, mount_sources;
  bool has_container = false, lacks_something = false;
};

// The last of repeated keys counts. None when `json` is not one JSON object in UTF-8.
std::optional<JsonContext> read_json_context(std::string_view json);

}  // namespace docktape::fuzz
