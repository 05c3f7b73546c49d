#include "plugin/source/request.h"

#include "plugin/json.h"

namespace docktape {
namespace {

constexpr unsigned kProtocolVersion = 2;

using JsonWriter = rapidjson::Writer<rapidjson::StringBuffer>;

void put(JsonWriter& json, const char* key, const std::string& value) {
  json.Key(key);
  json.String(value.c_str(), static_cast<rapidjson::SizeType>(value.size()));
}

void put(JsonWriter& json, const char* key, std::uint64_t value) {
  json.Key(key);
  json.Uint64(value);
}

// Nanoseconds are texts: a JSON number of JavaScript would round them.
void put_resume(JsonWriter& json, const char* reason, const Cursor& cursor) {
  json.StartObject();
  put(json, "reason", std::string(reason));
  put(json, "wantedFrom", std::to_string(cursor.wanted_from));
  put(json, "endedAt", std::to_string(cursor.ended_at));
  json.Key("delivered");
  json.StartArray();
  cursor.each_key([&](const EventKey& key) { json.String(key_text(key).c_str()); });
  json.EndArray();
  json.EndObject();
}

}  // namespace

std::string host_request(const Config& config, const std::string& params, const SourceHistory& history) {
  rapidjson::StringBuffer text;
  JsonWriter json(text);
  json.StartObject();
  put(json, "version", kProtocolVersion);
  put(json, "params", params);
  put(json, "daemon", config.daemon);
  put(json, "queueBytes", config.queue_bytes);
  put(json, "logLevel", config.log_level);
  put(json, "skip", history.delivered);
  put(json, "now", history.opened_at);
  json.Key("enrichTimeout");
  if (config.enrich) json.Uint64(config.enrich_timeout_ms);
  else json.Null();
  json.Key("resume");
  if (history.cursor != nullptr) put_resume(json, history.reason, *history.cursor);
  else json.Null();
  json.EndObject();
  return std::string(text.GetString(), text.GetSize()) + "\n";
}

}  // namespace docktape
