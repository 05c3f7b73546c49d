// What docktape found out about what an event is about, beside the event: its context (docs/enrichment.md), in the form in which
// fields give it. Empty texts and lists are absent. Texts are UTF-8 without NULs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace docktape {

using TextList = std::vector<std::string>;

struct HostContext {
  std::string name, id, engine;
};

struct ContainerContext {
  struct Mount {
    std::string source;
    bool writable;
  };

  std::optional<bool> privileged, readonly_rootfs;
  std::string user, network_mode, pid_mode, ipc_mode, userns_mode, runtime, restart_policy, image_id;
  std::string command;  // the entrypoint's words, then the command's, with blanks between them
  std::optional<std::uint64_t> created;  // nanoseconds since the epoch
  TextList cap_add, cap_drop, security_opt, devices, ports, env_names, image_digests;
  TextList mounts;  // SOURCE:DESTINATION:MODE:TYPE:PROPAGATION, the mode being rw or ro
  TextList mount_sources, mount_destinations;
  TextList host_paths_rw;  // sources of writable bind mounts
  std::vector<Mount> mounts_by_source;

  // Whether some mount of this source can be written; none when there is no such mount.
  std::optional<bool> mount_rw(std::string_view source) const;
};

struct ExecContext {
  std::string user;
  std::optional<bool> privileged, tty;
  TextList args;
};

struct EventContext {
  HostContext host;
  std::optional<ContainerContext> container;
  std::optional<ExecContext> exec;
  bool lacks_something = false;  // something that was to be asked for is not there, or is an earlier answer

  // Reads a context's JSON; none when it is not one JSON object in UTF-8. A member of another JSON type than it should have is
  // absent.
  static std::optional<EventContext> parse(std::string_view json);
};

}  // namespace docktape
