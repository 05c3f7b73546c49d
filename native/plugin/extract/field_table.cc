// The one table of fields: get_fields, the README's table and the dispatch of extract_fields all come from it.
#include "plugin/extract/context_values.h"
#include "plugin/extract/field.h"
#include "plugin/extract/field_values.h"
#include "plugin/json.h"

namespace docktape {
namespace {

constexpr auto string = FieldType::string;
constexpr auto strings = FieldType::strings;
constexpr auto uint64 = FieldType::uint64;
constexpr auto boolean = FieldType::boolean;
constexpr auto reltime = FieldType::reltime;
constexpr auto abstime = FieldType::abstime;
constexpr auto no_arg = FieldArg::none;
constexpr auto key_arg = FieldArg::required_key;
constexpr auto honest = Forgeable::no;
constexpr auto forgeable = Forgeable::by_label;
constexpr auto any = std::nullopt;
constexpr auto container = ObjectType::container;
constexpr auto network = ObjectType::network;
constexpr auto volume = ObjectType::volume;

// clang-format off
constexpr FieldSpec kFields[] = {
  // The Go plugin's fields: same names, same types, any type of event.
  {"docker.status", string, no_arg, honest, any, "", values::status, "Status",
   "The action, for events of containers and images."},
  {"docker.id", string, no_arg, honest, any, "", values::id, "ID",
   "The ID of the container, or the ID or reference of the image."},
  {"docker.from", string, no_arg, honest, any, "", values::from, "From",
   "The image of the container, as it was named when the container was created."},
  {"docker.type", string, no_arg, honest, any, "", values::type, "Type",
   "The type of object: container, image, network, volume, daemon, service and so on."},
  {"docker.action", string, no_arg, honest, any, "", values::action, "Action",
   "What happened, whole, such as start or exec_start: sh."},
  {"docker.scope", string, no_arg, honest, any, "", values::scope, "Scope",
   "local, or swarm for events of the cluster."},
  {"docker.stack.namespace", string, no_arg, forgeable, any, "com.docker.stack.namespace", values::attribute, "Stack",
   "The stack that the container belongs to."},
  {"docker.node.id", string, no_arg, forgeable, any, "com.docker.swarm.node.id", values::attribute, "Node ID",
   "The ID of the Swarm node that the container runs on."},
  {"docker.node.statenew", string, no_arg, forgeable, any, "state.new", values::attribute, "New node state",
   "The state of the Swarm node after an update."},
  {"docker.node.stateold", string, no_arg, forgeable, any, "state.old", values::attribute, "Old node state",
   "The state of the Swarm node before an update."},
  {"docker.swarm.task", string, no_arg, forgeable, any, "com.docker.swarm.task", values::attribute, "Task",
   "The Swarm task of the container."},
  {"docker.swarm.taskid", string, no_arg, forgeable, any, "com.docker.swarm.task.id", values::attribute, "Task ID",
   "The ID of the container's Swarm task."},
  {"docker.swarm.taskname", string, no_arg, forgeable, any, "com.docker.swarm.task.name", values::attribute, "Task name",
   "The name of the container's Swarm task."},
  {"docker.swarm.servicename", string, no_arg, forgeable, any, "com.docker.swarm.service.name", values::attribute, "Service name",
   "The name of the container's Swarm service."},
  {"docker.attributes.container", string, no_arg, forgeable, any, "container", values::attribute, "Container attribute",
   "The attribute container: on events of networks and volumes, the container's ID."},
  {"docker.attributes.image", string, no_arg, honest, any, "image", values::attribute, "Image attribute",
   "The attribute image: on events of containers, the container's image; on those of images, a label of that name."},
  {"docker.attributes.name", string, no_arg, honest, any, "name", values::attribute, "Name attribute",
   "The attribute name: the name of the object."},
  {"docker.attributes.type", string, no_arg, forgeable, any, "type", values::attribute, "Type attribute",
   "The attribute type: on events of networks, the network's driver."},
  {"docker.attributes.exitcode", string, no_arg, forgeable, any, "exitCode", values::attribute, "Exit code attribute",
   "The attribute exitCode, as text."},
  {"docker.attributes.signal", string, no_arg, forgeable, any, "signal", values::attribute, "Signal attribute",
   "The attribute signal, as text."},

  // Every event.
  {"docker.actor.id", string, no_arg, honest, any, "", values::actor_id, "Actor ID",
   "The ID of the object that the event is about."},
  {"docker.attributes", string, key_arg, forgeable, any, "", values::attribute_by_key, "Attribute",
   "The attribute or label of this key, such as docker.attributes[com.docker.compose.project]."},
  {"docker.time", abstime, no_arg, honest, any, "", values::time, "Time",
   "When it happened by the daemon's clock."},
  {"docker.action.verb", string, no_arg, honest, any, "", values::verb, "Verb",
   "The action up to the first colon and blank: exec_start of exec_start: sh."},
  {"docker.action.detail", string, no_arg, honest, any, "", values::detail, "Detail",
   "The action after the first colon and blank: sh of exec_start: sh."},

  // Containers.
  {"docker.exec.id", string, no_arg, forgeable, container, "execID", values::attribute, "Exec ID",
   "The ID of the exec session in a container."},
  {"docker.exec.command", string, no_arg, honest, container, "", values::exec_command, "Exec command",
   "The command of exec_create and exec_start."},
  {"docker.health", string, no_arg, honest, container, "", values::health, "Health",
   "What a health check found: healthy or unhealthy."},
  {"docker.exitcode", uint64, no_arg, forgeable, any, "exitCode", values::attribute_number, "Exit code",
   "The exit code of die and exec_die; absent when it is not a number."},
  {"docker.signal", uint64, no_arg, forgeable, any, "signal", values::attribute_number, "Signal",
   "The number of the signal that was sent; absent when the daemon gives a name."},
  {"docker.container.id", string, no_arg, honest, any, "container", values::container_id, "Container ID",
   "The ID of the container, also on events of networks, volumes and docktape itself that concern one."},
  {"docker.container.name", string, no_arg, honest, any, "name", values::container_attribute, "Container name",
   "The name of the container, without a leading slash."},
  {"docker.container.image", string, no_arg, honest, any, "image", values::container_attribute, "Container image",
   "The image of the container, as it was named when the container was created."},
  {"docker.container.oldname", string, no_arg, forgeable, container, "oldName", values::attribute_name_without_slash, "Old container name",
   "The name of the container before a rename, without its leading slash."},
  {"docker.container.duration", reltime, no_arg, forgeable, container, "execDuration", values::attribute_seconds, "Container duration",
   "How long the container ran, on die, since Engine 24; the daemon counts whole seconds."},

  // Images.
  {"docker.image.registry", string, no_arg, honest, any, "", values::image_registry, "Image registry",
   "The registry of the container's or event's image, as Docker resolves it: docker.io when none is named."},
  {"docker.image.repository", string, no_arg, honest, any, "", values::image_repository, "Image repository",
   "The repository of the image without its registry: library/nginx for nginx."},
  {"docker.image.tag", string, no_arg, honest, any, "", values::image_tag, "Image tag",
   "The tag of the image: latest when neither tag nor digest is named."},
  {"docker.image.digest", string, no_arg, honest, any, "", values::image_digest, "Image digest",
   "The digest by which the image is named; its ID when it is named by that."},

  // Networks and volumes.
  {"docker.network.id", string, no_arg, honest, network, "", values::actor_id, "Network ID",
   "The ID of the network."},
  {"docker.network.name", string, no_arg, honest, network, "name", values::attribute, "Network name",
   "The name of the network."},
  {"docker.network.type", string, no_arg, honest, network, "type", values::attribute, "Network type",
   "The driver of the network, such as bridge or host."},
  {"docker.volume.name", string, no_arg, honest, volume, "", values::actor_id, "Volume name",
   "The name of the volume."},
  {"docker.volume.driver", string, no_arg, honest, volume, "driver", values::attribute, "Volume driver",
   "The driver of the volume."},
  {"docker.volume.destination", string, no_arg, honest, volume, "destination", values::attribute, "Volume destination",
   "Where in the container the volume is mounted."},
  {"docker.volume.readonly", boolean, no_arg, honest, volume, "read/write", values::attribute_is_read_only, "Volume read-only",
   "Whether the volume is mounted read-only."},

  // Compose and Swarm.
  {"docker.compose.project", string, no_arg, forgeable, any, "com.docker.compose.project", values::attribute, "Compose project",
   "The Compose project that the container belongs to."},
  {"docker.compose.service", string, no_arg, forgeable, any, "com.docker.compose.service", values::attribute, "Compose service",
   "The Compose service that the container belongs to."},
  {"docker.swarm.serviceid", string, no_arg, forgeable, any, "com.docker.swarm.service.id", values::service_id, "Service ID",
   "The ID of the Swarm service: the container's, or the one that the event is about."},

  // What docktape asks the daemon beside an event: absent where it did not, or could not.
  {"docker.enriched", boolean, no_arg, honest, container, "", values::enriched, "Enriched",
   "On events of containers, whether all of the container's fields are known, and were asked for at this event."},
  {"docker.container.privileged", boolean, no_arg, honest, any, "", values::container_member<&ContainerContext::privileged>, "Privileged",
   "Whether the container is privileged."},
  {"docker.container.readonly_rootfs", boolean, no_arg, honest, any, "", values::container_member<&ContainerContext::readonly_rootfs>, "Read-only root",
   "Whether the container's root file system is read-only."},
  {"docker.container.user", string, no_arg, honest, any, "", values::container_member<&ContainerContext::user>, "Container user",
   "The user that the container runs as, as it was named, such as 1000:1000; root when none was."},
  {"docker.container.network_mode", string, no_arg, honest, any, "", values::container_member<&ContainerContext::network_mode>, "Network mode",
   "The container's network: bridge, host, none, container:ID, or the name of a network."},
  {"docker.container.pid_mode", string, no_arg, honest, any, "", values::container_member<&ContainerContext::pid_mode>, "PID mode",
   "Whose processes the container sees, such as host or container:ID; absent when its own alone."},
  {"docker.container.ipc_mode", string, no_arg, honest, any, "", values::container_member<&ContainerContext::ipc_mode>, "IPC mode",
   "Whose shared memory the container has, such as private, shareable, host or container:ID."},
  {"docker.container.userns_mode", string, no_arg, honest, any, "", values::container_member<&ContainerContext::userns_mode>, "User namespace mode",
   "host when the container is left out of the daemon's remapping of users; else absent."},
  {"docker.container.runtime", string, no_arg, honest, any, "", values::container_member<&ContainerContext::runtime>, "Runtime",
   "The container's OCI runtime, such as runc."},
  {"docker.container.restart_policy", string, no_arg, honest, any, "", values::container_member<&ContainerContext::restart_policy>, "Restart policy",
   "When the container is started again, such as no, always or on-failure:3."},
  {"docker.container.image_id", string, no_arg, honest, any, "", values::container_member<&ContainerContext::image_id>, "Image ID",
   "The ID of the container's image, by whatever name the container was given it."},
  {"docker.container.image_digests", strings, no_arg, honest, any, "", values::container_member<&ContainerContext::image_digests>, "Image digests",
   "The digests that the daemon gives for the container's image."},
  {"docker.container.command", string, no_arg, honest, any, "", values::container_member<&ContainerContext::command>, "Container command",
   "What the container runs: its entrypoint and command, joined by blanks."},
  {"docker.container.created", abstime, no_arg, honest, any, "", values::container_member<&ContainerContext::created>, "Container creation",
   "When the container was created."},
  {"docker.container.cap_add", strings, no_arg, honest, any, "", values::container_member<&ContainerContext::cap_add>, "Capabilities added",
   "The capabilities added to Docker's default ones, such as SYS_ADMIN or ALL."},
  {"docker.container.cap_drop", strings, no_arg, honest, any, "", values::container_member<&ContainerContext::cap_drop>, "Capabilities dropped",
   "The capabilities taken from Docker's default ones."},
  {"docker.container.security_opt", strings, no_arg, honest, any, "", values::container_member<&ContainerContext::security_opt>, "Security options",
   "The container's security options, such as seccomp=unconfined."},
  {"docker.container.mounts", strings, no_arg, honest, any, "", values::container_member<&ContainerContext::mounts>, "Mounts",
   "The container's mounts, as SOURCE:DESTINATION:MODE:TYPE:PROPAGATION; the mode is rw or ro."},
  {"docker.container.mount_sources", strings, no_arg, honest, any, "", values::container_member<&ContainerContext::mount_sources>, "Mount sources",
   "What is mounted: paths on the host."},
  {"docker.container.mount_destinations", strings, no_arg, honest, any, "", values::container_member<&ContainerContext::mount_destinations>, "Mount destinations",
   "Where in the container something is mounted."},
  {"docker.container.mount_rw", boolean, key_arg, honest, any, "", values::mount_rw, "Mount is writable",
   "Whether what is mounted from this source can be written, such as docker.container.mount_rw[/var/run/docker.sock]; absent when nothing is."},
  {"docker.container.host_paths_rw", strings, no_arg, honest, any, "", values::container_member<&ContainerContext::host_paths_rw>, "Writable host paths",
   "The paths of the host that the container can write: sources of bind mounts that are not read-only."},
  {"docker.container.devices", strings, no_arg, honest, any, "", values::container_member<&ContainerContext::devices>, "Devices",
   "Devices of the host that the container has, as HOST:CONTAINER:PERMISSIONS."},
  {"docker.container.ports", strings, no_arg, honest, any, "", values::container_member<&ContainerContext::ports>, "Published ports",
   "Ports that the container publishes, such as 0.0.0.0:80->8080/tcp."},
  {"docker.container.env_names", strings, no_arg, honest, any, "", values::container_member<&ContainerContext::env_names>, "Environment names",
   "The names of the container's environment variables; their values are never asked about."},
  {"docker.exec.user", string, no_arg, honest, container, "", values::exec_member<&ExecContext::user>, "Exec user",
   "The user that the exec session runs as; the container's when none was named."},
  {"docker.exec.privileged", boolean, no_arg, honest, container, "", values::exec_member<&ExecContext::privileged>, "Exec privileged",
   "Whether the exec session is privileged."},
  {"docker.exec.tty", boolean, no_arg, honest, container, "", values::exec_member<&ExecContext::tty>, "Exec TTY",
   "Whether the exec session has a terminal."},
  {"docker.exec.args", strings, no_arg, honest, container, "", values::exec_member<&ExecContext::args>, "Exec arguments",
   "The command of the exec session, word by word."},
  {"docker.host.name", string, no_arg, honest, any, "", values::host_member<&HostContext::name>, "Docker host",
   "The name of the host that the daemon runs on."},
  {"docker.host.id", string, no_arg, honest, any, "", values::host_member<&HostContext::id>, "Daemon ID",
   "The ID of the daemon."},
  {"docker.host.engine", string, no_arg, honest, any, "", values::host_member<&HostContext::engine>, "Engine version",
   "The version of the daemon."},
};
// clang-format on

constexpr std::string_view kForgeableMark = " A label can forge it.";

std::string_view type_name(FieldType type) {
  switch (type) {
    case FieldType::uint64: return "uint64";
    case FieldType::boolean: return "bool";
    case FieldType::reltime: return "reltime";
    case FieldType::abstime: return "abstime";
    case FieldType::string:
    case FieldType::strings: break;
  }
  return "string";
}

using JsonWriter = rapidjson::Writer<rapidjson::StringBuffer>;

void put(JsonWriter& json, const char* key, std::string_view value) {
  json.Key(key);
  json.String(value.data(), static_cast<rapidjson::SizeType>(value.size()));
}

void put_field(JsonWriter& json, const FieldSpec& field) {
  json.StartObject();
  put(json, "name", field.name);
  put(json, "type", type_name(field.type));
  if (field.type == FieldType::strings) {
    json.Key("isList");
    json.Bool(true);
  }
  put(json, "display", field.display);
  std::string description(field.description);
  if (field.forgeable == Forgeable::by_label) description += kForgeableMark;
  put(json, "desc", description);
  if (field.arg == FieldArg::required_key) {
    json.Key("arg");
    json.StartObject();
    json.Key("isRequired");
    json.Bool(true);
    json.Key("isKey");
    json.Bool(true);
    json.EndObject();
  }
  json.EndObject();
}

}  // namespace

FieldTable field_table() { return {kFields, sizeof(kFields) / sizeof(kFields[0])}; }

std::string fields_as_json() {
  rapidjson::StringBuffer text;
  JsonWriter json(text);
  json.StartArray();
  for (const FieldSpec& field : kFields) put_field(json, field);
  json.EndArray();
  return std::string(text.GetString(), text.GetSize());
}

}  // namespace docktape
