#pragma once

#include <cstdint>
#include <string>

#include "plugin/config.h"
#include "plugin/source/cursor.h"

namespace docktape {

// What a host must know of the source's life so far.
struct SourceHistory {
  // Milliseconds since the epoch: from here ages in the open params count back, whichever host resolves them.
  std::uint64_t opened_at;
  // Events of a replay that earlier hosts have delivered.
  std::uint64_t delivered;
  // Of a live stream that goes on where another one ended, why and where; else null.
  const char* reason = nullptr;
  const Cursor* cursor = nullptr;
};

// The line that asks the source host for events.
std::string host_request(const Config& config, const std::string& params, const SourceHistory& history);

}  // namespace docktape
