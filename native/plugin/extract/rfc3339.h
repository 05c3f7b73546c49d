#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace docktape {

// A time such as 2026-01-31T08:00:00.123456789Z or with an offset such as +02:00, in nanoseconds since the epoch; digits beyond
// nanoseconds are cut. None for any other text, and for times before the epoch or beyond 64 bits.
std::optional<std::uint64_t> parse_rfc3339(std::string_view text);

}  // namespace docktape
