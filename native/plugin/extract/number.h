#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

namespace docktape {

inline constexpr std::uint64_t kNanosecondsPerSecond = 1'000'000'000;

// `text` as a whole number in decimal digits and nothing else; none when it is not one or needs more than 64 bits.
inline std::optional<std::uint64_t> parse_u64(std::string_view text) {
  std::uint64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end) return std::nullopt;
  return value;
}

// Whole seconds in nanoseconds; none when there are none, or too many for 64 bits.
inline std::optional<std::uint64_t> seconds_to_nanoseconds(std::optional<std::uint64_t> seconds) {
  if (!seconds || *seconds > UINT64_MAX / kNanosecondsPerSecond) return std::nullopt;
  return *seconds * kNanosecondsPerSecond;
}

}  // namespace docktape
