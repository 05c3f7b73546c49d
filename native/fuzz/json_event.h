// A second reader of an event's JSON, to compare the extractor with: RapidJSON's document tree instead of its in-situ
// reader, one member after another instead of a state machine. Slow, and simple enough to be seen to be right.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace docktape::fuzz {

using OptionalText = std::optional<std::string>;

struct JsonEvent {
  OptionalText status, id, from, type, action, scope, health_status, actor_id;
  std::uint64_t time = 0, time_nano = 0;  // 0 also when there is none
  std::vector<std::pair<std::string, OptionalText>> attributes;  // in order, repeated keys and all

  // The last attribute of this key.
  OptionalText attribute(std::string_view key) const;
};

// None when `payload` is not one JSON object in UTF-8, or is nested deeper than an event may be.
std::optional<JsonEvent> read_json_event(std::string_view payload);

}  // namespace docktape::fuzz
