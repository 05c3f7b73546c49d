#include "plugin/source/open_params_list.h"

#include <filesystem>
#include <set>

#include "plugin/error.h"
#include "plugin/extract/utf8.h"
#include "plugin/json.h"

namespace docktape {
namespace {

namespace fs = std::filesystem;

constexpr char kExtension[] = ".db";

// Open params are split at the first '?' and percent-decoded.
std::string percent_encoded(const std::string& path) {
  std::string encoded;
  for (const char byte : path) {
    if (byte == '%') encoded += "%25";
    else if (byte == '?') encoded += "%3F";
    else encoded += byte;
  }
  return encoded;
}

// JSON holds text only, so a name that is not UTF-8 cannot be offered.
std::set<std::string> captures_in(const std::string& folder) {
  std::set<std::string> paths;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    std::error_code unreadable;
    const std::string path = entry->path().string();
    if (entry->path().extension() == kExtension && entry->is_regular_file(unreadable) && is_utf8(path)) {
      paths.insert(path);
    }
  }
  if (error) {
    throw PluginError("init_config's captures cannot be read (" + error.message() + "); name a folder: " + folder);
  }
  return paths;
}

using JsonWriter = rapidjson::Writer<rapidjson::StringBuffer>;

void put(JsonWriter& json, const std::string& value, const std::string& description) {
  json.StartObject();
  json.Key("value");
  json.String(value.c_str(), static_cast<rapidjson::SizeType>(value.size()));
  json.Key("desc");
  json.String(description.c_str(), static_cast<rapidjson::SizeType>(description.size()));
  json.EndObject();
}

}  // namespace

std::string open_params_as_json(const std::string& folder) {
  rapidjson::StringBuffer text;
  JsonWriter json(text);
  json.StartArray();
  put(json, "live", "Events of the Docker daemon of DOCKER_HOST, or of the default socket");
  if (!folder.empty()) {
    for (const std::string& path : captures_in(folder)) {
      put(json, "capture:" + percent_encoded(path), "Replay of " + fs::path(path).filename().string());
    }
  }
  json.EndArray();
  return std::string(text.GetString(), text.GetSize());
}

}  // namespace docktape
