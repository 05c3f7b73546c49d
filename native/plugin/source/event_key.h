#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace docktape {

// What tells an event's payload from others: MurmurHash3 (x86, 32 bits) of its bytes with two seeds. The source host makes
// the same of what the daemon repeats (src/docker/feed/event-key.ts).
struct EventKey {
  std::uint32_t plain;   // seed 0
  std::uint32_t seeded;  // seed 0x9747b28c

  bool operator==(const EventKey& other) const { return plain == other.plain && seeded == other.seeded; }
};

// The key of some bytes. It reads them once, at about a nanosecond for two.
EventKey event_key(std::string_view bytes);

// 16 lower-case hex digits: the two numbers, each with 8.
std::string key_text(const EventKey& key);

}  // namespace docktape
