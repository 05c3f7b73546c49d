#include "plugin/config.h"

#include <cmath>
#include <set>

#include "abi/plugin_abi.h"
#include "plugin/config_option.h"
#include "plugin/error.h"
#include "plugin/json.h"

namespace docktape {
namespace {

// Of a value or a key in a message, bytes.
constexpr std::size_t kLongestShown = 60;

std::string shown(const rapidjson::Value& value) {
  rapidjson::StringBuffer text;
  // A number beyond a double has become an infinite one, which JSON does not know.
  rapidjson::Writer<rapidjson::StringBuffer, rapidjson::UTF8<>, rapidjson::UTF8<>, rapidjson::CrtAllocator,
                    rapidjson::kWriteNanAndInfFlag>
      json(text);
  value.Accept(json);
  return clip(std::string_view(text.GetString(), text.GetSize()), kLongestShown);
}

[[noreturn]] void refuse(std::string_view key, const rapidjson::Value& value, const std::string& wanted) {
  throw PluginError("init_config: " + std::string(key) + " must be " + wanted + ", not " + shown(value));
}

std::string known_options() {
  std::string list;
  for (const ConfigOption& option : config_options()) {
    if (!list.empty()) list += ", ";
    list += option.name;
  }
  return list;
}

const ConfigOption& find_option(std::string_view key) {
  for (const ConfigOption& option : config_options()) {
    if (key == option.name || (!option.alias.empty() && key == option.alias)) return option;
  }
  throw PluginError("init_config: unknown key '" + one_line(clip(key, kLongestShown)) +
                    "'; the known ones are " + known_options());
}

// Falco turns large integers into doubles, and lets 5.0 pass for an integer.
std::uint64_t read_number(std::string_view key, const rapidjson::Value& value, const ConfigOption& option) {
  const double number = value.IsNumber() ? value.GetDouble() : -1;
  if (number != std::floor(number) || number < static_cast<double>(option.minimum) ||
      number > static_cast<double>(option.maximum)) {
    refuse(key, value, "a whole number from " + std::to_string(option.minimum) + " to " + std::to_string(option.maximum));
  }
  return static_cast<std::uint64_t>(number);
}

std::string read_text(std::string_view key, const rapidjson::Value& value, const ConfigOption& option) {
  const std::string text = value.IsString() ? std::string(value.GetString(), value.GetStringLength()) : std::string();
  const std::string choices = choices_of(option);
  if (choices.empty()) {
    if (!value.IsString() || text.find('\0') != std::string::npos) refuse(key, value, "a path");
    return text;
  }
  for (const std::string_view choice : option.choices) {
    if (!choice.empty() && text == choice) return text;
  }
  refuse(key, value, "one of " + choices);
}

bool read_flag(std::string_view key, const rapidjson::Value& value) {
  if (!value.IsBool()) refuse(key, value, "true or false");
  return value.GetBool();
}

}  // namespace

std::int32_t Config::max_severity() const {
  if (log_level == "error") return ABI_LOG_ERROR;
  if (log_level == "warning") return ABI_LOG_WARNING;
  if (log_level == "debug") return ABI_LOG_DEBUG;
  return ABI_LOG_INFO;
}

Config Config::parse(std::string_view text) {
  Config config;
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) return config;

  rapidjson::Document document;
  document.Parse<rapidjson::kParseIterativeFlag>(text.data(), text.size());
  if (document.HasParseError()) {
    throw PluginError("init_config is not JSON (at byte " + std::to_string(document.GetErrorOffset()) +
                      "): give a map with the keys " + known_options() + ", or leave it out");
  }
  if (document.IsNull()) return config;
  if (!document.IsObject()) {
    throw PluginError("init_config must be a map with the keys " + known_options() + ", not " + shown(document));
  }

  std::set<const ConfigOption*> seen;
  for (const auto& member : document.GetObject()) {
    const std::string_view key(member.name.GetString(), member.name.GetStringLength());
    const ConfigOption& option = find_option(key);
    if (!seen.insert(&option).second) {
      throw PluginError("init_config: " + std::string(option.name) + " is given twice; give it once");
    }
    if (member.value.IsNull()) continue;  // YAML's way of leaving a value out
    if (option.number != nullptr) config.*option.number = read_number(key, member.value, option);
    else if (option.flag != nullptr) config.*option.flag = read_flag(key, member.value);
    else config.*option.text = read_text(key, member.value, option);
  }
  return config;
}

}  // namespace docktape
