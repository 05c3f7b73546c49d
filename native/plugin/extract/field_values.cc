#include "plugin/extract/field_values.h"

#include "plugin/extract/number.h"

namespace docktape {

void FieldResult::set(Text value) {
  if (!value.present()) return;
  text_ = value.c_str();
  kind_ = Kind::text;
}

void FieldResult::copy(std::string_view value) {
  copy_ = value;
  text_ = copy_.c_str();
  kind_ = Kind::text;
}

void FieldResult::set(std::uint64_t value) {
  number_ = value;
  kind_ = Kind::number;
}

void FieldResult::set(bool value) {
  boolean_ = value ? 1 : 0;
  kind_ = Kind::boolean;
}

void FieldResult::set(std::optional<bool> value) {
  if (value) set(*value);
}

void FieldResult::set(std::optional<std::uint64_t> value) {
  if (value) set(*value);
}

void FieldResult::set(const std::string& value) { set(Text(value.c_str(), value.size()).unless_empty()); }

void FieldResult::set(const TextList& values) {
  if (values.empty()) return;
  list_.clear();
  for (const std::string& value : values) list_.push_back(value.c_str());
  kind_ = Kind::list;
}

namespace values {
namespace {

// Before Engine 29, status and id came with the events of containers and images only.
bool has_legacy_members(const DockerEvent& event) { return event.is(ObjectType::container) || event.is(ObjectType::image); }

void copy_unless_empty(std::string_view value, FieldResult& result) {
  if (!value.empty()) result.copy(value);
}

}  // namespace

void status(DockerEvent& event, const FieldSpec&, const char*, FieldResult& result) {
  const EventMembers& members = event.members();
  if (!members.status.empty()) result.set(members.status);
  else if (has_legacy_members(event)) result.set(members.action.unless_empty());
}

void id(DockerEvent& event, const FieldSpec&, const char*, FieldResult& result) {
  const EventMembers& members = event.members();
  if (!members.id.empty()) result.set(members.id);
  else if (has_legacy_members(event)) result.set(members.actor_id.unless_empty());
}

void from(DockerEvent& event, const FieldSpec&, const char*, FieldResult& result) {
  const EventMembers& members = event.members();
  if (!members.from.empty()) result.set(members.from);
  else if (event.is(ObjectType::container)) result.set(event.attribute("image").unless_empty());
}

void type(DockerEvent& event, const FieldSpec&, const char*, FieldResult& result) {
  result.set(event.members().type.unless_empty());
}

void action(DockerEvent& event, const FieldSpec&, const char*, FieldResult& result) {
  result.set(event.members().action.unless_empty());
}

void scope(DockerEvent& event, const FieldSpec&, const char*, FieldResult& result) {
  result.set(event.members().scope.unless_empty());
}

void actor_id(DockerEvent& event, const FieldSpec&, const char*, FieldResult& result) {
  result.set(event.members().actor_id.unless_empty());
}

void time(DockerEvent& event, const FieldSpec&, const char*, FieldResult& result) {
  const EventMembers& members = event.members();
  if (members.time_nano.value_or(0) != 0) return result.set(*members.time_nano);
  const auto nanoseconds = seconds_to_nanoseconds(members.time);
  if (nanoseconds.value_or(0) != 0) result.set(*nanoseconds);
}

void verb(DockerEvent& event, const FieldSpec&, const char*, FieldResult& result) {
  copy_unless_empty(event.verb(), result);
}

void detail(DockerEvent& event, const FieldSpec&, const char*, FieldResult& result) { result.set(event.detail()); }

void exec_command(DockerEvent& event, const FieldSpec&, const char*, FieldResult& result) {
  const std::string_view verb = event.verb();
  if (verb == "exec_create" || verb == "exec_start") result.set(event.detail());
}

void health(DockerEvent& event, const FieldSpec&, const char*, FieldResult& result) {
  if (event.verb() != "health_status") return;
  const Text detail = event.detail();
  result.set(detail.present() ? detail : event.members().health_status.unless_empty());
}

void attribute_by_key(DockerEvent& event, const FieldSpec&, const char* key, FieldResult& result) {
  if (key != nullptr) result.set(event.attribute(key));
}

void attribute(DockerEvent& event, const FieldSpec& spec, const char*, FieldResult& result) {
  result.set(event.attribute(spec.attribute));
}

void attribute_number(DockerEvent& event, const FieldSpec& spec, const char*, FieldResult& result) {
  if (const auto number = parse_u64(event.attribute(spec.attribute).view())) result.set(*number);
}

void attribute_seconds(DockerEvent& event, const FieldSpec& spec, const char*, FieldResult& result) {
  const auto seconds = parse_u64(event.attribute(spec.attribute).view());
  if (const auto nanoseconds = seconds_to_nanoseconds(seconds)) result.set(*nanoseconds);
}

void attribute_name_without_slash(DockerEvent& event, const FieldSpec& spec, const char*, FieldResult& result) {
  const Text name = event.attribute(spec.attribute);
  result.set(!name.empty() && name.view().front() == '/' ? name.from(1) : name);
}

void attribute_is_read_only(DockerEvent& event, const FieldSpec& spec, const char*, FieldResult& result) {
  const std::string_view writable = event.attribute(spec.attribute).view();
  if (writable == "true") result.set(false);
  if (writable == "false") result.set(true);
}

void container_id(DockerEvent& event, const FieldSpec& spec, const char*, FieldResult& result) {
  if (event.is(ObjectType::container)) result.set(event.members().actor_id.unless_empty());
  const bool concerns_one = event.is(ObjectType::network) || event.is(ObjectType::volume) || event.is(ObjectType::docktape);
  if (concerns_one) result.set(event.attribute(spec.attribute).unless_empty());
}

void container_attribute(DockerEvent& event, const FieldSpec& spec, const char*, FieldResult& result) {
  if (event.is(ObjectType::container) || event.is(ObjectType::docktape)) result.set(event.attribute(spec.attribute));
}

void service_id(DockerEvent& event, const FieldSpec& spec, const char*, FieldResult& result) {
  result.set(event.is(ObjectType::service) ? event.members().actor_id.unless_empty() : event.attribute(spec.attribute));
}

void image_registry(DockerEvent& event, const FieldSpec&, const char*, FieldResult& result) {
  copy_unless_empty(event.image().registry, result);
}

void image_repository(DockerEvent& event, const FieldSpec&, const char*, FieldResult& result) {
  copy_unless_empty(event.image().repository, result);
}

void image_tag(DockerEvent& event, const FieldSpec&, const char*, FieldResult& result) {
  copy_unless_empty(event.image().tag, result);
}

void image_digest(DockerEvent& event, const FieldSpec&, const char*, FieldResult& result) {
  copy_unless_empty(event.image().digest, result);
}

}  // namespace values
}  // namespace docktape
