#pragma once

#include <cstdint>
#include <vector>

#include "abi/plugin_abi.h"
#include "plugin/source/event_lines.h"
#include "plugin/source/memory.h"

namespace docktape {

// Events in the form that Falco reads, valid until the next fill.
class EventBatch {
 public:
  // Takes events from the front of `lines`, which has some, up to the bounds of a batch.
  void fill(EventLines& lines);

  abi_event** events() { return events_.data(); }
  std::uint32_t count() const { return static_cast<std::uint32_t>(events_.size()); }
  std::uint64_t payload_bytes() const { return payload_bytes_; }

 private:
  Memory memory_;
  std::vector<abi_event*> events_;
  std::uint64_t payload_bytes_ = 0;
};

}  // namespace docktape
