#include "plugin/extract/event_context.h"

#include "plugin/extract/rfc3339.h"
#include "plugin/extract/utf8.h"
#include "plugin/json.h"

namespace docktape {
namespace {

using Json = rapidjson::Value;

// Of repeated keys the last counts, as in the events themselves.
const Json* member(const Json& object, std::string_view key) {
  for (auto it = object.MemberEnd(); it != object.MemberBegin();) {
    --it;
    if (std::string_view(it->name.GetString(), it->name.GetStringLength()) == key) return &it->value;
  }
  return nullptr;
}

const Json* part(const Json& object, std::string_view key) {
  const Json* found = member(object, key);
  return found != nullptr && found->IsObject() ? found : nullptr;
}

// The later half of a surrogate pair, alone in an escape, comes out of the parser as three bytes that are no UTF-8.
void replace_half_pairs(std::string& text) {
  for (std::size_t at = text.find('\xED'); at != std::string::npos; at = text.find('\xED', at + kReplacement.size())) {
    if (static_cast<unsigned char>(text[at + 1]) >= 0xA0) text.replace(at, kReplacement.size(), kReplacement);
  }
}

std::string text_of(const Json& value) {
  if (!value.IsString()) return {};
  std::string text = without_nul({value.GetString(), value.GetStringLength()});
  replace_half_pairs(text);
  return text;
}

std::string text(const Json& object, std::string_view key) {
  const Json* found = member(object, key);
  return found == nullptr ? std::string() : text_of(*found);
}

std::optional<bool> boolean(const Json& object, std::string_view key) {
  const Json* found = member(object, key);
  return found != nullptr && found->IsBool() ? std::optional<bool>(found->GetBool()) : std::nullopt;
}

TextList texts(const Json& object, std::string_view key) {
  TextList list;
  const Json* found = member(object, key);
  if (found == nullptr || !found->IsArray()) return list;
  list.reserve(found->Size());
  for (const Json& value : found->GetArray()) {
    if (value.IsString()) list.push_back(text_of(value));
  }
  return list;
}

void append_words(std::string& line, const TextList& words) {
  for (const std::string& word : words) {
    if (!line.empty()) line += ' ';
    line += word;
  }
}

void add_unless_empty(TextList& list, const std::string& value) {
  if (!value.empty()) list.push_back(value);
}

void read_mount(ContainerContext& container, const Json& mount) {
  const std::string type = text(mount, "type"), source = text(mount, "source"), destination = text(mount, "destination");
  const bool writable = boolean(mount, "rw").value_or(false);
  container.mounts.push_back(source + ":" + destination + (writable ? ":rw:" : ":ro:") + type + ":" +
                             text(mount, "propagation"));
  add_unless_empty(container.mount_sources, source);
  add_unless_empty(container.mount_destinations, destination);
  if (type == "bind" && writable) add_unless_empty(container.host_paths_rw, source);
  if (!source.empty()) container.mounts_by_source.push_back({source, writable});
}

HostContext read_host(const Json& json) { return {text(json, "name"), text(json, "id"), text(json, "engine")}; }

ContainerContext read_container(const Json& json) {
  ContainerContext container;
  container.privileged = boolean(json, "privileged");
  container.readonly_rootfs = boolean(json, "readonly_rootfs");
  container.user = text(json, "user");
  container.network_mode = text(json, "network_mode");
  container.pid_mode = text(json, "pid_mode");
  container.ipc_mode = text(json, "ipc_mode");
  container.userns_mode = text(json, "userns_mode");
  container.runtime = text(json, "runtime");
  container.restart_policy = text(json, "restart_policy");
  container.image_id = text(json, "image_id");
  append_words(container.command, texts(json, "entrypoint"));
  append_words(container.command, texts(json, "command"));
  container.created = parse_rfc3339(text(json, "created"));
  container.cap_add = texts(json, "cap_add");
  container.cap_drop = texts(json, "cap_drop");
  container.security_opt = texts(json, "security_opt");
  container.devices = texts(json, "devices");
  container.ports = texts(json, "ports");
  container.env_names = texts(json, "env_names");
  container.image_digests = texts(json, "image_digests");
  const Json* mounts = member(json, "mounts");
  if (mounts != nullptr && mounts->IsArray()) {
    for (const Json& mount : mounts->GetArray()) {
      if (mount.IsObject()) read_mount(container, mount);
    }
  }
  return container;
}

ExecContext read_exec(const Json& json) {
  return {text(json, "user"), boolean(json, "privileged"), boolean(json, "tty"), texts(json, "args")};
}

bool lacks(const Json& json) {
  const Json* found = member(json, "lacks");
  return found != nullptr && !(found->IsArray() && found->Empty());
}

}  // namespace

std::optional<bool> ContainerContext::mount_rw(std::string_view source) const {
  std::optional<bool> found;
  for (const Mount& mount : mounts_by_source) {
    if (mount.source == source) found = found.value_or(false) || mount.writable;
  }
  return found;
}

std::optional<EventContext> EventContext::parse(std::string_view json) {
  // The parser takes a NUL for the end of the text.
  if (json.find('\0') != std::string_view::npos) return std::nullopt;
  rapidjson::Document document;
  // Without recursion, however deep it is.
  document.Parse<rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag>(json.data(), json.size());
  if (document.HasParseError() || !document.IsObject()) return std::nullopt;
  EventContext context;
  if (const Json* host = part(document, "host")) context.host = read_host(*host);
  if (const Json* container = part(document, "container")) context.container = read_container(*container);
  if (const Json* exec = part(document, "exec")) context.exec = read_exec(*exec);
  context.lacks_something = lacks(document);
  return context;
}

}  // namespace docktape
