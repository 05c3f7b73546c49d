#pragma once

#include <string>
#include <string_view>

namespace docktape {

// An event's payload, taken apart: the daemon's own bytes and what docktape has put beside them, its context (who writes it:
// src/docker/enrichment/event-context.ts). Views of the payload.
struct SplitPayload {
  std::string_view daemon;   // without `end`
  std::string_view end;      // the last brace, which a context stands before; empty when there is no context
  std::string_view context;  // a JSON object on one line; empty when there is none

  // The daemon's bytes, appended to `to`.
  void append_daemon(std::string& to) const { to.append(daemon).append(end); }
};

// Splits at the last member `,"docktape":{…}` of a payload that ends with it. No daemon has an object under such a key, and a
// quote inside a string has a backslash before it, so that no label can look like one.
SplitPayload split_payload(std::string_view payload);

}  // namespace docktape
