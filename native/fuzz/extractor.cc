// Fuzz target: any payload through the extractor, as Falco asks for it. Input: a key for docker.attributes[KEY] and
// docker.container.mount_rw[KEY], a newline, and the payload; without a newline all of it is payload.
#include <algorithm>
#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/json_context.h"
#include "fuzz/json_event.h"
#include "fuzz/plugin_event.h"
#include "fuzz/require.h"
#include "plugin/event_payload.h"
#include "plugin/extract/docker_event.h"
#include "plugin/extract/extractor.h"
#include "plugin/extract/field.h"
#include "plugin/extract/utf8.h"

using namespace docktape;
using namespace docktape::fuzz;

namespace {

// Repeated keys make looking each of them up quadratic.
constexpr std::size_t kMostAttributes = 64;

// A field's value, copied out; which member counts follows from the field.
struct Value {
  bool present = false;
  std::string text;
  std::uint64_t number = 0;
  std::vector<std::string> list;
  bool operator==(const Value& other) const {
    return present == other.present && text == other.text && number == other.number && list == other.list;
  }
};
using Values = std::vector<Value>;

abi_extract_field request(std::uint32_t id, const char* key) {
  abi_extract_field field{};
  field.field_id = id;
  const bool keyed = field_table().begin[id].arg == FieldArg::required_key;
  field.arg_key = keyed ? key : nullptr;
  field.arg_present = keyed;
  return field;
}

Value value_of(const abi_extract_field& field) {
  Value value;
  value.present = field.res_len != 0;
  if (!value.present) return value;
  const FieldType type = field_table().begin[field.field_id].type;
  require(field.res_len == 1 || type == FieldType::strings, "a field has one value or none, unless it is a list");
  switch (type) {
    case FieldType::strings: value.list.assign(field.res.str, field.res.str + field.res_len); break;
    case FieldType::string: value.text = field.res.str[0]; break;
    case FieldType::boolean: value.number = field.res.boolean[0]; break;
    default: value.number = field.res.u64[0];
  }
  return value;
}

Values in_one_call(Extractor& extractor, const PluginEvent& event, const char* key) {
  const std::size_t count = field_table().size;
  std::vector<abi_extract_field> fields;
  fields.reserve(count);
  for (std::uint32_t id = 0; id < count; ++id) fields.push_back(request(id, key));
  extractor.extract(event.input(), fields.data(), static_cast<std::uint32_t>(count));
  Values values;
  values.reserve(count);
  for (const abi_extract_field& field : fields) values.push_back(value_of(field));
  return values;
}

Values one_by_one(Extractor& extractor, const PluginEvent& event, const char* key) {
  const std::size_t count = field_table().size;
  Values values;
  values.reserve(count);
  for (std::uint32_t id = 0; id < count; ++id) {
    abi_extract_field field = request(id, key);
    extractor.extract(event.input(), &field, 1);
    values.push_back(value_of(field));
  }
  return values;
}

const Value& field(const Values& values, std::string_view name) {
  const FieldTable table = field_table();
  std::size_t id = 0;
  while (id < table.size && table.begin[id].name != name) ++id;
  require(id < table.size, "a field that this target compares is in the table");
  return values[id];
}

void require_whole(const Text& text) {
  if (!text.present()) return;
  require(text.view().find('\0') == std::string_view::npos, "no value holds a NUL");
  require(text.c_str()[text.view().size()] == '\0', "a NUL follows each value");
  require(is_utf8(text.view()), "each value is UTF-8");
}

void require_same(const Text& text, const OptionalText& expected) {
  require_whole(text);
  require(text.present() == expected.has_value(), "both readers find a member, or neither does");
  if (expected) require(text.view() == *expected, "both readers read the same text");
}

// The members of an event, against those that the other reader finds.
void check_members(std::string_view payload, const std::optional<JsonEvent>& expected) {
  static DockerEvent event;  // one for all inputs: nothing of the event before may be left in it
  require(event.parse(payload) == expected.has_value(), "both readers can read the payload, or neither can");
  const EventMembers& members = event.members();
  const JsonEvent none;
  const JsonEvent& wanted = expected ? *expected : none;
  require_same(members.status, wanted.status);
  require_same(members.id, wanted.id);
  require_same(members.from, wanted.from);
  require_same(members.type, wanted.type);
  require_same(members.action, wanted.action);
  require_same(members.scope, wanted.scope);
  require_same(members.health_status, wanted.health_status);
  require_same(members.actor_id, wanted.actor_id);
  require(members.time.value_or(0) == wanted.time, "both readers read the same time");
  require(members.time_nano.value_or(0) == wanted.time_nano, "both readers read the same timeNano");
  require(members.attributes.size() == wanted.attributes.size(), "both readers find as many attributes");
  for (std::size_t i = 0; i < std::min(wanted.attributes.size(), kMostAttributes); ++i) {
    const std::string& key = wanted.attributes[i].first;
    require_same(event.attribute(key), wanted.attribute(key));
  }
}

// What the fields must say of the members, as the field table and the facts about Docker's events have it.
void check_values(const Values& values, const std::string& key, const std::optional<JsonEvent>& event) {
  if (!event) {
    for (const Value& value : values) require(!value.present, "every field of a broken payload is absent");
    return;
  }
  const auto attribute = event->attribute(key);
  require(field(values, "docker.attributes").present == attribute.has_value(), "an attribute is found by its key");
  require(field(values, "docker.attributes").text == attribute.value_or(""), "an attribute has its value");
  require(field(values, "docker.action").text == event->action.value_or(""), "the action is Action");
  require(field(values, "docker.type").text == event->type.value_or(""), "the type is Type");

  const Value& detail = field(values, "docker.action.detail");
  const std::string whole = field(values, "docker.action.verb").text + (detail.present ? ": " + detail.text : "");
  require(whole == field(values, "docker.action").text, "verb and detail make up the action");

  const std::uint64_t nanoseconds = event->time_nano != 0 ? event->time_nano : event->time * 1'000'000'000;
  const bool fits = event->time_nano != 0 || event->time <= UINT64_MAX / 1'000'000'000;
  require(field(values, "docker.time").number == (fits ? nanoseconds : 0), "the time is that of the event");

  const Value& repository = field(values, "docker.image.repository");
  require(repository.present == field(values, "docker.image.registry").present, "a repository has a registry");
  for (const Value& value : values) {
    require(is_utf8(value.text), "each value is UTF-8");
    for (const std::string& text : value.list) require(is_utf8(text), "each value of a list is UTF-8");
  }
}

// The first field of those that come out of a context: all that follow it do as well.
constexpr std::string_view kFirstOfContext = "docker.enriched";

std::size_t context_begin() {
  const FieldTable table = field_table();
  const auto is_first = [](const FieldSpec& spec) { return spec.name == kFirstOfContext; };
  return static_cast<std::size_t>(std::find_if(table.begin, table.begin + table.size, is_first) - table.begin);
}

void check_context(const Values& values, const std::optional<JsonEvent>& event, const PayloadParts& parts) {
  if (!event) return;
  const JsonContext none;
  const auto known = parts.context ? read_json_context(*parts.context) : std::nullopt;
  const std::string type = event->type.value_or("");
  const bool is_container = type == "container", has_container = is_container || type == "docktape";
  if (!known) {
    for (std::size_t id = context_begin() + 1; id < values.size(); ++id) {
      require(!values[id].present, "without a context its fields are absent");
    }
  }
  const JsonContext& wanted = known ? *known : none;
  const JsonContext& container = has_container ? wanted : none;
  const Value& enriched = field(values, kFirstOfContext);
  require(enriched.present == is_container, "only a container is enriched or not");
  require(enriched.number == (is_container && wanted.has_container && !wanted.lacks_something), "it is when nothing is lacking");
  require(field(values, "docker.host.name").text == wanted.host_name, "both readers read the same host");
  require(field(values, "docker.exec.user").text == (is_container ? wanted.exec_user : ""), "... the same exec");
  require(field(values, "docker.container.user").text == container.user, "... the same container");
  require(field(values, "docker.container.command").text == container.command, "... the same command");
  // A list to Falco is of C strings, which no text with a NUL gets into.
  require(field(values, "docker.container.cap_add").list == container.cap_add, "... the same list");
  require(field(values, "docker.container.mount_sources").list == container.mount_sources, "... the same mounts");
}

std::string without_nuls_slowly(std::string_view text) {
  std::string clean;
  for (const char byte : text) clean += byte == '\0' ? std::string("\uFFFD") : std::string(1, byte);
  return clean;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t newline = input.find('\n');
  const bool keyed = newline != std::string_view::npos;
  const std::string key(keyed ? std::string(input.substr(0, newline)).c_str() : "name");  // to Falco a C string
  const std::string_view payload = keyed ? input.substr(newline + 1) : input;

  const PayloadParts parts = parts_of(payload);
  const auto expected = read_json_event(parts.daemon);
  check_members(payload, expected);

  // One extractor for all inputs, as in Falco, and one that has seen no other event.
  static std::atomic<std::uint64_t> errors{0};
  static Extractor extractor(errors);
  static std::uint64_t number = 0;
  const std::uint64_t errors_before = errors;
  const PluginEvent event(payload, ++number);
  const Values values = in_one_call(extractor, event, key.c_str());
  require(one_by_one(extractor, event, key.c_str()) == values, "asking for fields one by one changes none");
  require(errors - errors_before == (expected ? 0 : 1), "a broken payload is counted, once");
  check_values(values, key, expected);
  check_context(values, expected, parts);
  std::atomic<std::uint64_t> other_errors{0};
  Extractor fresh(other_errors);
  require(in_one_call(fresh, event, key.c_str()) == values, "events before this one change none of its fields");

  // What was put beside an event changes nothing that the daemon said: unless that ends like a context itself.
  if (!parts_of(parts.daemon).context) {
    const PluginEvent daemon_event(parts.daemon, ++number);
    const Values alone = in_one_call(fresh, daemon_event, key.c_str());
    const auto end = values.begin() + static_cast<std::ptrdiff_t>(context_begin());
    require(std::equal(values.begin(), end, alone.begin()), "the daemon's fields are the daemon's");
  }

  // Never JSON: a letter follows whatever the payload is.
  const PluginEvent garbage(std::string(payload) + "x", ++number);
  for (const Value& value : one_by_one(extractor, garbage, key.c_str())) {
    require(!value.present, "after an event, every field of garbage is absent");
  }
  require(in_one_call(extractor, event, key.c_str()) == values, "an event is the same after garbage");

  require(event_payload(event.event()) == payload, "the payload of an event is what was put in");
  require(without_nul(payload) == without_nuls_slowly(payload), "an event's text is its payload without NULs");
  return 0;
}
