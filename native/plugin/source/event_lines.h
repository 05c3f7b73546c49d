#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "plugin/source/context_slots.h"
#include "plugin/source/frame_reader.h"

namespace docktape {

// An event as the host sends it: its time, nanoseconds since the epoch, and the daemon's bytes.
struct EventLine {
  std::uint64_t ts;
  std::string_view payload;
  std::string_view context;  // a JSON object that is to stand beside them; empty when there is none
};

// The events of one frame, in order, taken from the front. They are views of the frame's body and of contexts.
class EventLines {
 public:
  // Throws PluginError when the body of a frame of events is not `count` lines "TS PAYLOAD\n", or "TS SLOT PAYLOAD\n" in an
  // enriched one. All are checked before any is delivered, so that a damaged frame is never misread. `contexts` must stay as
  // they are until the lines are taken.
  void load(const Frame& frame, const ContextSlots& contexts);

  // Whether they are docktape's own events and not the daemon's.
  bool are_own() const { return are_own_; }
  bool empty() const { return next_ == checked_; }
  const EventLine* begin() const { return lines_.data() + next_; }
  const EventLine* end() const { return lines_.data() + checked_; }
  void take(std::size_t count) { next_ += count; }

 private:
  void read(std::string_view body, std::uint32_t count, const ContextSlots* contexts);

  std::vector<EventLine> lines_;
  std::size_t checked_ = 0;  // all lines of a good frame, none of a damaged one
  std::size_t next_ = 0;
  bool are_own_ = false;
};

}  // namespace docktape
