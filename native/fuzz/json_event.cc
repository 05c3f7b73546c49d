#include "fuzz/json_event.h"

#include <algorithm>

#include "plugin/json.h"

namespace docktape::fuzz {
namespace {

using rapidjson::Value;

constexpr int kMaxDepth = 64;  // as extract/event_handler.cc has it

constexpr unsigned kFlags = rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag;

int depth_of(const Value& value) {
  int inner = 0;
  if (value.IsObject()) {
    for (const auto& member : value.GetObject()) inner = std::max(inner, depth_of(member.value));
  } else if (value.IsArray()) {
    for (const auto& element : value.GetArray()) inner = std::max(inner, depth_of(element));
  } else {
    return 0;
  }
  return inner + 1;
}

std::string text_of(const Value& string) {
  std::string text;
  for (const char* at = string.GetString(); at != string.GetString() + string.GetStringLength(); ++at) {
    text += *at == '\0' ? std::string("\uFFFD") : std::string(1, *at);
  }
  return text;
}

// An escape of half a surrogate pair gets past the parser. Three bytes would encode it, the first two of them these.
bool has_half_pair(const Value& value) {
  if (value.IsObject()) {
    return std::any_of(value.MemberBegin(), value.MemberEnd(),
                       [](const auto& member) { return has_half_pair(member.name) || has_half_pair(member.value); });
  }
  if (value.IsArray()) return std::any_of(value.Begin(), value.End(), has_half_pair);
  if (!value.IsString()) return false;
  const std::string text = text_of(value);
  for (std::size_t at = text.find('\xED'); at != std::string::npos; at = text.find('\xED', at + 1)) {
    if (static_cast<unsigned char>(text[at + 1]) >= 0xA0) return true;
  }
  return false;
}

OptionalText optional_text(const Value& value) {
  if (!value.IsString()) return std::nullopt;
  return text_of(value);
}

void read_actor(const Value& actor, JsonEvent& event) {
  for (const auto& member : actor.GetObject()) {
    const std::string key = text_of(member.name);
    if (key == "ID") event.actor_id = optional_text(member.value);
    if (key != "Attributes" || !member.value.IsObject()) continue;
    for (const auto& attribute : member.value.GetObject()) {
      event.attributes.emplace_back(text_of(attribute.name), optional_text(attribute.value));
    }
  }
}

void read_member(const std::string& key, const Value& value, JsonEvent& event) {
  const std::pair<const char*, OptionalText*> texts[] = {
      {"status", &event.status}, {"id", &event.id},         {"from", &event.from},   {"Type", &event.type},
      {"Action", &event.action}, {"scope", &event.scope},   {"HealthStatus", &event.health_status}};
  for (const auto& [name, text] : texts) {
    if (key == name) *text = optional_text(value);
  }
  if (key == "time") event.time = value.IsUint64() ? value.GetUint64() : 0;
  if (key == "timeNano") event.time_nano = value.IsUint64() ? value.GetUint64() : 0;
  if (key == "Actor" && value.IsObject()) read_actor(value, event);
}

}  // namespace

OptionalText JsonEvent::attribute(std::string_view key) const {
  OptionalText last;
  for (const auto& [name, value] : attributes) {
    if (name == key) last = value;
  }
  return last;
}

std::optional<JsonEvent> read_json_event(std::string_view payload) {
  // The document's parser takes a NUL for the end, and what stands behind it is then not looked at.
  if (payload.find('\0') != std::string_view::npos) return std::nullopt;
  std::string text(payload);
  text.append(16, '\0');  // blanks are passed sixteen bytes at a time
  rapidjson::StringStream stream(text.c_str());
  rapidjson::Document document;
  document.ParseStream<kFlags>(stream);
  if (document.HasParseError() || !document.IsObject()) return std::nullopt;
  if (depth_of(document) > kMaxDepth || has_half_pair(document)) return std::nullopt;
  JsonEvent event;
  for (const auto& member : document.GetObject()) read_member(text_of(member.name), member.value, event);
  return event;
}

}  // namespace docktape::fuzz
