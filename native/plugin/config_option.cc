#include "plugin/config_option.h"

namespace docktape {
namespace {

constexpr ConfigOption kOptions[] = {
    {"flushinterval", "flushInterval", "Flush interval",
     "How long to wait for an event before Falco gets a timeout, in milliseconds. Events never wait for it.",
     &Config::flush_interval_ms, nullptr, nullptr, 1, 3'600'000, {}},
    {"daemon", "", "Absent daemon",
     "What to do when the Docker daemon cannot be reached: wait for it, or fail.",
     nullptr, &Config::daemon, nullptr, 0, 0, {"retry", "fail"}},
    {"queue_bytes", "", "Queue bound",
     "How many bytes of live events may wait for Falco. Events beyond are dropped and counted.",
     &Config::queue_bytes, nullptr, nullptr, 1ull << 16, 1ull << 40, {}},
    {"log_level", "", "Log level",
     "The least severe lines that go to Falco's log.",
     nullptr, &Config::log_level, nullptr, 0, 0, {"error", "warning", "info", "debug"}},
    {"cursor", "", "Cursor",
     "The path of a file that keeps how far a live stream has come, so that a restart of Falco goes on there and neither "
     "loses nor repeats what the daemon still remembers. Falco's user must be able to write it.",
     nullptr, &Config::cursor, nullptr, 0, 0, {}},
    {"enrich", "", "Enrichment",
     "Whether to ask the daemon what a container is, privileged and its mounts for example, when something happens to it, so "
     "that rules can ask for it.",
     nullptr, nullptr, &Config::enrich, 0, 0, {}},
    {"enrich_timeout", "", "Enrichment timeout",
     "How long an event waits for the daemon's answer at most, in milliseconds. It goes on without it then.",
     &Config::enrich_timeout_ms, nullptr, nullptr, 0, 10'000, {}},
    {"captures", "", "Captures",
     "A folder whose captures (*.db) are offered as open params.",
     nullptr, &Config::captures, nullptr, 0, 0, {}},
    {"host", "", "Source host",
     "The path of the source host, docktape-host, when it is not where docktape was installed with the library.",
     nullptr, &Config::host, nullptr, 0, 0, {}},
};

}  // namespace

ConfigOptions config_options() { return {kOptions, sizeof(kOptions) / sizeof(kOptions[0])}; }

std::string choices_of(const ConfigOption& option) {
  std::string list;
  for (const std::string_view choice : option.choices) {
    if (choice.empty()) continue;
    list += (list.empty() ? "" : ", ") + std::string(choice);
  }
  return list;
}

}  // namespace docktape
