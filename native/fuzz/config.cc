// Fuzz target: the texts that Falco hands over. Input: open params, a newline, and an init_config; without a newline
// all of it is the config.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "fuzz/require.h"
#include "plugin/config.h"
#include "plugin/config_option.h"
#include "plugin/error.h"
#include "plugin/json.h"
#include "plugin/source/cursor.h"
#include "plugin/source/request.h"

using namespace docktape;
using namespace docktape::fuzz;

namespace {

// With the known keys and a clipped value, a message is still one that can be read.
constexpr std::size_t kLongestMessage = 512;

std::optional<Config> parse(std::string_view text) {
  try {
    return Config::parse(text);
  } catch (const PluginError& error) {
    const std::string message = error.what();
    require(message.rfind("init_config", 0) == 0, "a message says what is wrong");
    require(message.size() <= kLongestMessage, "a message is of bounded length");
    require(message == one_line(message), "a message is one line");
    return std::nullopt;
  }
}

bool is_choice(const ConfigOption& option, const std::string& value) {
  for (const std::string_view choice : option.choices) {
    if (!choice.empty() && choice == value) return true;
  }
  return false;
}

// Whatever the text, the settings are within the bounds that the schema gives.
void check(const Config& config) {
  for (const ConfigOption& option : config_options()) {
    if (option.flag != nullptr) continue;
    if (option.number != nullptr) {
      const std::uint64_t value = config.*option.number;
      require(value >= option.minimum && value <= option.maximum, "a number is within its bounds");
    } else {
      const std::string& value = config.*option.text;
      require(choices_of(option).empty() || is_choice(option, value), "a choice is one of those there are");
      require(value.find('\0') == std::string::npos, "a path is a C string");
    }
  }
}

std::string text(const rapidjson::Value& value) { return {value.GetString(), value.GetStringLength()}; }

// The host must read from the request's one line just what was put in.
void check_request(const Config& config, const std::string& params, const SourceHistory& history, std::size_t keys) {
  const std::string request = host_request(config, params, history);
  require(request.find('\n') == request.size() - 1, "a request is one line");
  rapidjson::Document json;
  json.Parse(request.data(), request.size());
  require(!json.HasParseError() && json.IsObject(), "a request is JSON");
  require(text(json["params"]) == params, "open params arrive as they were given");
  require(text(json["daemon"]) == config.daemon && text(json["logLevel"]) == config.log_level, "choices arrive");
  require(json["queueBytes"].GetUint64() == config.queue_bytes, "the queue's bound arrives");
  require(json["skip"].GetUint64() == history.delivered, "the number of delivered events arrives");
  require(json["now"].GetUint64() == history.opened_at, "the time arrives");
  const rapidjson::Value& timeout = json["enrichTimeout"];
  require(config.enrich ? timeout.GetUint64() == config.enrich_timeout_ms : timeout.IsNull(), "the wait for a context arrives");
  require(json["resume"].IsNull() == (history.cursor == nullptr), "only who goes on has something to go on from");
  if (history.cursor == nullptr) return;
  const rapidjson::Value& delivered = json["resume"]["delivered"];
  require(delivered.Size() == keys, "the keys of what was delivered are handed on");
  for (const auto& key : delivered.GetArray()) require(key.GetStringLength() == 16, "a key has 16 digits");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t newline = input.find('\n');
  const bool split = newline != std::string_view::npos;
  // Both are C strings to Falco.
  const std::string params(split ? std::string(input.substr(0, newline)).c_str() : "live");
  const std::string config_text(std::string(split ? input.substr(newline + 1) : input).c_str());

  const std::optional<Config> config = parse(config_text);
  const Config settings = config.value_or(Config());
  check(settings);

  SourceHistory history{};
  history.opened_at = size * 0x9E3779B97F4A7C15u;  // any number of 64 bits
  history.delivered = UINT64_MAX - size;
  check_request(settings, params, history, 0);
  Cursor cursor;
  cursor.wanted_from = history.opened_at;
  for (std::size_t i = 0; i < size % 4; ++i) cursor.take(event_key(input.substr(i)));
  history.cursor = &cursor;
  history.reason = "Falco opened the source again";
  check_request(settings, params, history, size % 4);
  return 0;
}
