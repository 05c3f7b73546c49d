#include "fuzz/json_context.h"

#include "plugin/json.h"

namespace docktape::fuzz {
namespace {

using rapidjson::Value;

constexpr std::string_view kMember = ",\"docktape\":{";

bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

// A NUL, and what half a surrogate pair comes to, are U+FFFD.
std::string text_of(const Value& value) {
  std::string text;
  if (!value.IsString()) return text;
  const std::string_view bytes(value.GetString(), value.GetStringLength());
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    const bool is_half = bytes[at] == '\xED' && static_cast<unsigned char>(bytes[at + 1]) >= 0xA0;
    if (bytes[at] == '\0' || is_half) text += "\uFFFD";
    else text += bytes[at];
    if (is_half) at += 2;
  }
  return text;
}

// Every member of an object that has this key, the last of which counts.
template <typename Use>
void each(const Value& object, std::string_view key, Use use) {
  if (!object.IsObject()) return;
  for (const auto& member : object.GetObject()) {
    if (text_of(member.name) == key) use(member.value);
  }
}

const Value& last(const Value& object, std::string_view key) {
  static const Value none;
  const Value* found = &none;
  each(object, key, [&](const Value& value) { found = &value; });
  return *found;
}

std::vector<std::string> texts(const Value& list) {
  std::vector<std::string> found;
  if (!list.IsArray()) return found;
  for (const Value& value : list.GetArray()) {
    if (value.IsString()) found.push_back(text_of(value));
  }
  return found;
}

}  // namespace

PayloadParts parts_of(std::string_view payload) {
  const std::size_t at = payload.rfind(kMember);
  if (!ends_with(payload, "}}") || at == std::string_view::npos || at == 0) return {std::string(payload), std::nullopt};
  const std::size_t context = at + kMember.size() - 1;
  return {std::string(payload.substr(0, at)) + "}", std::string(payload.substr(context, payload.size() - 1 - context))};
}

std::optional<JsonContext> read_json_context(std::string_view json) {
  if (json.find('\0') != std::string_view::npos) return std::nullopt;
  rapidjson::Document document;
  const std::string text(json);
  rapidjson::StringStream stream(text.c_str());
  document.ParseStream<rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag>(stream);
  if (document.HasParseError() || !document.IsObject()) return std::nullopt;

  JsonContext context;
  const Value &host = last(document, "host"), &container = last(document, "container"), &exec = last(document, "exec");
  context.host_name = text_of(last(host, "name"));
  context.exec_user = text_of(last(exec, "user"));
  context.has_container = container.IsObject();
  context.user = text_of(last(container, "user"));
  context.cap_add = texts(last(container, "cap_add"));
  for (const char* part : {"entrypoint", "command"}) {
    for (const std::string& word : texts(last(container, part))) {
      if (!context.command.empty()) context.command += ' ';
      context.command += word;
    }
  }
  const Value& mounts = last(container, "mounts");
  if (mounts.IsArray()) {
    for (const Value& mount : mounts.GetArray()) {
      const std::string source = text_of(last(mount, "source"));
      if (!source.empty()) context.mount_sources.push_back(source);
    }
  }
  each(document, "lacks", [&](const Value& value) { context.lacks_something = !value.IsArray() || !value.Empty(); });
  return context;
}

}  // namespace docktape::fuzz
