#include "plugin/source/event_lines.h"

#include <charconv>
#include <cstring>
#include <optional>
#include <string>

#include "plugin/error.h"

namespace docktape {
namespace {

// A page of a replay has 65,536 lines at most, and a line of three bytes takes far more memory than that here.
constexpr std::uint32_t kMostLines = 1u << 20;

// To Falco this time means "now", which a recorded event never is.
constexpr std::uint64_t kNow = UINT64_MAX;

// A context is one more member before the last brace, so there must be one, and a member before it.
constexpr std::size_t kEmptyObject = 2;

[[noreturn]] void refuse(std::uint32_t line, std::uint32_t count, const char* what) {
  throw PluginError("the source host sent a damaged batch (event " + std::to_string(line) + " of " +
                    std::to_string(count) + ": " + what + "); it must be of the same version as libdocker.so");
}

bool takes_context(std::string_view payload) { return payload.size() > kEmptyObject && payload.back() == '}'; }

// Reads a number in decimal and the blank behind it, which are there; none when they are not.
template <typename Number>
std::optional<Number> number_before_blank(const char*& at, const char* end) {
  Number number = 0;
  const auto [stop, error] = std::from_chars(at, end, number);
  if (error != std::errc() || stop == end || *stop != ' ') return std::nullopt;
  at = stop + 1;
  return number;
}

}  // namespace

void EventLines::load(const Frame& frame, const ContextSlots& contexts) {
  are_own_ = frame.kind == FrameKind::own;
  read(frame.body, frame.count, frame.kind == FrameKind::enriched ? &contexts : nullptr);
}

void EventLines::read(std::string_view body, std::uint32_t count, const ContextSlots* contexts) {
  lines_.clear();
  checked_ = next_ = 0;
  if (count > kMostLines) refuse(kMostLines, count, "too many");
  const char* at = body.data();
  const char* const end = at + body.size();
  for (std::uint32_t i = 1; i <= count; ++i) {
    const auto ts = number_before_blank<std::uint64_t>(at, end);
    if (!ts || *ts == kNow) refuse(i, count, "no time");
    const std::string* context = nullptr;
    if (contexts != nullptr) {
      const auto slot = number_before_blank<std::uint32_t>(at, end);
      if (!slot) refuse(i, count, "no number of a context");
      context = contexts->find(*slot);
      if (context == nullptr && *slot != 0) refuse(i, count, "an unknown context");
    }
    const void* newline = std::memchr(at, '\n', static_cast<std::size_t>(end - at));
    if (newline == nullptr) refuse(i, count, "no end");
    const char* line_end = static_cast<const char*>(newline);
    const std::string_view payload(at, static_cast<std::size_t>(line_end - at));
    const bool has_context = context != nullptr && takes_context(payload);
    lines_.push_back({*ts, payload, has_context ? std::string_view(*context) : std::string_view()});
    at = line_end + 1;
  }
  if (at != end) refuse(count, count, "more follows");
  checked_ = lines_.size();
}

}  // namespace docktape
