#pragma once

#include <cstdint>
#include <string>

#include "plugin/config.h"

namespace docktape {

// What a host must know of the source's life so far. Times are milliseconds since the epoch.
struct SourceHistory {
  std::uint64_t opened_at;  // from here ages in the open params count back, whichever host resolves them
  std::uint64_t lost_at;    // when the host before this one was lost; 0 for the first one
  std::uint64_t delivered;  // events
};

// The line that asks the source host for events.
std::string host_request(const Config& config, const std::string& params, const SourceHistory& history);

}  // namespace docktape
