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

void put_choices(JsonWriter& json, const ConfigOption& option) {
  if (option.choices[0].empty()) return;
  json.Key("enum");
  json.StartArray();
  for (const std::string_view choice : option.choices) {
    if (!choice.empty()) put(json, choice);
  }
  json.EndArray();
}

void put_option(JsonWriter& json, const ConfigOption& option, const Config& defaults) {
  json.StartObject();
  put(json, "title", option.title);
  put(json, "description", option.description);
  if (option.number != nullptr) {
    put(json, "type", "integer");
    json.Key("minimum");
    json.Uint64(option.minimum);
    json.Key("maximum");
    json.Uint64(option.maximum);
    json.Key("default");
    json.Uint64(defaults.*option.number);
  } else {
    put(json, "type", "string");
    put_choices(json, option);
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
  // Other keys are refused by init and not here: Falco's message for them would name no key.
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
