#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace docktape {

// What `init_config` sets.
struct Config {
  // How long next_batch waits for an event, milliseconds.
  std::uint64_t flush_interval_ms = 30;
  // What the host does about a daemon that is absent: "retry" or "fail".
  std::string daemon = "retry";
  // Bound of the host's queue of live events, bytes.
  std::uint64_t queue_bytes = 64ull << 20;
  // The least severe log lines that reach Falco: "error", "warning", "info" or "debug".
  std::string log_level = "info";
  // The file that keeps a live stream's cursor over restarts of Falco; empty: none.
  std::string cursor;
  // Whether the host asks the daemon what containers are, and how long an event waits for the answer at most, milliseconds.
  bool enrich = true;
  std::uint64_t enrich_timeout_ms = 200;
  // A folder whose captures are offered as open params; empty: none.
  std::string captures;
  // The source host's executable; empty: the one that belongs to the library (source/host_path.h).
  std::string host;

  // The severity of `log_level`, as in the ABI.
  std::int32_t max_severity() const;

  // Reads the text that Falco hands to init: a JSON object, or null or nothing for the defaults. Throws PluginError.
  static Config parse(std::string_view text);
};

// The JSON Schema of init_config.
std::string config_schema();

}  // namespace docktape
