#include "plugin/source/request.h"

#include "plugin/json.h"

namespace docktape {
namespace {

constexpr unsigned kProtocolVersion = 1;

using JsonWriter = rapidjson::Writer<rapidjson::StringBuffer>;

void put(JsonWriter& json, const char* key, const std::string& value) {
  json.Key(key);
  json.String(value.c_str(), static_cast<rapidjson::SizeType>(value.size()));
}

}  // namespace

std::string host_request(const Config& config, const std::string& params, const SourceHistory& history) {
  rapidjson::StringBuffer text;
  JsonWriter json(text);
  json.StartObject();
  json.Key("version");
  json.Uint(kProtocolVersion);
  put(json, "params", params);
  put(json, "daemon", config.daemon);
  json.Key("queueBytes");
  json.Uint64(config.queue_bytes);
  put(json, "logLevel", config.log_level);
  json.Key("skip");
  json.Uint64(history.delivered);
  json.Key("now");
  json.Uint64(history.opened_at);
  json.Key("lostAt");
  json.Uint64(history.lost_at);
  json.EndObject();
  return std::string(text.GetString(), text.GetSize()) + "\n";
}

}  // namespace docktape
