#include "plugin/source/event_lines.h"

#include <charconv>
#include <cstring>
#include <string>

#include "plugin/error.h"

namespace docktape {
namespace {

// A page of a replay has 65,536 lines at most, and a line of three bytes takes far more memory than that here.
constexpr std::uint32_t kMostLines = 1u << 20;

// To Falco this time means "now", which a recorded event never is.
constexpr std::uint64_t kNow = UINT64_MAX;

[[noreturn]] void refuse(std::uint32_t line, std::uint32_t count, const char* what) {
  throw PluginError("the source host sent a damaged batch (event " + std::to_string(line) + " of " +
                    std::to_string(count) + ": " + what + "); it must be of the same version as libdocker.so");
}

}  // namespace

void EventLines::load(std::string_view body, std::uint32_t count, bool are_own) {
  are_own_ = are_own;
  lines_.clear();
  checked_ = next_ = 0;
  if (count > kMostLines) refuse(kMostLines, count, "too many");
  const char* at = body.data();
  const char* const end = at + body.size();
  for (std::uint32_t i = 1; i <= count; ++i) {
    std::uint64_t ts = 0;
    const auto [stop, error] = std::from_chars(at, end, ts);
    if (error != std::errc() || ts == kNow || stop == end || *stop != ' ') refuse(i, count, "no time");
    const char* payload = stop + 1;
    const void* newline = std::memchr(payload, '\n', static_cast<std::size_t>(end - payload));
    if (newline == nullptr) refuse(i, count, "no end");
    const char* line_end = static_cast<const char*>(newline);
    lines_.push_back({ts, std::string_view(payload, static_cast<std::size_t>(line_end - payload))});
    at = line_end + 1;
  }
  if (at != end) refuse(count, count, "more follows");
  checked_ = lines_.size();
}

}  // namespace docktape
