#include "plugin/config_option.h"
#include "plugin/json.h"

namespace docktape {
namespace {

using JsonWriter = rapidjson::Writer<rapidjson::StringBuffer>;

void put(JsonWriter& json, std::string_view text) {
  json.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
}

void put(JsonWriter& json, const char* key, std::string_view value) {
  json.Key(key);
  put(json, value);
}

// Only the type is in the schema's own terms: Falco's messages about bounds and choices name neither, init's do.
std::string describe(const ConfigOption& option) {
  std::string text(option.description);
  if (option.number != nullptr) {
    text += " From " + std::to_string(option.minimum) + " to " + std::to_string(option.maximum) + ".";
  } else if (!option.choices[0].empty()) {
    text += " One of " + choices_of(option) + ".";
  }
  return text;
}

void put_option(JsonWriter& json, const ConfigOption& option, const Config& defaults) {
  json.StartObject();
  put(json, "title", option.title);
  put(json, "description", describe(option));
  if (option.number != nullptr) {
    put(json, "type", "integer");
    json.Key("default");
    json.Uint64(defaults.*option.number);
  } else if (option.flag != nullptr) {
    put(json, "type", "boolean");
    json.Key("default");
    json.Bool(defaults.*option.flag);
  } else {
    put(json, "type", "string");
    put(json, "default", defaults.*option.text);
  }
  json.EndObject();
}

}  // namespace

std::string config_schema() {
  const Config defaults;
  rapidjson::StringBuffer text;
  JsonWriter json(text);
  json.StartObject();
  put(json, "$schema", "http://json-schema.org/draft-04/schema#");
  put(json, "title", "docker plugin configuration");
  json.Key("type");  // Falco turns `init_config: {}` into null
  json.StartArray();
  json.String("object");
  json.String("null");
  json.EndArray();
  // Other keys are refused by init and not here, for the same reason.
  json.Key("properties");
  json.StartObject();
  for (const ConfigOption& option : config_options()) {
    for (const std::string_view name : {option.name, option.alias}) {
      if (name.empty()) continue;
      json.Key(name.data(), static_cast<rapidjson::SizeType>(name.size()));
      put_option(json, option, defaults);
    }
  }
  json.EndObject();
  json.EndObject();
  return std::string(text.GetString(), text.GetSize());
}

}  // namespace docktape
