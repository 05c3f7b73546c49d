// Fuzz target: any payload through the extractor, as Falco asks for it. Input: a key for docker.attributes[KEY], a
// newline, and the payload; without a newline all of it is payload.
#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

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
  bool operator==(const Value& other) const {
    return present == other.present && text == other.text && number == other.number;
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
  require(field.res_len == 1, "a field has one value or none");
  switch (field_table().begin[field.field_id].type) {
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
  for (const Value& value : values) require(is_utf8(value.text), "each value is UTF-8");
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

  const auto expected = read_json_event(payload);
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
  std::atomic<std::uint64_t> other_errors{0};
  Extractor fresh(other_errors);
  require(in_one_call(fresh, event, key.c_str()) == values, "events before this one change none of its fields");

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
