#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace docktape {

// An event as the host sends it: its time, nanoseconds since the epoch, and the daemon's bytes.
struct EventLine {
  std::uint64_t ts;
  std::string_view payload;
};

// The events of one frame, in order, taken from the front. They are views of the frame's body.
class EventLines {
 public:
  // Throws PluginError when the body is not `count` lines "TS PAYLOAD\n". All are checked before any is delivered, so that
  // a damaged frame is never misread.
  void load(std::string_view body, std::uint32_t count, bool are_own);

  // Whether they are docktape's own events and not the daemon's.
  bool are_own() const { return are_own_; }
  bool empty() const { return next_ == checked_; }
  const EventLine* begin() const { return lines_.data() + next_; }
  const EventLine* end() const { return lines_.data() + checked_; }
  void take(std::size_t count) { next_ += count; }

 private:
  std::vector<EventLine> lines_;
  std::size_t checked_ = 0;  // all lines of a good frame, none of a damaged one
  std::size_t next_ = 0;
  bool are_own_ = false;
};

}  // namespace docktape
